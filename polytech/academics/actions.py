"""Writes of this room by people: the secret address of the own timetable."""

import secrets

from polytech.academics.models import CalendarLink
from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel.actions import action
from polytech.people.api import Person, Viewer


def _record(viewer: Viewer, verb: Verb, link: CalendarLink) -> None:
    record(
        verb=verb,
        object_kind="calendar-link",
        object_id=link.pk,
        actor_id=viewer.person_id,
        acted_by_id=viewer.acted_by_id,
    )


@action
def make_calendar_link(*, viewer: Viewer) -> CalendarLink:
    """A new secret address of the viewer's own timetable. The one before it stops working at once."""
    # Two clicks at once: the second waits here and replaces what the first made.
    Person.objects.select_for_update().get(pk=viewer.person_id)
    CalendarLink.objects.filter(person_id=viewer.person_id, revoked_at=None).update(revoked_at=clock.now())
    link = CalendarLink.objects.create(person_id=viewer.person_id, token=secrets.token_urlsafe(24))
    _record(viewer, Verb.CREATED, link)
    return link


@action
def revoke_calendar_link(*, viewer: Viewer) -> None:
    """End the secret address of the viewer's own timetable; nothing happens when there is none."""
    for link in CalendarLink.objects.select_for_update().filter(person_id=viewer.person_id, revoked_at=None):
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
        _record(viewer, Verb.ENDED, link)
