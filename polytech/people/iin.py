"""The IIN at rest: sealed with AES-256-GCM, found again by a keyed digest, never read without a record.

The keys come from `settings.PERSONAL_DATA_KEY`: one secret, or a list whose first seals and whose others still open
(the older ones stay until `polytech person reseal` has run). The two purposes (sealing, digest) use keys derived
apart. Sealed form: one byte of version, four bytes naming the key, twelve of nonce, the ciphertext with its tag.
"""

import functools
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from polytech.footprint.api import Verb, record
from polytech.kernel import iin as numbers

_VERSION = b"\x01"
_NONCE_BYTES = 12
_NAME_BYTES = 4
_HEADER_BYTES = len(_VERSION) + _NAME_BYTES


class IinUnreadable(RuntimeError):
    """The sealed number does not open: its key is not configured any more, or the bytes were changed."""


def encrypt(iin: str) -> bytes:
    """Seal a valid IIN (twelve digits) for the column `Person.iin_encrypted`; cheap enough for 20,000 people at once.

    Raises:
        ValueError: the number is not an IIN; the message names what is wrong and not the number.
    """
    if problem := numbers.problem_of(iin):
        raise ValueError(f"not an IIN: {problem}")
    name, cipher = _ciphers()[0]
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + name + nonce + cipher.encrypt(nonce, iin.encode(), _VERSION + name)


def digest(iin: str) -> str:
    """64 hex digits that are the same for the same IIN and say nothing about it without the key."""
    return hmac.new(_digest_keys()[0], iin.encode(), hashlib.sha256).hexdigest()


def digests(iin: str) -> list[str]:
    """The digests under every configured key, newest first: for finding a person while keys are being changed."""
    return [hmac.new(key, iin.encode(), hashlib.sha256).hexdigest() for key in _digest_keys()]


def decrypt(
    sealed: bytes | memoryview, *, person_id: int, actor_id: int, acted_by_id: int | None = None, purpose: str
) -> str:
    """Open a sealed IIN and record who looked, at whose, and what for, in the caller's transaction.

    Raises:
        IinUnreadable: no configured key opens it.
    """
    iin = _open(bytes(sealed))
    record(
        verb=Verb.VIEWED, object_kind="iin", object_id=person_id, actor_id=actor_id, acted_by_id=acted_by_id,
        extra={"purpose": purpose},
    )  # fmt: skip
    return iin


def reseal(sealed: bytes | memoryview) -> tuple[bytes, str] | None:
    """The number sealed with the newest key and its digest under it; None when it already is. Shows nobody anything."""
    sealed = bytes(sealed)
    if sealed[:_HEADER_BYTES] == _VERSION + _ciphers()[0][0]:
        return None
    iin = _open(sealed)
    return encrypt(iin), digest(iin)


def headers() -> list[bytes]:
    """How the numbers begin that each configured key has sealed, newest first."""
    return [_VERSION + name for name, _cipher in _ciphers()]


def _open(sealed: bytes) -> str:
    header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    for name, cipher in _ciphers():
        if header == _VERSION + name:
            try:
                return cipher.decrypt(nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], header).decode()
            except InvalidTag as error:
                raise IinUnreadable("the sealed number was changed") from error
    raise IinUnreadable("no configured key opens this number")


def _secrets() -> tuple[str, ...]:
    configured: str | Sequence[str] = settings.PERSONAL_DATA_KEY
    return (configured,) if isinstance(configured, str) else tuple(configured)


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"polytech iin " + purpose).derive(secret.encode())


def _ciphers() -> tuple[tuple[bytes, AESGCM], ...]:
    return _ciphers_of(_secrets())


def _digest_keys() -> tuple[bytes, ...]:
    return _digest_keys_of(_secrets())


@functools.lru_cache(maxsize=4)
def _ciphers_of(secrets: tuple[str, ...]) -> tuple[tuple[bytes, AESGCM], ...]:
    keys = [_derived(secret, b"seal") for secret in secrets]
    return tuple((hashlib.sha256(key).digest()[:_NAME_BYTES], AESGCM(key)) for key in keys)


@functools.lru_cache(maxsize=4)
def _digest_keys_of(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(_derived(secret, b"digest") for secret in secrets)
