"""The sign-ins of the demo university, shown on the sign-in page; only with `settings.DEMO`."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from polytech.people.models import Role


def demo_sign_ins() -> list[tuple[str | Promise, str, str]]:
    """(role in the reader's language, username, password), from the callable that `settings.DEMO_SIGN_INS` names."""
    if not settings.DEMO:
        return []
    try:
        source = import_string(settings.DEMO_SIGN_INS)
    except ImportError:
        return []
    return [
        (Role(role).label if role in Role.values else str(role), str(username), str(password))
        for role, username, password in source()
    ]
