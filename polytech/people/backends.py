"""Checking a password that the portal itself keeps."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from polytech.people.refusals import refusal_of


class LocalPassword(AuthenticationBackend):
    """By username or email. Ended and blocked persons do not pass; the sign-in page tells them so."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return refusal_of(user) is None
