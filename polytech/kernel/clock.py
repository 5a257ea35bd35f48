"""The clock of the university: one time zone, weeks from Monday."""

from datetime import date, datetime, timedelta

from django.utils import timezone

_FIRST_MONDAY = date(1970, 1, 5)


def now() -> datetime:
    """This moment, aware. Tests move it by replacing `django.utils.timezone.now`."""
    return timezone.localtime()


def today() -> date:
    return now().date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_parity(day: date) -> int:
    """0 or 1, alternating every Monday since 5 January 1970, over ends of years too.

    SQL's counterpart: `((day - DATE '1970-01-05') / 7) % 2`.
    """
    return (day - _FIRST_MONDAY).days // 7 % 2


def times_held(*, weekday: int, parity: int | None, starts_on: date, ends_on: date) -> int:
    """How often a weekly class is held between its first and last day, both included.

    Args:
        weekday: from 1, Monday.
        parity: `week_parity` of its weeks; None for every week.
    """
    day = monday_of(starts_on) + timedelta(days=weekday - 1)
    if day < starts_on:
        day += timedelta(weeks=1)
    if parity is not None and week_parity(day) != parity:
        day += timedelta(weeks=1)
    step = 7 if parity is None else 14
    return (ends_on - day).days // step + 1 if day <= ends_on else 0
