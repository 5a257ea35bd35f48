"""Figures of use: counted from the statements by day, in the university's zone, as often as one likes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from polytech.footprint.api import Use, count_recent_days, use_of_week
from polytech.footprint.models import DailyUse
from polytech.kernel import clock
from tests.conftest import SetClock

pytestmark = pytest.mark.django_db
ALMATY = ZoneInfo("Asia/Almaty")
NOON = datetime(2026, 11, 25, 12, tzinfo=ALMATY)


def state(at: datetime, verb: str, actor: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO footprint_statement (at, actor_id, verb, object_kind) VALUES (%s, %s, %s, 'page')",
            [at, actor, verb],
        )


def test_people_of_the_week_are_counted_once_and_days_end_at_midnight_here(
    at: SetClock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at(NOON)
    midnight = NOON.replace(hour=0)
    for moment, verb, actor in (
        (midnight, "signed-in", 1),
        (midnight - timedelta(seconds=1), "signed-in", 1),
        (midnight - timedelta(days=6), "signed-in", 2),
        (midnight - timedelta(days=6, seconds=1), "signed-in", 3),
        (NOON, "viewed", 1),
        (NOON, "viewed", 1),
        (midnight - timedelta(hours=1), "viewed", 2),
        (NOON, "sign-in-failed", None),
        (midnight - timedelta(hours=1), "sign-in-failed", None),
    ):
        state(moment, verb, actor)

    count_recent_days()
    count_recent_days()

    with django_assert_num_queries(1):
        assert use_of_week() == Use(people=2, readings=3, failed_today=1)
    assert DailyUse.objects.get(day=clock.today()).people == 1


def test_use_that_was_never_counted_is_none() -> None:
    assert use_of_week() == Use(people=0, readings=0, failed_today=0)
