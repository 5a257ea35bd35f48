"""Keys of other systems: made once, shown once, known afterwards by their digest alone."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest

from polytech.kernel import clock
from polytech.people.models import ApiToken

PREFIX = "pt_"
_USE_RECORDED_EVERY = timedelta(minutes=1)


def new_key() -> str:
    """A new key: 256 bits of chance after a prefix that scanners of leaked secrets can look for."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    # The keys are long and random, so a fast digest is enough (ASVS 5.0, 11.4.2 speaks of passwords).
    return hashlib.sha256(key.encode()).hexdigest()


def token_with_scope(request: HttpRequest, scope: str) -> ApiToken | None:
    """The valid token of `Authorization: Bearer …` when it holds `scope` (like `sis:write`), else None.

    The database finds the row by the digest, which an attacker cannot steer; the digests are then compared in
    constant time. The moment of use is kept to a minute.
    """
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    if kind.lower() != "bearer" or not key.startswith(PREFIX):
        return None
    wanted, now = digest_of(key), clock.now()
    token = (
        ApiToken.objects.filter(digest=wanted, revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    if token is None or not hmac.compare_digest(token.digest, wanted) or scope not in token.scopes:
        return None
    if token.used_at is None or token.used_at < now - _USE_RECORDED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        token.used_at = now
    return token
