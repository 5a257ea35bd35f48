"""The secret in the address of an iCalendar feed.

The database keeps a random name only; the address holds the name and its signature. So a copy of the database opens
nobody's feed, and the page can show the address again.
"""

from django.core.signing import BadSignature, Signer

from polytech.academics.models import CalendarLink

_SIGNER = Signer(salt="polytech.academics.calendar", sep=".")


def secret_of(link: CalendarLink) -> str:
    return _SIGNER.sign(link.token)


def link_with(secret: str) -> CalendarLink | None:
    """The link that is still valid with this secret, of a person who still has an account; None otherwise."""
    try:
        name = _SIGNER.unsign(secret)
    except BadSignature:
        return None
    return (
        CalendarLink.objects.filter(token=name, revoked_at=None, person__is_active=True, person__ended_at=None)
        .select_related("person")
        .first()
    )
