"""Statements that ride in another statement, and reads of the footprint."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from polytech.footprint.models import Verb
from polytech.footprint.words import Words, kind_words, verb_words
from polytech.kernel.addresses import whole_number

PAGE = 100

# Rides in a page's statement: records that the viewer (CTE `viewer`) read the page (CTE `page`), if it was there.
VIEW_STATEMENT_SQL = """
footprint AS (
    INSERT INTO footprint_statement (at, actor_id, acted_by_id, verb, object_kind, object_id, course_id, address)
    SELECT %(now)s, viewer.person_id, nullif(viewer.signed_in_id, viewer.person_id), %(verb)s::text,
           %(object_kind)s::text, %(object_id)s::bigint, %(course_id)s::bigint, %(address)s::inet
      FROM viewer
     WHERE EXISTS (SELECT FROM page)
)"""


@dataclass(frozen=True, slots=True)
class Line:
    """One statement as a page shows it."""

    at: datetime
    id: int
    verb: Words
    kind: Words
    object_id: int | None
    course_id: int | None
    actor_id: int | None
    acted_by_id: int | None
    address: str
    extra: dict[str, object]

    @property
    def place(self) -> str:
        """Where this line stands, for the address of the lines before it."""
        return f"{self.at.astimezone(UTC).isoformat()}~{self.id}"


def place_of(text: str) -> tuple[datetime, int] | None:
    """The place that an address names; None when it is none."""
    at, mark, number = text.partition("~")
    try:
        return (datetime.fromisoformat(at), whole_number(number)) if mark and whole_number(number) else None
    except ValueError:
        return None


# Each of the two is read from its index, newest first, and no further than the page needs.
_TRAIL = """
SELECT at, id, verb, object_kind, object_id, course_id, actor_id, acted_by_id, host(address), extra
  FROM ((SELECT * FROM footprint_statement
          WHERE actor_id = %(person_id)s
            AND (%(at)s::timestamptz IS NULL OR (at, id) < (%(at)s::timestamptz, %(id)s::bigint))
          ORDER BY at DESC, id DESC
          LIMIT %(limit)s)
        UNION ALL
        (SELECT * FROM footprint_statement
          WHERE acted_by_id = %(person_id)s AND actor_id IS DISTINCT FROM %(person_id)s
            AND (%(at)s::timestamptz IS NULL OR (at, id) < (%(at)s::timestamptz, %(id)s::bigint))
          ORDER BY at DESC, id DESC
          LIMIT %(limit)s)) trail
 ORDER BY at DESC, id DESC
 LIMIT %(limit)s"""


def trail_of(person_id: int, *, before: tuple[datetime, int] | None = None, limit: int = PAGE) -> list[Line]:
    """What was done in a person's name, and what they did in others' names: newest first, from `before` on.

    One query; months are read as needed.
    """
    at, number = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_TRAIL, {"person_id": person_id, "at": at, "id": number, "limit": limit})
        rows = cursor.fetchall()
    return [
        Line(
            at=row[0], id=row[1], verb=verb_words(row[2]), kind=kind_words(row[3]), object_id=row[4],
            course_id=row[5], actor_id=row[6], acted_by_id=row[7], address=row[8] or "", extra=_as_dict(row[9]),
        )
        for row in rows
    ]  # fmt: skip


def last_time(actor_id: int, verb: Verb) -> datetime | None:
    """When somebody did something last; None when never. One query; months are read as needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at FROM footprint_statement WHERE actor_id = %s AND verb = %s ORDER BY at DESC LIMIT 1",
            [actor_id, verb.value],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _as_dict(value: object) -> dict[str, object]:
    return json.loads(value) if isinstance(value, str) else value or {}  # type: ignore[return-value]
