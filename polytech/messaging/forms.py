"""The form in which announcements are written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polytech.kernel.text import LANGUAGES, pick
from polytech.messaging.access import WRITERS
from polytech.messaging.actions import Words
from polytech.messaging.models import Announcement
from polytech.people.api import OrgUnit, Role, Viewer

TITLE_LENGTH = 200
BODY_LENGTH = 20_000
_IN_LANGUAGE = {"kk": (_("Title in Kazakh"), _("Text in Kazakh")), "ru": (_("Title in Russian"), _("Text in Russian")),
                "en": (_("Title in English"), _("Text in English"))}  # fmt: skip


class _UnitField(forms.ModelChoiceField):
    def label_from_instance(self, unit: OrgUnit) -> str:
        return pick(unit.title) or f"{unit.pk}"


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


class AnnouncementForm(forms.Form):
    """Title and text in three languages, the audience and the period. One language is enough to publish."""

    audience_role = forms.ChoiceField(label=_("For whom"), required=False)
    audience_org = _UnitField(label=_("Where"), queryset=OrgUnit.objects.none(), required=False)
    published_at = _moment(_("Shown from"), _("Empty: from now on."))
    expires_at = _moment(_("Shown until"), _("Empty: until it is withdrawn."))

    def __init__(self, viewer: Viewer, *args: Any, announcement: Announcement | None = None, **kwargs: Any) -> None:
        if announcement is not None:
            kwargs["initial"] = _initial(announcement)
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            title, body = _IN_LANGUAGE[code]
            attributes = {"lang": code}
            self.fields[f"title_{code}"] = forms.CharField(
                label=title, required=False, max_length=TITLE_LENGTH, widget=forms.TextInput(attrs=attributes)
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=body, required=False, max_length=BODY_LENGTH,
                widget=forms.Textarea(attrs={**attributes, "rows": 6}),
            )  # fmt: skip
        self.order_fields([f"{part}_{code}" for code in LANGUAGES for part in ("title", "body")])
        self._offer_audiences(viewer)

    def _offer_audiences(self, viewer: Viewer) -> None:
        self.fields["audience_role"].choices = [("", _("Everybody")), *Role.choices]  # type: ignore[attr-defined]
        reach = viewer.units(*WRITERS)
        units = OrgUnit.objects.current().order_by("pk")
        field = self.fields["audience_org"]
        field.queryset = units if reach is None else units.filter(pk__in=reach)  # type: ignore[attr-defined]
        field.required = reach is not None
        field.empty_label = _("The whole university") if reach is None else None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in LANGUAGES:
            title, body = data.get(f"title_{code}"), data.get(f"body_{code}")
            if title and not body and not self.has_error(f"body_{code}"):
                self.add_error(f"body_{code}", _("There is a title in this language: write the text too."))
            if body and not title and not self.has_error(f"title_{code}"):
                self.add_error(f"title_{code}", _("There is a text in this language: write the title too."))
        if not any(data.get(f"title_{code}") or data.get(f"body_{code}") for code in LANGUAGES):
            self.add_error("title_kk", _("Write a title and a text in at least one language."))
        begins, ends = data.get("published_at"), data.get("expires_at")
        if begins and ends and ends <= begins:
            self.add_error("expires_at", _("The announcement would end before it begins."))
        return data

    def words(self) -> Words:
        def of(part: str) -> dict[str, str]:
            return {code: text for code in LANGUAGES if (text := self.cleaned_data.get(f"{part}_{code}", "").strip())}

        return Words(title=of("title"), body=of("body"))

    def audience_and_period(self) -> dict[str, Any]:
        data = self.cleaned_data
        unit = data.get("audience_org")
        return {
            "audience_role": data.get("audience_role", ""),
            "audience_org_id": unit.pk if unit else None,
            "published_at": data.get("published_at"),
            "expires_at": data.get("expires_at"),
        }


def _initial(announcement: Announcement) -> dict[str, Any]:
    texts = {f"title_{code}": announcement.title.get(code, "") for code in LANGUAGES}
    texts |= {f"body_{code}": announcement.body.get(code, "") for code in LANGUAGES}
    return {
        **texts,
        "audience_role": announcement.audience_role,
        "audience_org": announcement.audience_org_id,
        "published_at": announcement.published_at,
        "expires_at": announcement.expires_at,
    }
