"""How forms are drawn, and the form of the components' page."""

from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.forms.renderers import BaseRenderer
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class FormRenderer(BaseRenderer):
    """Django's widgets by Jinja2; a field, and a whole form of a library, as the kit draws them."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Jinja2:
        return Jinja2(
            {
                "NAME": "forms",
                "APP_DIRS": False,
                "DIRS": [
                    Path(__file__).parent / "templates",
                    Path(django.forms.__file__).parent / "jinja2",
                ],
                "OPTIONS": {"environment": "polytech.ui.jinja.forms_environment", "extensions": ["jinja2.ext.i18n"]},
            }
        )

    def get_template(self, template_name: str) -> Any:
        return self.engine.get_template(template_name)


class SampleForm(forms.Form):
    """Fields of each kind that the portal uses."""

    title = forms.CharField(label=_("Title"), max_length=80, help_text=_("As it will stand in the list."))
    language = forms.ChoiceField(
        label=_("Language"), choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")], initial="kk"
    )
    due = forms.DateField(label=_("Due date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(label=_("Feedback"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(
        label=_("Format"),
        choices=[("synchronous", _("synchronous")), ("asynchronous", _("asynchronous"))],
        widget=forms.RadioSelect,
        initial="synchronous",
    )
    agreed = forms.BooleanField(label=_("I have read the rules"), help_text=_("They stand on one page."))
