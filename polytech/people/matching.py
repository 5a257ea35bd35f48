"""Who of the university is this: whom a typed name means, and a person of a directory (OIDC, SAML, LDAP)."""

from dataclasses import dataclass

from django.conf import settings

from polytech.kernel.iin import problem_of
from polytech.people.iin import digests
from polytech.people.models import Person

# Whom a name typed at sign-in may mean: by username, or by an email address, which several people may share.
NAMED_SQL = """
SELECT {columns}
  FROM people_person person
 WHERE person.username = %(username)s
    OR %(email)s <> '' AND upper(person.email::text) = upper(%(email)s)
 ORDER BY person.id
 LIMIT 3"""


def named_by(name: str) -> dict[str, str]:
    """The parameters of `NAMED_SQL`."""
    name = name.strip()
    return {"username": name.lower(), "email": name if "@" in name else ""}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a directory says about somebody who has just proved who they are. Empty where it says nothing."""

    username: str = ""
    email: str = ""
    email_verified: bool = False
    iin: str = ""
    sourced_id: str = ""


def find_person(claims: Claims) -> Person | None:
    """The one person whom the claims name, by `settings.MATCH_BY` in its order; nobody is ever made.

    An address counts only when the directory has verified it and one person alone has it.
    """
    for way in settings.MATCH_BY:
        person = _WAYS[way](claims)
        if person is not None:
            return person
    return None


def _by_sourced_id(claims: Claims) -> Person | None:
    return Person.objects.filter(sourced_id=claims.sourced_id).first() if claims.sourced_id else None


def _by_username(claims: Claims) -> Person | None:
    return Person.objects.filter(username=claims.username.lower()).first() if claims.username else None


def _by_email(claims: Claims) -> Person | None:
    if not (claims.email and claims.email_verified):
        return None
    found = list(Person.objects.filter(email__iexact=claims.email)[:2])
    return found[0] if len(found) == 1 else None


def _by_iin(claims: Claims) -> Person | None:
    if problem_of(claims.iin):
        return None
    return Person.objects.filter(iin_digest__in=digests(claims.iin)).first()


_WAYS = {"sourced_id": _by_sourced_id, "username": _by_username, "email": _by_email, "iin": _by_iin}
