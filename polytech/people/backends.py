"""Checking a password that the portal itself keeps."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from polytech.kernel import clock
from polytech.people.matching import NAMED_SQL, named_by
from polytech.people.models import Person
from polytech.people.refusals import refusal_of
from polytech.people.roles import staff_parameters, staff_sql

# What the next steps need comes along: `has_second_factor` (`adapters.SecondFactorAdapter`), and `is_staff_today`,
# by which the session is shorter (`recording.signed_in`).
_BY_NAME = NAMED_SQL.format(
    columns="person.*, EXISTS (SELECT FROM mfa_authenticator factor WHERE factor.user_id = person.id"
    f" AND factor.type IN ('totp', 'webauthn')) AS has_second_factor, {staff_sql('person.id')} AS is_staff_today"
)


def _is_too_old(person: Person) -> bool:
    """A password made up by the portal works for some days only."""
    return person.initial_password_until is not None and person.initial_password_until < clock.now()


class LocalPassword(AuthenticationBackend):
    """By username or email, in one query. Ended and blocked persons do not pass; the sign-in page tells them so."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        name = str(credentials.get("username") or credentials.get("email") or "").strip()
        password = credentials.get("password")
        if not name or not password:
            return None
        checked = False
        for person in Person.objects.raw(_BY_NAME, {**named_by(name), **staff_parameters()}):
            checked = checked or person.has_usable_password()
            if person.has_usable_password() and person.check_password(password):
                if _is_too_old(person):
                    return None
                if self.user_can_authenticate(person):
                    return person
                self._stash_user(person)
                return None
        if not checked:
            # An unknown name takes as long as a wrong password.
            Person().set_password(password)
        return None

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return refusal_of(user) is None
