"""Writes of the footprint: statements are only ever added."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from polytech.footprint.models import Verb
from polytech.kernel import clock

_ADD = """
INSERT INTO footprint_statement
       (at, actor_id, acted_by_id, verb, object_kind, object_id, course_id, address, extra, source)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::inet, %s::jsonb, %s)"""


def _execute(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def record(
    *,
    verb: Verb,
    object_kind: str,
    object_id: int | None = None,
    actor_id: int | None = None,
    acted_by_id: int | None = None,
    course_id: int | None = None,
    address: str | None = None,
    extra: dict[str, object] | None = None,
    source: str = "portal",
    write: Callable[[str, list[Any]], None] = _execute,
) -> None:
    """Add one statement, in the caller's transaction.

    Args:
        actor_id: the person in whose name; None for the portal itself.
        acted_by_id: who really did it, when support acted for the person.
        extra: plain JSON; no secrets and no personal numbers.
        source: the system in which it happened.
        write: takes the SQL and its values, where they are written with something else, and when that is.
    """
    write(_ADD, [
        clock.now(), actor_id, acted_by_id, verb.value, object_kind, object_id, course_id,
        address, json.dumps(extra) if extra else None, source,
    ])  # fmt: skip
