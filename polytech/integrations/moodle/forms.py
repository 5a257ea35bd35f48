"""Forms of the Moodle import."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polytech.ui.api import size


class UploadForm(forms.Form):
    """A backup to import."""

    backup = forms.FileField(
        label=gettext_lazy("Moodle backup (.mbz)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".mbz,.zip,.gz,.tgz"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["backup"].help_text = _("At most %(limit)s. Written by Moodle 2.6 to 5.x.") % {
            "limit": size(settings.MOODLE_UPLOAD_BYTES)
        }

    def clean_backup(self) -> UploadedFile:
        backup: UploadedFile = self.cleaned_data["backup"]
        if (backup.size or 0) > settings.MOODLE_UPLOAD_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s. Ask the administrator to import it from the command line.")
                % {"limit": size(settings.MOODLE_UPLOAD_BYTES)},
                code="too-large",
            )
        return backup
