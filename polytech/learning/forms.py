"""Forms of learning."""

from django import forms
from django.utils.translation import gettext_lazy as _

from polytech.learning.actions import LONGEST_TITLE

_LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]


class NewCourseForm(forms.Form):
    """A course for an offering that has none."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, help_text=_("As students see it in their list of courses.")
    )
    language = forms.ChoiceField(label=_("Language of the course"), choices=_LANGUAGES)
    published = forms.BooleanField(
        label=_("Open for students at once"),
        required=False,
        help_text=_("Otherwise only teachers see the course until it is published."),
    )


class RenameForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
