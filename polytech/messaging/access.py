"""Who reads which announcements, and who writes them for whom."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from polytech.academics.api import units_of
from polytech.kernel import clock
from polytech.kernel.access import Rule
from polytech.messaging.models import Announcement
from polytech.people.api import Role, Viewer

WRITERS = (Role.DEAN, Role.METHODOLOGIST, Role.REGISTRAR, Role.ADMINISTRATOR)


def may_write_for(viewer: Viewer, unit: int | None) -> bool:
    """Whether the viewer may address this unit (None: the whole university)."""
    reach = viewer.units(*WRITERS)
    return reach is None or unit in reach


def writes_at_all(viewer: Viewer) -> bool:
    return viewer.has_role(*WRITERS)


def _is_shown(announcement: Announcement, now: datetime) -> bool:
    begun = announcement.published_at <= now
    over = announcement.expires_at is not None and announcement.expires_at <= now
    return begun and not over and announcement.withdrawn_at is None


def _is_addressed(viewer: Viewer, announcement: Announcement) -> bool:
    role, unit = announcement.audience_role, announcement.audience_org_id
    return (not role or role in viewer.roles) and (unit is None or unit in units_of(viewer))


def _may_read(viewer: Viewer, announcement: Announcement) -> bool:
    if may_write_for(viewer, announcement.audience_org_id):
        return True
    return _is_shown(announcement, clock.now()) and _is_addressed(viewer, announcement)


def shown(now: datetime) -> Q:
    """Announcements that are published at this moment."""
    return Q(published_at__lte=now, withdrawn_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))


def addressed_to(viewer: Viewer) -> Q:
    """Announcements whose audience the viewer belongs to."""
    to_role = Q(audience_role__in=["", *viewer.roles])
    return to_role & (Q(audience_org=None) | Q(audience_org__in=units_of(viewer)))


def _writable(viewer: Viewer) -> Q:
    reach = viewer.units(*WRITERS)
    return Q(pk__isnull=False) if reach is None else Q(audience_org__in=reach)


def _rows(condition: Callable[[Viewer], Q]) -> Callable[[Viewer], QuerySet[Announcement]]:
    return lambda viewer: Announcement.objects.filter(condition(viewer))


READ = Rule[Announcement](
    "messaging:announcement:read",
    _may_read,
    _rows(lambda viewer: _writable(viewer) | (shown(clock.now()) & addressed_to(viewer))),
)
WRITE = Rule[Announcement](
    "messaging:announcement:write",
    lambda viewer, announcement: may_write_for(viewer, announcement.audience_org_id),
    _rows(_writable),
)
