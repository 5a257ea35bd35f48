"""Ending sessions: effective at once in every web process, for the next statement looks for the row."""

from allauth.idp.oidc.models import Token
from django.db.models.functions import Now

from polytech.footprint.api import Verb, record
from polytech.kernel.actions import action
from polytech.people.acting_actions import stop_acting_in
from polytech.people.models import Session


@action
def end_sessions(*, person_id: int, ended_by: int | None, keep: str | None, reason: str) -> int:
    """End every session of a person, all but `keep` (the reader's own key), and what keeps them signed in elsewhere.

    Args:
        ended_by: who ends them; None is the portal itself, or its operator.
        reason: the person reads it in the own footprint (`people.trail` has words for the portal's own).

    Returns:
        how many sessions ended. Other systems notice when they next ask the portal to renew a sign-in.
    """
    Token.objects.filter(user_id=person_id).delete()
    sessions = Session.objects.filter(person_id=person_id)
    if keep:
        sessions = sessions.exclude(pk=keep)
    stop_acting_in(sessions)
    ended, _ = sessions.delete()
    if ended:
        record(
            verb=Verb.ENDED, object_kind="session", object_id=person_id, actor_id=person_id,
            acted_by_id=None if ended_by == person_id else ended_by, extra={"count": ended, "reason": reason},
        )  # fmt: skip
    return ended


@action
def end_session(*, person_id: int, session_key_digest: str) -> bool:
    """End one of the own sessions, named by the digest of its key (pages never show keys)."""
    from polytech.people.queries import digest_of_session

    for session in Session.objects.filter(person_id=person_id, expire_date__gt=Now()):
        if digest_of_session(session.session_key) == session_key_digest:
            stop_acting_in(Session.objects.filter(pk=session.pk))
            session.delete()
            record(verb=Verb.ENDED, object_kind="session", object_id=person_id, actor_id=person_id, extra={"count": 1})
            return True
    return False
