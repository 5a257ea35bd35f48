"""Counting attempts: a leaky bucket for each key, all of an attempt in one statement, seen by every process at once."""

import hashlib
import math
from collections.abc import Sequence
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

# One bucket for each key; in the order of keys, so that two attempts never wait for each other.
_TAKE = """
INSERT INTO people_throttle AS bucket (key, free_at)
SELECT asked.key, %(now)s::timestamptz + asked.pause
  FROM unnest(%(keys)s::text[], %(pauses)s::interval[]) asked (key, pause)
 ORDER BY asked.key
ON CONFLICT (key) DO UPDATE
   SET free_at = greatest(bucket.free_at, %(now)s::timestamptz) + (excluded.free_at - %(now)s::timestamptz)
 WHERE greatest(bucket.free_at, %(now)s::timestamptz) - %(now)s::timestamptz
       <= (%(slacks)s::interval[])[array_position(%(keys)s::text[], bucket.key)]
RETURNING key"""
_GIVE_BACK = """
WITH given AS (
    SELECT bucket.key, asked.pause
      FROM people_throttle bucket
      JOIN unnest(%(keys)s::text[], %(pauses)s::interval[]) asked (key, pause) ON asked.key = bucket.key
     ORDER BY bucket.key
       FOR UPDATE OF bucket
)
UPDATE people_throttle bucket SET free_at = bucket.free_at - given.pause FROM given WHERE given.key = bucket.key"""
_WAIT = """
SELECT max(bucket.free_at - asked.slack) AS free
  FROM people_throttle bucket
  JOIN unnest(%(keys)s::text[], %(slacks)s::interval[]) asked (key, slack) ON asked.key = bucket.key
 WHERE bucket.key = ANY (%(refused)s::text[])"""

# What is counted in an attempt: each limit with whom it is for.
Counted = Sequence[tuple[Limit, str]]


def _key(limit: Limit, whom: str) -> str:
    # A digest: what people type into the field for a name is sometimes a password.
    return f"{limit.name}:{hashlib.sha256(whom.strip().lower().encode()).hexdigest()}"


def _values(counted: Counted) -> dict[str, Any]:
    return {
        "keys": [_key(limit, whom) for limit, whom in counted],
        "pauses": [limit.pause for limit, _ in counted],
        "slacks": [limit.pause * (limit.burst - 1) for limit, _ in counted],
    }


def take(counted: Counted) -> int:
    """Count one attempt in every bucket. Returns 0 when it may go on, else after how many seconds to try again."""
    now = clock.now()
    values = {**_values(counted), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        refused = set(values["keys"]) - {key for (key,) in cursor.fetchall()}
        if not refused:
            return 0
        cursor.execute(_WAIT, {**values, "refused": list(refused)})
        [(free,)] = cursor.fetchall()
    return max(1, math.ceil((free - now).total_seconds())) if free else 0


def give_back(counted: Counted) -> None:
    """An attempt that succeeded is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, _values(counted))


def forget_old() -> int:
    """Remove the buckets that are empty again. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_throttle WHERE free_at < %s", [clock.now()])
        return cursor.rowcount
