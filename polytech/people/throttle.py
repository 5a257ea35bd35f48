"""Counting attempts: a leaky bucket for each key, all of an attempt in one statement, seen by every process at once."""

import hashlib
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from polytech.kernel import clock
from polytech.people.matching import NAMED_SQL, named_by


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

# One bucket for each key; in the order of keys, so that two attempts never wait for each other. Whoever is named by an
# address counts under the username, so that both ways of signing in share one bucket; an address that several people
# have counts for each of them.
_TAKE = """
WITH asked AS (
    SELECT {key} AS key, asked.pause, asked.slack
      FROM unnest(%(keys)s::text[], %(pauses)s::interval[], %(slacks)s::interval[]) asked (key, pause, slack)
      {persons}
),
taken AS (
    INSERT INTO people_throttle AS bucket (key, free_at)
    SELECT asked.key, %(now)s::timestamptz + asked.pause FROM asked ORDER BY asked.key
    ON CONFLICT (key) DO UPDATE
       SET free_at = greatest(bucket.free_at, %(now)s::timestamptz) + (excluded.free_at - %(now)s::timestamptz)
     WHERE greatest(bucket.free_at, %(now)s::timestamptz) - %(now)s::timestamptz
           <= (SELECT asked.slack FROM asked WHERE asked.key = bucket.key)
    RETURNING key
)
SELECT asked.key, asked.pause, asked.slack, taken.key IS NOT NULL FROM asked LEFT JOIN taken ON taken.key = asked.key"""
_TAKE_AS_TYPED = _TAKE.format(key="asked.key", persons="")
_TAKE_BY_EMAIL = _TAKE.format(
    key="coalesce(%(limit)s || ':' || encode(sha256(convert_to(person.username, 'UTF8')), 'hex'), asked.key)",
    persons=f"LEFT JOIN LATERAL ({NAMED_SQL.format(columns='person.username')}) person ON asked.key = %(named)s",
)
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
  JOIN unnest(%(keys)s::text[], %(slacks)s::interval[]) asked (key, slack) ON asked.key = bucket.key"""

log = logging.getLogger(__name__)

# What is counted in an attempt: each limit with whom it is for.
Counted = Sequence[tuple[Limit, str]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The buckets of an attempt, each with its pause, and after how many seconds to try again (0: it may go on)."""

    keys: list[str]
    pauses: list[timedelta]
    wait: int


def _key(limit: Limit, whom: str) -> str:
    # A digest: what people type into the field for a name is sometimes a password.
    return f"{limit.name}:{hashlib.sha256(whom.strip().lower().encode()).hexdigest()}"


def take_sign_in(name: str, address: str) -> Attempt:
    """Count an attempt to sign in with this username or email address, from this network address."""
    statement = _TAKE_BY_EMAIL if "@" in name else _TAKE_AS_TYPED
    named = {**named_by(name), "limit": PERSON.name, "named": _key(PERSON, name)} if "@" in name else {}
    return _take([(PERSON, name), (ADDRESS, address)], statement, named)


def take(counted: Counted) -> Attempt:
    """Count one attempt in every bucket."""
    return _take(counted, _TAKE_AS_TYPED, {})


def _take(counted: Counted, statement: str, named: dict[str, str]) -> Attempt:
    now = clock.now()
    values: dict[str, Any] = {
        "keys": [_key(limit, whom) for limit, whom in counted],
        "pauses": [limit.pause for limit, _ in counted],
        "slacks": [limit.pause * (limit.burst - 1) for limit, _ in counted],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **named})
        rows = cursor.fetchall()
        refused = [(key, slack) for key, _pause, slack, taken in rows if not taken]
        wait = _wait(cursor, refused, now) if refused else 0
    if refused:
        # By whom is a digest here too; the address is told in words, for whoever has to bar it.
        addresses = ", ".join(whom for limit, whom in counted if limit is ADDRESS)
        log.warning("Too many attempts to sign in from %s: %s", addresses, ", ".join(key for key, _ in refused))
    return Attempt([row[0] for row in rows], [row[1] for row in rows], wait)


def _wait(cursor: Any, refused: list[tuple[str, timedelta]], now: datetime) -> int:
    cursor.execute(_WAIT, {"keys": [key for key, _ in refused], "slacks": [slack for _, slack in refused]})
    [(free,)] = cursor.fetchall()
    return max(1, math.ceil((free - now).total_seconds())) if free else 0


def give_back(attempt: Attempt) -> None:
    """An attempt that succeeded is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"keys": attempt.keys, "pauses": attempt.pauses})


def forget_old() -> int:
    """Remove the buckets that are empty again. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_throttle WHERE free_at < %s", [clock.now()])
        return cursor.rowcount
