"""How forms are drawn."""

from pathlib import Path
from typing import Any

import django.forms
from django.forms.renderers import BaseRenderer
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property


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
