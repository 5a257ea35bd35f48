"""The timetable of the viewer as a week and as a day."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from polytech.academics.api import CLOCK_PARAMETERS
from polytech.kernel import clock
from polytech.pages.queries import TIMETABLE_SQL
from polytech.people.api import PageData, hot, read_page
from polytech.ui.api import not_modified, render_page

FIRST_YEAR, LAST_YEAR = 2000, 2100
WORKING_DAYS = 6


def _day(text: str | None) -> date:
    """The day asked for; today when none is. Raises Http404 for what is no day of a believable year."""
    if not text:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404
    return day


def _read(request: HttpRequest, start: date, end: date) -> PageData:
    return read_page(request, TIMETABLE_SQL, {"from": start, "until": end, **CLOCK_PARAMETERS}, object_kind="timetable")


def _days(classes: list[dict[str, Any]], start: date, length: int) -> list[dict[str, Any]]:
    held = {day: list(found) for day, found in groupby(classes, key=lambda item: item["day"])}
    today = clock.today()
    days = (start + timedelta(days=number) for number in range(length))
    return [
        {"day": day, "classes": held.get(day.isoformat(), []), "is_today": day == today}
        for day in days
        if day.weekday() < WORKING_DAYS or day.isoformat() in held
    ]


@hot
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """A week from Monday to Saturday, and Sunday where something is held on it."""
    monday = clock.monday_of(_day(request.GET.get("week")))
    page = _read(request, monday, monday + timedelta(days=6))
    if answer := not_modified(request, page.text or "", clock.today().isoformat()):
        return answer
    context = {
        **page.body,
        "days": _days(page.body["classes"], monday, 7),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "earlier": monday - timedelta(days=7),
        "later": monday + timedelta(days=7),
        "is_this_week": monday <= clock.today() < monday + timedelta(days=7),
    }
    return render_page(request, "pages/week.html", context, current="timetable")


@hot
@require_safe
def day(request: HttpRequest, text: str) -> HttpResponse:
    """One day, with everything that is known of each class."""
    shown = _day(text)
    page = _read(request, shown, shown)
    if answer := not_modified(request, page.text or "", clock.today().isoformat()):
        return answer
    context = {
        **page.body,
        "day": shown,
        "earlier": shown - timedelta(days=1),
        "later": shown + timedelta(days=1),
        "is_today": shown == clock.today(),
    }
    return render_page(request, "pages/day.html", context, current="timetable")
