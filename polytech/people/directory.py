"""Checking a password against the university's directory (LDAP). Needs the extra `ldap`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend, ldap_error

from polytech.people.matching import Claims, find_person
from polytech.people.refusals import DIRECTORY_DOWN, UNKNOWN, refuse


class NotInTheFeed(PermissionDenied):
    """The directory knows this human being and the feed does not: no other backend is asked."""


class Directory(LDAPBackend):
    """The directory checks the password, the feed says who it is. Nothing is copied, nobody is made."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        try:
            person = super().authenticate(request, username=username or kwargs.get("email"), password=password)
        except NotInTheFeed:
            if request is not None:
                refuse(request, UNKNOWN, method="ldap")
                request.sign_in_refusal = UNKNOWN  # type: ignore[attr-defined]
            raise
        if person is not None and request is not None:
            request.signed_in_by = "ldap"  # type: ignore[attr-defined]
        return person

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[Any, bool]:
        attributes = {
            word: (ldap_user.attrs.get(name) or [""])[0] for word, name in settings.LDAP_ATTRIBUTES.items() if name
        }
        person = find_person(Claims(**attributes, email_verified=bool(attributes.get("email"))))
        if person is None:
            raise NotInTheFeed
        return person, False


def _directory_is_down(sender: Any, context: str, request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        request.sign_in_refusal = DIRECTORY_DOWN  # type: ignore[attr-defined]


ldap_error.connect(_directory_is_down, dispatch_uid="people.directory")
