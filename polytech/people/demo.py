"""The sign-ins of the demo university, shown on the sign-in page; only with `settings.DEMO`."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def demo_sign_ins() -> tuple[tuple[str, str, str], ...]:
    """(role, username, password) for each role, from the callable that `settings.DEMO_SIGN_INS` names; asked once."""
    if not settings.DEMO:
        return ()
    try:
        source = import_string(settings.DEMO_SIGN_INS)
    except ImportError:
        return ()
    return tuple((str(role), str(username), str(password)) for role, username, password in source())
