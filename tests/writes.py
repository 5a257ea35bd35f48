"""Proofs that something wrote nothing: every row of every table keeps the transaction that last wrote it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection


def fingerprint(besides: Collection[str] = ()) -> dict[str, tuple[object, ...]]:
    """Of each table: the number of rows, and a digest over the identity (ctid) and the writer (xmin) of every row."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            if not table.startswith(tuple(besides)):
                cursor.execute(
                    f"SELECT count(*), md5(string_agg(ctid::text || xmin::text || md5(t::text), ',' ORDER BY ctid))"
                    f' FROM "{table}" t'
                )
                found[table] = cursor.fetchone()
    return found


@contextmanager
def no_writes(besides: Collection[str] = ()) -> Iterator[None]:
    """Fails when what runs inside has written to a table, even a row equal to the one before.

    Args:
        besides: beginnings of the names of tables that may be written to (partitions go with their table).
    """
    before = fingerprint(besides)
    yield
    after = fingerprint(besides)
    written = {table for table in before if before[table] != after[table]}
    assert written == set(), written
