"""A browser without a screen: Django's test client in somebody's name."""

from django.conf import settings
from django.test import Client

from polytech.people.models import Person
from polytech.ui import cookies


def sign_in(person: Person, *, language: str | None = None) -> Client:
    """A client in which this person is signed in, without a password and without the sign-in page.

    Args:
        language: `kk`, `ru` or `en`; the person's own when not given.
    """
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.cookies[cookies.LANGUAGE] = language or person.language
    return client
