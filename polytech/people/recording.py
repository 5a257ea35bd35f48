"""What sign-in leaves in the footprint, by the signals of allauth and Django."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from polytech.footprint.api import Verb, record
from polytech.people.actions import end_sessions
from polytech.people.adapters import method_of


def _address(request: HttpRequest | None) -> str | None:
    return request.META.get("REMOTE_ADDR") or None if request is not None else None


@receiver(account_signals.user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    method = method_of(request, user)
    if getattr(request, "signed_in_by", ""):
        method = method.replace("password", request.signed_in_by)  # type: ignore[attr-defined]
    is_staff = getattr(user, "is_staff_today", None)
    if is_staff is not None:
        request.session.known_staff = {user.pk: is_staff}  # type: ignore[attr-defined]
    record(
        verb=Verb.SIGNED_IN, object_kind="session", actor_id=user.pk, address=_address(request),
        extra={"method": method, "device": request.META.get("HTTP_USER_AGENT", "")[:200]},
        write=request.session.ride,  # type: ignore[attr-defined]
    )  # fmt: skip


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        record(verb=Verb.SIGNED_OUT, object_kind="session", actor_id=user.pk, address=_address(request))


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
def password_changed(request: HttpRequest, user: Any, **_: Any) -> None:
    """Whoever knew the old password is out: every other session of the person ends."""
    record(verb=Verb.CHANGED, object_kind="password", object_id=user.pk, actor_id=user.pk, address=_address(request))
    end_sessions(person_id=user.pk, ended_by=user.pk, keep=request.session.session_key, reason="password changed")


@receiver(account_signals.password_reset)
def password_reset(request: HttpRequest, user: Any, **_: Any) -> None:
    record(
        verb=Verb.CHANGED, object_kind="password", object_id=user.pk, actor_id=user.pk, address=_address(request),
        extra={"by": "link"},
    )  # fmt: skip
    end_sessions(person_id=user.pk, ended_by=user.pk, keep=None, reason="password changed")


@receiver(account_signals.authentication_step_completed)
def proved_again(request: HttpRequest, **details: Any) -> None:
    """Whoever proves again who they are gets a new session key (ASVS 5.0, 7.2.4)."""
    if details.get("reauthenticated"):
        request.session.cycle_key()


@receiver(factor_signals.authenticator_added)
@receiver(factor_signals.authenticator_removed)
@receiver(factor_signals.authenticator_reset)
def second_factor_changed(request: HttpRequest, user: Any, authenticator: Any, signal: Any, **_: Any) -> None:
    word = {
        factor_signals.authenticator_added: "added",
        factor_signals.authenticator_removed: "removed",
    }.get(signal, "made anew")
    record(
        verb=Verb.CHANGED, object_kind="second-factor", object_id=user.pk, actor_id=user.pk,
        address=_address(request), extra={"type": str(authenticator.type), "was": word},
    )  # fmt: skip


@receiver(factor_signals.authentication_failed)
def code_was_wrong(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    record(
        verb=Verb.SIGN_IN_FAILED, object_kind="sign-in", object_id=user.pk, actor_id=user.pk,
        address=_address(request), extra={"method": str(authenticator.type)},
    )  # fmt: skip
