"""Forms of the feed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from polytech.integrations.sis.reading import LIMITS
from polytech.ui.api import size


class UploadForm(forms.Form):
    """A delivery to look at."""

    delivery = forms.FileField(
        label=_("Delivery"),
        help_text=_("A zip or tar.gz with manifest.csv and the CSV files of OneRoster 1.2."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.gz,.tgz"}),
    )

    def clean_delivery(self):  # type: ignore[no-untyped-def]
        upload = self.cleaned_data["delivery"]
        if upload.size > LIMITS.archive_bytes:
            raise forms.ValidationError(
                _("The file has %(size)s; at most %(limit)s are read."),
                params={"size": size(upload.size), "limit": size(LIMITS.archive_bytes)},
                code="too-large",
            )
        return upload
