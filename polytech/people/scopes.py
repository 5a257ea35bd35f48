"""What keys of other systems may open."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "sis:write": _("Bring in deliveries of the student information system"),
    "sis:read": _("Read the state of the feed"),
}
