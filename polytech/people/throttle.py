"""Counting attempts: a leaky bucket for each key, all of an attempt in one statement, seen by every process at once."""

import hashlib
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from polytech.kernel import clock
from polytech.people.matching import NAMED_SQL, named_by
from polytech.people.models import Person
from polytech.people.roles import staff_parameters, staff_sql


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` attempts at once, then one for every `pause`."""

    name: str
    burst: int
    pause: timedelta

    @property
    def slack(self) -> timedelta:
        """How full the bucket may be and still take one more."""
        return self.pause * (self.burst - 1)


# A lecture hall signs in from one address, and only failures stay counted, so an address may fail often; a person may
# not.
PERSON = Limit("sign-in person", burst=6, pause=timedelta(seconds=50))
ADDRESS = Limit("sign-in address", burst=120, pause=timedelta(seconds=2))


def _interval(length: timedelta) -> str:
    return f"interval '{length.total_seconds()} seconds'"


# One bucket for each key; in the order of keys, so that two attempts never wait for each other. Whoever is named counts
# under the username, so that both ways of signing in share one bucket; an address that several people have counts for
# each of them. What the next steps of a sign-in need to know of them is read along: `has_second_factor`
# (`adapters.SecondFactorAdapter`), and `is_staff_today`, by which the session is shorter (`recording.signed_in`).
_COLUMNS = [str(field.column) for field in Person._meta.concrete_fields]
_TAKE = f"""
WITH named AS ({NAMED_SQL.format(columns="person.*")}),
asked AS (
    SELECT CASE WHEN named.id IS NULL THEN asked.key
                ELSE '{PERSON.name}:' || encode(sha256(convert_to(named.username, 'UTF8')), 'hex') END AS key,
           asked.pause, asked.slack
      FROM (VALUES (%(person)s, {_interval(PERSON.pause)}, {_interval(PERSON.slack)}),
                   (%(address)s, {_interval(ADDRESS.pause)}, {_interval(ADDRESS.slack)})) asked (key, pause, slack)
      LEFT JOIN named ON asked.key = %(person)s
),
taken AS (
    INSERT INTO people_throttle AS bucket (key, free_at)
    SELECT asked.key, %(now)s::timestamptz + asked.pause FROM asked ORDER BY asked.key
    ON CONFLICT (key) DO UPDATE
       SET free_at = greatest(bucket.free_at, %(now)s::timestamptz) + (excluded.free_at - %(now)s::timestamptz)
     WHERE greatest(bucket.free_at, %(now)s::timestamptz) - %(now)s::timestamptz
           <= (SELECT asked.slack FROM asked WHERE asked.key = bucket.key)
    RETURNING key
),
counted AS (
    SELECT array_agg(asked.key) AS keys, array_agg(asked.key) FILTER (WHERE taken.key IS NULL) AS refused
      FROM asked LEFT JOIN taken ON taken.key = asked.key
)
SELECT counted.keys, counted.refused, {", ".join(f"named.{column}" for column in _COLUMNS)},
       EXISTS (SELECT FROM mfa_authenticator factor
                WHERE factor.user_id = named.id AND factor.type IN ('totp', 'webauthn')),
       {staff_sql("named.id")}
  FROM counted LEFT JOIN named ON TRUE
 ORDER BY named.id"""
# The session that is written in the same transaction needs the person's row. Whoever has to wait for that, because a
# batch of the feed is changing it, must not hold the bucket of an address meanwhile: everybody there would wait too.
_GIVE_BACK = f"""
WITH whose AS (SELECT FROM people_person person WHERE person.id = %s FOR KEY SHARE),
given AS (
    SELECT bucket.key
      FROM whose, people_throttle bucket
     WHERE bucket.key = ANY (%s)
     ORDER BY bucket.key
       FOR UPDATE OF bucket
)
UPDATE people_throttle bucket
   SET free_at = bucket.free_at - CASE WHEN bucket.key LIKE '{PERSON.name}:%%' THEN {_interval(PERSON.pause)}
                                       ELSE {_interval(ADDRESS.pause)} END
  FROM given
 WHERE given.key = bucket.key"""
_WAIT = f"""
SELECT max(bucket.free_at - CASE WHEN bucket.key LIKE '{PERSON.name}:%%' THEN {_interval(PERSON.slack)}
                                 ELSE {_interval(ADDRESS.slack)} END)
  FROM people_throttle bucket
 WHERE bucket.key = ANY (%s)"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The buckets of an attempt, after how many seconds to try again (0: it may go on), and whom its name may mean."""

    keys: list[str]
    wait: int
    persons: list[Person]

    @property
    def person_id(self) -> int | None:
        """The one person whom the name means; None where it means nobody, or several who share an address."""
        return self.persons[0].pk if len(self.persons) == 1 else None


def _key(limit: Limit, whom: str) -> str:
    # A digest: what people type into the field for a name is sometimes a password.
    return f"{limit.name}:{hashlib.sha256(whom.strip().lower().encode()).hexdigest()}"


def take(name: str, address: str) -> Attempt:
    """Count an attempt to sign in with this username or email address, from this network address."""
    now = clock.now()
    buckets = {"person": _key(PERSON, name), "address": _key(ADDRESS, address)}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {**named_by(name), **staff_parameters(), **buckets, "now": now})
        rows = cursor.fetchall()
        keys, refused = rows[0][:2]
        wait = _wait(cursor, refused, now) if refused else 0
    if refused:
        # By whom is a digest here too; the address is told in words, for whoever has to bar it.
        log.warning("Too many attempts to sign in from %s: %s", address, ", ".join(refused))
    return Attempt(keys, wait, [_person(row[2:]) for row in rows if row[2] is not None])


def _person(row: tuple[Any, ...]) -> Person:
    person = Person.from_db(connection.alias, _COLUMNS, row[:-2])
    person.has_second_factor, person.is_staff_today = row[-2:]
    return person


def _wait(cursor: Any, refused: list[str], now: datetime) -> int:
    cursor.execute(_WAIT, [refused])
    [(free,)] = cursor.fetchall()
    return max(1, math.ceil((free - now).total_seconds())) if free else 0


def give_back(attempt: Attempt, person_id: int, write: Callable[[str, list[Any]], None]) -> None:
    """An attempt that succeeded is not counted.

    Args:
        person_id: who it was.
        write: takes the SQL and its values; it may write them together with the session.
    """
    write(_GIVE_BACK, [person_id, attempt.keys])


def forget_old() -> int:
    """Remove the buckets that are empty again. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_throttle WHERE free_at < %s", [clock.now()])
        return cursor.rowcount
