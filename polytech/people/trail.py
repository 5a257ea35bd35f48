"""What the lines of a person's trail say besides who, what and when."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Line
from polytech.people.models import Role

# The portal's own reasons to end sessions. Everything else is what somebody typed.
_REASONS: dict[object, str | Promise] = {
    "password changed": _("the password was changed"),
    "password reset": _("a new password was given"),
    "second factor reset": _("the second factor was reset"),
    "role given": _("a role of staff was given"),
    "sign-out everywhere": _("signed out everywhere"),
}
_WAYS: dict[object, str | Promise] = {
    "link": _("by a link in an email"),
    "operator": _("by the operator of the portal"),
}


def details_of(line: Line) -> str:
    """The method, the reason and the like, with dots between them."""
    extra = line.extra
    reason, role = extra.get("reason"), str(extra.get("role", ""))
    words = [
        extra.get("method"),
        _WAYS.get(extra.get("by")),
        _REASONS.get(reason, str(reason)) if reason else None,
        extra.get("name"),
        Role(role).label if role in Role.values else role,
        extra.get("purpose"),
    ]
    return " · ".join(str(word) for word in words if word)
