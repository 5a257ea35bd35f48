"""Accounts made by hand, roles with a scope and a period, and help with sign-in."""

import secrets
from datetime import date

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel import iin as numbers
from polytech.kernel.actions import Refused, action
from polytech.people import access, iin
from polytech.people.acting_actions import keep_roles_still, stop_acting_without_power
from polytech.people.models import Person, Role, RoleGrant
from polytech.people.names import NAME_FIELDS, sort_key_of
from polytech.people.session_actions import end_sessions
from polytech.people.viewer import Viewer

# Without letters and digits that are read for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of five, a hundred bits: to be read out or copied once, then changed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(5)) for _group in range(4))


@action
def make_person(
    *, viewer: Viewer | None, username: str, email: str = "", names: dict[str, str], number: str = "",
    password: str | None = None, role: Role | None = None, org_id: int | None = None,
) -> Person:  # fmt: skip
    """Make an account by hand, flagged as such until the feed brings the same person, with its first role.

    Args:
        viewer: None for the operator's command line.
        names: any of NAME_FIELDS.
        number: the IIN, may be empty.
        password: None for a person who will sign in through the university's directory.
        role, org_id: as in `grant_role`; a registrar of some units must give one.

    Raises:
        PermissionDenied: not the viewer's to make, or to give.
        Refused: `username` or `iin` is taken, or the IIN is not one.
    """
    if viewer is not None and not access.may_make_persons(viewer):
        raise PermissionDenied("make person")
    if viewer is not None and role is None and access.makes_persons_with_a_role_only(viewer):
        raise PermissionDenied("make person without a role")
    person = Person(
        username=username.strip().lower(), email=email, source=Person.Source.HAND, sort_key=sort_key_of(names),
        **{name: names.get(name, "") for name in NAME_FIELDS},
    )  # fmt: skip
    if number:
        if numbers.problem_of(number):
            raise Refused(_("This is not an IIN: check its digits."), code="iin")
        person.iin_encrypted, person.iin_digest = iin.encrypt(number), iin.digest(number)
        if Person.objects.filter(iin_digest__in=iin.digests(number)).exists():
            raise Refused(_("Somebody with this IIN is there already."), code="iin-taken")
    if password is None:
        person.set_unusable_password()
    else:
        person.set_initial_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(_("This username is taken."), code="username") from error
    _record(viewer, Verb.CREATED, "person", person.pk)
    if role is not None:
        grant_role(viewer=viewer, person=person, role=role, org_id=org_id)
    return person


@action
def grant_role(
    *, viewer: Viewer | None, person: Person, role: Role, org_id: int | None, starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:  # fmt: skip
    """Give a role in a unit (with everything below it) and a period; None stands for the whole university and no end.

    Raises:
        PermissionDenied: not the viewer's to give.
        Refused: the period ends before it starts, or the person holds this role there already.
    """
    if viewer is not None and not access.may_give(viewer, role, org_id):
        raise PermissionDenied("grant role")
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(_("The period ends before it starts."), code="period")
    keep_roles_still(person.pk)
    if RoleGrant.objects.filter(person=person, role=role, org_id=org_id, ended_at=None).exists():
        raise Refused(_("The person holds this role there already."), code="held")
    grant = RoleGrant.objects.create(person=person, role=role, org_id=org_id, starts_on=starts_on, ends_on=ends_on)
    _record(viewer, Verb.CREATED, "role", person.pk, {"role": str(role), "org": org_id})
    if role != Role.STUDENT:
        # The next sign-in has the shorter session of staff, and asks for the second factor.
        end_sessions(
            person_id=person.pk, ended_by=viewer.signed_in_id if viewer else None, keep=None, reason="role given"
        )
        stop_acting_without_power()
    return grant


@action
def end_role(*, viewer: Viewer, grant: RoleGrant) -> None:
    """End a role today; the grant stays as history. What it allowed ends with it, acting for somebody too."""
    if not access.may_end(viewer, grant):
        raise PermissionDenied("end role")
    keep_roles_still(grant.person_id)
    if grant.ended_at is None:
        grant.ended_at = clock.now()
        grant.save(update_fields=["ended_at"])
        _record(viewer, Verb.ENDED, "role", grant.person_id, {"role": grant.role, "org": grant.org_id})
        stop_acting_without_power()


@action
def reset_second_factor(*, viewer: Viewer, person: Person, reason: str) -> int:
    """Remove every second factor of somebody who lost theirs, and end their sessions. Returns how many were removed."""
    if not access.RESET_SIGN_IN.allows(viewer, person):
        raise PermissionDenied("reset second factor")
    removed, _rows = Authenticator.objects.filter(user=person).delete()
    _record_help(viewer, "second-factor", person, {"was": "reset", "reason": reason[:500]})
    end_sessions(person_id=person.pk, ended_by=viewer.signed_in_id, keep=None, reason="second factor reset")
    return removed


@action
def reset_password(*, viewer: Viewer | None, person: Person, reason: str = "", password: str | None = None) -> str:
    """Give a new password, shown once; every session of the person ends. Returns it."""
    if viewer is not None and not access.RESET_SIGN_IN.allows(viewer, person):
        raise PermissionDenied("reset password")
    password = password or new_password()
    person.set_initial_password(password)
    person.save(update_fields=["password", "initial_password_until"])
    how: dict[str, object] = {"by": "support" if viewer else "operator"}
    _record_help(viewer, "password", person, {**how, "reason": reason[:500]} if reason else how)
    end_sessions(
        person_id=person.pk, ended_by=viewer.signed_in_id if viewer else None, keep=None, reason="password reset"
    )
    return password


@action
def end_sessions_of(*, viewer: Viewer, person: Person, reason: str) -> int:
    """Sign somebody out everywhere who cannot do it: a lost telephone. Returns how many sessions ended."""
    if not access.RESET_SIGN_IN.allows(viewer, person):
        raise PermissionDenied("end sessions")
    return end_sessions(person_id=person.pk, ended_by=viewer.signed_in_id, keep=None, reason=reason[:500])


def _record_help(viewer: Viewer | None, kind: str, person: Person, extra: dict[str, object]) -> None:
    """Recorded in the person's own name, with who did it, so that the person reads it in the own footprint."""
    record(
        verb=Verb.CHANGED, object_kind=kind, object_id=person.pk, actor_id=person.pk,
        acted_by_id=viewer.signed_in_id if viewer else None, extra=extra,
    )  # fmt: skip


def _record(
    viewer: Viewer | None, verb: Verb, kind: str, person_id: int, extra: dict[str, object] | None = None
) -> None:
    record(
        verb=verb, object_kind=kind, object_id=person_id, actor_id=viewer.person_id if viewer else None,
        acted_by_id=viewer.acted_by_id if viewer else None, extra=extra,
    )  # fmt: skip
