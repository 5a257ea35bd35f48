"""Counting attempts: a leaky bucket for each key, in one statement, seen by every web process at once."""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from polytech.kernel import clock


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` attempts at once, then one for every `pause`."""

    name: str
    burst: int
    pause: timedelta


# A lecture hall signs in from one address, and only failures stay counted, so an address may fail often; a person may
# not.
PERSON = Limit("sign-in person", burst=6, pause=timedelta(seconds=50))
ADDRESS = Limit("sign-in address", burst=120, pause=timedelta(seconds=2))

_TAKE = """
INSERT INTO people_throttle AS bucket (key, free_at) VALUES (%(key)s, %(now)s::timestamptz + %(pause)s::interval)
ON CONFLICT (key) DO UPDATE
   SET free_at = greatest(bucket.free_at, %(now)s::timestamptz) + %(pause)s::interval
 WHERE greatest(bucket.free_at, %(now)s::timestamptz) - %(now)s::timestamptz <= %(slack)s::interval
RETURNING free_at"""


def _key(limit: Limit, whom: str) -> str:
    # A digest: what people type into the field for a name is sometimes a password.
    return f"{limit.name}:{hashlib.sha256(whom.strip().lower().encode()).hexdigest()}"


def take(limit: Limit, whom: str) -> int:
    """Count one attempt of `whom`. Returns 0 when it may go on, else after how many seconds to try again."""
    now = clock.now()
    key = _key(limit, whom)
    values: dict[str, Any] = {"key": key, "now": now, "pause": limit.pause, "slack": limit.pause * (limit.burst - 1)}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone():
            return 0
        cursor.execute("SELECT free_at FROM people_throttle WHERE key = %s", [key])
        found = cursor.fetchone()
    if found is None:
        return 0
    return max(1, math.ceil((found[0] - now - limit.pause * (limit.burst - 1)).total_seconds()))


def give_back(limit: Limit, whom: str) -> None:
    """An attempt that succeeded is not counted."""
    values: list[Any] = [limit.pause, _key(limit, whom)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_throttle SET free_at = free_at - %s::interval WHERE key = %s", values)


def forget_old() -> int:
    """Remove the buckets that are empty again. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_throttle WHERE free_at < %s", [clock.now()])
        return cursor.rowcount
