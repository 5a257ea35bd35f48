"""Monthly partitions of the footprint, made before they are needed."""

from datetime import date

from django.db import connection

from polytech.kernel import clock

MONTHS_AHEAD = 3


def month_after(day: date, months: int) -> date:
    """The first day of the month `months` after the one of `day`."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def make_partitions(today: date | None = None) -> list[date]:
    """Make the partitions of this month and of MONTHS_AHEAD more. Returns those that were missing.

    Statements that already fell into the default partition stay there and stay readable: moving them would be an
    UPDATE of what is append-only. Their month then has no partition of its own, and the function says so by leaving
    it out.
    """
    today = today or clock.today()
    made = []
    with connection.cursor() as cursor:
        for months in range(MONTHS_AHEAD + 1):
            month = month_after(today, months)
            name = f"footprint_statement_{month:%Y_%m}"
            cursor.execute(
                "SELECT to_regclass(%s) IS NOT NULL OR EXISTS (SELECT FROM footprint_statement_default"
                " WHERE at >= %s::date AND at < %s::date + interval '1 month')",
                [name, month, month],
            )
            if not cursor.fetchone()[0]:
                cursor.execute("SELECT footprint_make_partition(%s::date)", [month])
                made.append(month)
    return made
