"""Statements are only ever added, month by month."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from polytech.footprint.api import Statement, Verb, place_of, record, trail_of
from polytech.footprint.partitions import make_partitions, month_after

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R3-13")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE footprint_statement SET verb = 'viewed'",
        "DELETE FROM footprint_statement",
        "TRUNCATE footprint_statement",
    ],
)
def test_nothing_recorded_can_be_changed_or_removed(statement: str) -> None:
    record(verb=Verb.CREATED, object_kind="person", object_id=1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Statement.objects.count() == 1


def test_statement_says_who_really_did_it_and_in_which_system() -> None:
    record(verb=Verb.CHANGED, object_kind="course", object_id=5, actor_id=1, acted_by_id=2, address="192.0.2.1")

    found = Statement.objects.get()
    assert (found.actor_id, found.acted_by_id, found.address, found.source, found.verified) == (
        1, 2, "192.0.2.1", "portal", True,
    )  # fmt: skip


def test_statement_of_an_action_that_fails_is_gone_with_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(verb=Verb.CREATED, object_kind="person")
        raise RuntimeError

    assert Statement.objects.count() == 0


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = 'footprint_statement'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_partitions_are_made_for_this_month_and_three_more_once() -> None:
    made = make_partitions(date(2031, 11, 30))
    again = make_partitions(date(2031, 11, 30))

    assert made == [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)]
    assert again == []
    assert {f"footprint_statement_{day:%Y_%m}" for day in made} <= partitions()


def test_month_whose_statements_fell_into_the_default_partition_is_left_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO footprint_statement (at, verb, object_kind) VALUES ('2041-05-10 12:00+05', 'viewed', 'course')"
        )

    made = make_partitions(date(2041, 4, 1))

    assert made == [date(2041, 4, 1), date(2041, 6, 1), date(2041, 7, 1)]
    assert Statement.objects.filter(at__year=2041).count() == 1


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 11, 22), 0, date(2026, 11, 1)),
        (date(2026, 11, 30), 2, date(2027, 1, 1)),
        (date(2026, 1, 31), 12, date(2027, 1, 1)),
    ],
)
def test_months_are_counted_over_ends_of_years(day: date, months: int, first: date) -> None:
    assert month_after(day, months) == first


def test_trail_is_read_newest_first_and_goes_on_where_a_page_stopped(django_assert_num_queries) -> None:
    start = timezone.make_aware(datetime(2026, 11, 1))
    with connection.cursor() as cursor:
        for number in range(5):
            cursor.execute(
                "INSERT INTO footprint_statement (at, actor_id, verb, object_kind, object_id)"
                " VALUES (%s, 1, 'viewed', 'course', %s), (%s, 2, 'viewed', 'course', 99)",
                [start + timedelta(days=number // 2), number, start],
            )

    with django_assert_num_queries(2):
        first = trail_of(1, limit=3)
        rest = trail_of(1, before=place_of(first[-1].place), limit=3)

    assert [line.object_id for line in first] == [4, 3, 2]
    assert [line.object_id for line in rest] == [1, 0]


def test_trail_holds_what_was_done_in_others_names_once_and_in_its_place() -> None:
    start = timezone.make_aware(datetime(2026, 11, 1))
    with connection.cursor() as cursor:
        for day, actor, acted_by in ((0, 1, None), (1, 2, 1), (2, 1, 2), (3, 1, 1), (4, 2, 3)):
            cursor.execute(
                "INSERT INTO footprint_statement (at, actor_id, acted_by_id, verb, object_kind)"
                " VALUES (%s, %s, %s, 'viewed', 'course')",
                [start + timedelta(days=day), actor, acted_by],
            )

    assert [(line.actor_id, line.acted_by_id) for line in trail_of(1)] == [(1, 1), (1, 2), (2, 1), (1, None)]


@pytest.mark.parametrize("text", ["", "~", "yesterday~1", "2026-11-01~x"])
def test_address_of_a_page_that_is_none_means_the_first_page(text: str) -> None:
    assert place_of(text) is None
