"""Checking a password that the portal itself keeps."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from polytech.kernel import clock
from polytech.people.models import Person
from polytech.people.refusals import refusal_of


def _is_too_old(person: Person) -> bool:
    """A password made up by the portal works for some days only."""
    return person.initial_password_until is not None and person.initial_password_until < clock.now()


class LocalPassword(AuthenticationBackend):
    """By username or email, of those whom the counted attempt has read: no password is checked uncounted.

    Ended and blocked persons do not pass; the sign-in page tells them so.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        attempt, password = getattr(request, "attempt", None), credentials.get("password")
        if attempt is None or not password:
            return None
        checked = False
        for person in attempt.persons:
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
