"""Changing the key of personal data: what an older key has sealed is sealed by the newest one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import connection, transaction

from polytech.people import iin, secrets
from polytech.people.models import Person

_COUNT_NUMBERS = """
SELECT count(*) FILTER (WHERE header = ANY (%(older)s::bytea[])),
       count(*) FILTER (WHERE header <> ALL (%(older)s::bytea[]))
  FROM (SELECT substring(iin_encrypted FROM 1 FOR %(length)s) AS header FROM people_person) sealed
 WHERE header <> %(newest)s"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many IINs and second factors an older key has sealed, and how many no configured key opens."""

    old_numbers: int = 0
    old_factors: int = 0
    lost_numbers: int = 0
    lost_factors: int = 0

    @property
    def old(self) -> int:
        return self.old_numbers + self.old_factors

    @property
    def lost(self) -> int:
        return self.lost_numbers + self.lost_factors


def count_sealed() -> Sealed:
    """Two queries; each secret of an app is tried with the newest key."""
    newest, *older = iin.headers()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_NUMBERS, {"newest": newest, "older": older, "length": len(newest)})
        [(old_numbers, lost_numbers)] = cursor.fetchall()
    old_factors = lost_factors = 0
    for data in _factors().values_list("data", flat=True):
        try:
            old_factors += _resealed(data) is not None
        except InvalidToken:
            lost_factors += 1
    return Sealed(old_numbers, old_factors, lost_numbers, lost_factors)


def reseal_all() -> Sealed:
    """Seal every IIN and every second factor with the newest key. Can be stopped and run again.

    Returns:
        what was sealed anew (`old…`), and what could not be, because no key opens it.
    """
    old_numbers, lost_numbers = _reseal_numbers()
    old_factors, lost_factors = _reseal_factors()
    return Sealed(old_numbers, old_factors, lost_numbers, lost_factors)


def _reseal_numbers() -> tuple[int, int]:
    changed = lost = 0
    for one in Person.objects.exclude(iin_encrypted=None).only("pk", "iin_encrypted").iterator(chunk_size=1000):
        try:
            again = iin.reseal(one.iin_encrypted)
        except iin.IinUnreadable:
            lost += 1
            continue
        if again:
            # What the feed has changed meanwhile is sealed by the newest key already.
            changed += Person.objects.filter(pk=one.pk, iin_encrypted=one.iin_encrypted).update(
                iin_encrypted=again[0], iin_digest=again[1]
            )
    return changed, lost


def _reseal_factors() -> tuple[int, int]:
    changed = lost = 0
    for key in _factors().values_list("pk", flat=True):
        # Locked, for a recovery code that is used meanwhile is marked in the same data.
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=key).first()
            try:
                again = _resealed(factor.data) if factor else None
            except InvalidToken:
                lost += 1
                continue
            if factor and again:
                factor.data = again
                factor.save(update_fields=["data"])
                changed += 1
    return changed, lost


def _factors() -> Any:
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def _resealed(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """A factor's data with each of its secrets sealed by the newest key; None when they already are."""
    again = dict(data)
    for name in ("secret", "seed"):
        if name in data:
            again[name] = secrets.reseal(data[name]) or data[name]
    if data.get("migrated_codes"):
        again["migrated_codes"] = [secrets.reseal(code) or code for code in data["migrated_codes"]]
    return again if again != data else None
