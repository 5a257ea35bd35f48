"""Daily figures of use, counted from the statements, so that no page counts millions of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction

from polytech.footprint.models import DailyUse
from polytech.kernel import clock

WEEK = timedelta(days=6)

# One pass over the week's statements of the partitions concerned; days are those of the university's zone.
_COUNT = """
INSERT INTO footprint_dailyuse (day, people, people_of_week, readings, failed_sign_ins)
SELECT %(day)s,
       count(DISTINCT actor_id) FILTER (WHERE verb = 'signed-in' AND of_day),
       count(DISTINCT actor_id) FILTER (WHERE verb = 'signed-in'),
       count(*) FILTER (WHERE verb = 'viewed' AND of_day),
       count(*) FILTER (WHERE verb = 'sign-in-failed' AND of_day)
  FROM (SELECT actor_id, verb, at >= %(day)s::timestamp AT TIME ZONE %(zone)s AS of_day
          FROM footprint_statement
         WHERE at >= %(from)s::timestamp AT TIME ZONE %(zone)s
           AND at < (%(day)s::date + 1)::timestamp AT TIME ZONE %(zone)s
           AND verb IN ('signed-in', 'viewed', 'sign-in-failed')) statement
    ON CONFLICT (day) DO UPDATE
   SET people = excluded.people, people_of_week = excluded.people_of_week,
       readings = excluded.readings, failed_sign_ins = excluded.failed_sign_ins"""


@dataclass(frozen=True, slots=True)
class Use:
    """The use of the portal within seven days, today included, and today's failed sign-ins; as of the last count."""

    people: int
    readings: int
    failed_today: int


def count_day(day: date) -> None:
    """Count one day anew. Counting twice changes nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"day": day, "from": day - WEEK, "zone": settings.TIME_ZONE})


def count_recent_days() -> None:
    """Today, and yesterday until its last statement is in."""
    for day in (clock.today() - timedelta(days=1), clock.today()):
        count_day(day)


def use_of_week() -> Use:
    """The figures of the last seven days, in one query."""
    today = clock.today()
    days = {row.day: row for row in DailyUse.objects.filter(day__range=(today - WEEK, today))}
    last = days.get(max(days)) if days else None
    return Use(
        people=last.people_of_week if last else 0,
        readings=sum(row.readings for row in days.values()),
        failed_today=days[today].failed_sign_ins if today in days else 0,
    )
