"""Forms about persons, roles and keys. Those of sign-in stand in sign_in_forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from polytech.kernel.iin import problem_of
from polytech.kernel.text import pick
from polytech.people.access import makes_persons_with_a_role_only, roles_to_give
from polytech.people.models import OrgUnit, Role
from polytech.people.names import NAME_FIELDS
from polytech.people.scopes import SCOPES
from polytech.people.viewer import Viewer


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of letters and notices"), choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
    )


class _RoleFields(forms.Form):
    """A role in a unit with everything below it: what the viewer may give, where they may give it."""

    role = forms.ChoiceField(label=_("Role"))
    org = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Where"), required=False, empty_label=_("The whole university"),
        help_text=_("With everything below it."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = None if viewer.has_role(Role.ADMINISTRATOR) else viewer.units(Role.REGISTRAR)
        orgs = OrgUnit.objects.current().order_by("id")
        self.fields["role"].choices = [(role.value, role.label) for role in roles_to_give(viewer)]  # type: ignore[attr-defined]
        self.fields["org"].queryset = orgs if units is None else orgs.filter(pk__in=units)  # type: ignore[attr-defined]
        self.fields["org"].label_from_instance = lambda org: pick(org.title)  # type: ignore[attr-defined]
        if units is not None:
            # The whole university is not theirs to give: it must not even stand first in the list.
            self.fields["org"].required, self.fields["org"].empty_label = True, None  # type: ignore[attr-defined]


class PersonForm(_RoleFields):
    """An account made by hand, with its first role. Who reaches everybody may leave the role for later."""

    family_kk = forms.CharField(label=_("Family name in Kazakh"), required=False, max_length=100)
    given_kk = forms.CharField(label=_("Given name in Kazakh"), required=False, max_length=100)
    middle_kk = forms.CharField(label=_("Patronymic in Kazakh"), required=False, max_length=100)
    family_ru = forms.CharField(label=_("Family name in Russian"), required=False, max_length=100)
    given_ru = forms.CharField(label=_("Given name in Russian"), required=False, max_length=100)
    middle_ru = forms.CharField(label=_("Patronymic in Russian"), required=False, max_length=100)
    family_latin = forms.CharField(label=_("Family name in Latin letters"), required=False, max_length=100)
    given_latin = forms.CharField(label=_("Given name in Latin letters"), required=False, max_length=100)
    username = forms.RegexField(
        r"^[\w.@+-]{3,60}$", label=_("Username"), help_text=_("Small letters, digits, dots and dashes."),
        error_messages={"invalid": _("Three to sixty letters, digits, dots or dashes, without spaces.")},
    )  # fmt: skip
    email = forms.EmailField(label=_("Email"), required=False)
    number = forms.CharField(
        label=_("IIN"), required=False, max_length=12, help_text=_("Twelve digits. Foreigners may have none."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    field_order = (*NAME_FIELDS, "username", "email", "number", "role", "org")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        if not makes_persons_with_a_role_only(viewer):
            role = self.fields["role"]
            role.required = False
            role.choices = [("", _("None yet")), *role.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("org") and not cleaned.get("role") and "role" not in self.errors:
            self.add_error("role", _("Choose the role as well."))
        if not any(cleaned.get(f"family_{script}") for script in ("kk", "ru", "latin")):
            self.add_error("family_kk", _("Give the family name in one script at least."))
        return cleaned

    def clean_number(self) -> str:
        number = self.cleaned_data["number"].strip()
        if number and problem_of(number):
            raise ValidationError(_("This is not an IIN: check its digits."))
        return number


class RoleForm(_RoleFields):
    """A role in a unit and a period."""

    starts_on = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The period ends before it starts."))
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ten characters at least. It is recorded, and the person can read it."),
    )  # fmt: skip


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Which system"), max_length=100)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until it is revoked."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(SCOPES.items())  # type: ignore[attr-defined]
