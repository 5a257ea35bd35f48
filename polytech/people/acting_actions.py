"""Support acts for somebody: for a while, with a reason, in sight of everybody, on the record."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
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
    """Let this session act for `person` for `settings.ACTING_MINUTES`. Returns until when.

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
    until = clock.now() + timedelta(minutes=settings.ACTING_MINUTES)
    Session.objects.filter(pk=session_key, person_id=viewer.signed_in_id).update(
        acting_for=person, acting_until=until, acting_reason=reason.strip()[:500]
    )
    record(
        verb=Verb.STARTED_ACTING, object_kind="person", object_id=person.pk, actor_id=person.pk,
        acted_by_id=viewer.signed_in_id, extra={"reason": reason.strip()[:500], "until": until.isoformat()},
    )  # fmt: skip
    return until


@action
def stop_acting(*, viewer: Viewer, session_key: str) -> None:
    """Be oneself again. Stopping twice, or after the time ran out, changes nothing."""
    stopped = Session.objects.filter(
        pk=session_key, person_id=viewer.signed_in_id, acting_until__gt=clock.now()
    ).update(acting_for=None, acting_until=None, acting_reason="")  # fmt: skip
    if stopped:
        record(
            verb=Verb.STOPPED_ACTING, object_kind="person", object_id=viewer.person_id, actor_id=viewer.person_id,
            acted_by_id=viewer.signed_in_id,
        )  # fmt: skip
