"""Support acts for somebody: for a while, with a reason, in sight of everybody, on the record."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel.actions import Refused, action
from polytech.people import access
from polytech.people.models import Person, Session
from polytech.people.viewer import Viewer

SHORTEST_REASON = 10


@action
def start_acting(*, viewer: Viewer, person: Person, reason: str, session_key: str) -> datetime:
    """Let this session act for `person` for `settings.ACTING_MINUTES`, at most until midnight. Returns until when.

    Raises:
        PermissionDenied: not support, or the person has power over others.
        Refused: no reason, or staff without a second factor.
    """
    if not access.ACT_FOR.allows(viewer, person):
        raise PermissionDenied("act for person")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("Say in a few words why: the person will read it."), code="reason")
    if settings.SECOND_FACTOR == "required" and not viewer.has_second_factor:
        raise Refused(_("Acting for somebody needs your second factor."), code="second-factor")
    keep_roles_still(viewer.signed_in_id, person.pk)
    until = min(clock.now() + timedelta(minutes=settings.ACTING_MINUTES), _midnight())
    Session.objects.filter(pk=session_key, person_id=viewer.signed_in_id).update(
        acting_for=person, acting_until=until, acting_reason=reason.strip()[:500]
    )
    if access.acting_without_power().filter(pk=session_key).exists():
        raise PermissionDenied("act for person")
    record(
        verb=Verb.STARTED_ACTING, object_kind="person", object_id=person.pk, actor_id=person.pk,
        acted_by_id=viewer.signed_in_id, extra={"reason": reason.strip()[:500], "until": until.isoformat()},
    )  # fmt: skip
    return until


@action
def stop_acting(*, viewer: Viewer, session_key: str) -> None:
    """Be oneself again. Stopping twice, or after the time ran out, changes nothing."""
    stop_acting_in(Session.objects.filter(pk=session_key, person_id=viewer.signed_in_id))


def stop_acting_in(sessions: QuerySet[Session]) -> None:
    """Stop what these sessions do in others' names, on the record, in the caller's transaction."""
    acting = sessions.filter(acting_until__gt=clock.now()).select_for_update(of=("self",)).order_by("pk")
    for session in list(acting):
        record(
            verb=Verb.STOPPED_ACTING, object_kind="person", object_id=session.acting_for_id,
            actor_id=session.acting_for_id, acted_by_id=session.person_id,
        )  # fmt: skip
        Session.objects.filter(pk=session.pk).update(acting_for=None, acting_until=None, acting_reason="")


def stop_acting_without_power() -> None:
    """After roles have changed: nobody goes on acting for whom they could not begin to act now."""
    stop_acting_in(access.acting_without_power())


def keep_roles_still(*person_ids: int) -> None:
    """Let nobody else give or end roles of these persons, or begin to act with them, until this transaction is over."""
    persons = Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    list(persons.values_list("pk", flat=True))


def _midnight() -> datetime:
    # Roles begin and end with a day: what may be done today may be forbidden tomorrow.
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
