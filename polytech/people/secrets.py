"""Secrets of second factors at rest: sealed with a key of their own, derived from the key of personal data."""

import base64
import functools

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str) -> str:
    return _fernet(_keys()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` when no configured key opens it."""
    return _fernet(_keys()).decrypt(sealed.encode()).decode()


def reseal(sealed: str) -> str | None:
    """The same text sealed by the newest key; None when it already is. Raises `InvalidToken` like `unseal`."""
    keys = _keys()
    try:
        _fernet(keys[:1]).decrypt(sealed.encode())
    except InvalidToken:
        return _fernet(keys).rotate(sealed.encode()).decode()
    return None


def _keys() -> tuple[str, ...]:
    configured = settings.PERSONAL_DATA_KEY
    return (configured,) if isinstance(configured, str) else tuple(configured)


@functools.lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    derived = [
        HKDF(SHA256(), length=32, salt=None, info=b"polytech second factor").derive(key.encode()) for key in keys
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
