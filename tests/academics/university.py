"""A small university for the tests of the timetable: 2026, the autumn term, everything made by one call each."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from polytech.academics.api import AcademicPeriod, Discipline, Enrolment, Offering, Room, Slot
from polytech.people.api import Person, Role, RoleGrant

ALMATY = ZoneInfo("Asia/Almaty")
TERM_STARTS, TERM_ENDS = date(2026, 9, 1), date(2026, 12, 19)
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ALMATY)


def person(username: str, *roles: Role, **fields: Any) -> Person:
    found = Person.objects.create(username=username, **fields)
    for role in roles:
        RoleGrant.objects.create(person=found, role=role)
    return found


def term() -> AcademicPeriod:
    return AcademicPeriod.objects.get_or_create(
        kind="term", starts_on=TERM_STARTS, ends_on=TERM_ENDS, defaults={"title": {"en": "Autumn 2026"}}
    )[0]


def offering(title: str = "Databases", code: str = "", **fields: Any) -> Offering:
    discipline = Discipline.objects.create(code=title[:3].upper(), title={"en": title, "kk": f"{title} kk"})
    return Offering.objects.create(discipline=discipline, period=term(), code=code, **fields)


def enrol(who: Person, into: Offering, role: str = "student", **fields: Any) -> Enrolment:
    return Enrolment.objects.create(person=who, offering=into, role=role, **fields)


def slot(of: Offering, **fields: Any) -> Slot:
    """By default a Monday's lecture in the classroom, 10:00–10:50, in every week of the term."""
    room = fields.pop("room", None)
    return Slot.objects.create(
        **{
            "offering": of,
            "kind": "lecture",
            "format": "classroom",
            "weekday": 1,
            "starts_at": time(10),
            "ends_at": time(10, 50),
            "starts_on": TERM_STARTS,
            "ends_on": TERM_ENDS,
            "room": Room.objects.get_or_create(name=room)[0] if room else None,
            **fields,
        }
    )


def signed_in(who: Person, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(who)
    return client


def scalar(sql: str, parameters: dict[str, Any], viewer: Person) -> Any:
    """What a page's scalar query gives, run as `read_page` runs it, without a page around it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH viewer AS (SELECT %(person)s::bigint AS person_id) SELECT ({sql})",
            {"person": viewer.pk, **parameters},
        )
        return cursor.fetchone()[0]


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the moment that the portal takes for now."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return stop
