"""The iCalendar feed: what two parsers that did not write it read, and who may fetch it."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

import ics
import pytest
import vobject
from dateutil.rrule import rrulestr
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from polytech.academics.models import CalendarLink
from polytech.footprint.api import Statement
from polytech.kernel.clock import week_parity
from polytech.people.api import Person, Role
from tests.academics.test_classes import days_of
from tests.academics.university import ALMATY, MONDAY, TERM_ENDS, TERM_STARTS, at, enrol, offering, person, signed_in
from tests.academics.university import slot as make_slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return person("aigerim", Role.STUDENT, language="en")


def address_of(someone: Person) -> str:
    client = signed_in(someone)
    client.post("/timetable/subscribe/new/")
    page = client.get("/timetable/subscribe/").content.decode()
    return "/calendar/" + page.split('<p class="secret">')[1].split("</p>")[0].split("/calendar/")[1]


def feed_of(someone: Person) -> str:
    return Client().get(address_of(someone)).content.decode()


def by_vobject(feed: str) -> list[tuple[datetime, datetime, str]]:
    """Every occurrence, expanded by vobject and its own reading of the time zone."""
    found = []
    for event in vobject.readOne(feed).contents.get("vevent", []):
        length = event.dtend.value - event.dtstart.value
        zone = event.dtstart.value.tzinfo
        for moment in event.getrruleset() or [event.dtstart.value]:
            begins = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            found.append((begins.astimezone(ALMATY), (begins + length).astimezone(ALMATY), event.summary.value))
    return sorted(found)


def by_ics(feed: str) -> list[tuple[datetime, datetime, str]]:
    """Every occurrence, with events read by ics and their rules by dateutil."""
    found = []
    for event in ics.Calendar(feed).events:
        rule = next((line.value for line in event.extra if line.name == "RRULE"), "FREQ=DAILY;COUNT=1")
        length = event.end.datetime - event.begin.datetime
        for moment in rrulestr(rule, dtstart=event.begin.datetime):
            found.append((moment.astimezone(ALMATY), (moment + length).astimezone(ALMATY), event.name))
    return sorted(found)


def by_timetable(someone: Person) -> list[tuple[datetime, datetime, str]]:
    """What the page of the timetable says of the whole term."""
    kinds = {"lecture": "lecture", "practical": "practical class", "laboratory": "laboratory class"}

    def moment(item: Any, edge: str) -> datetime:
        return datetime.combine(date.fromisoformat(item["day"]), time.fromisoformat(item[edge]), ALMATY)

    return sorted(
        (moment(item, "starts"), moment(item, "ends"), f"{item['title']} ({kinds[item['kind']]})")
        for item in days_of(someone, TERM_STARTS - timedelta(days=30), TERM_ENDS + timedelta(days=30))
    )


@pytest.mark.requirement("R4-18")
def test_two_other_parsers_read_the_term_as_the_timetable_shows_it(student: Person) -> None:
    teacher = person("seitkali", given_latin="Daniyar", family_latin="Seitkali")
    databases, physics, late = offering("Databases; part 1, of 2"), offering("Physics"), offering("Philosophy")
    enrol(student, databases)
    enrol(student, physics)
    enrol(student, late, starts_on=date(2026, 10, 7), ends_on=date(2026, 11, 30))
    make_slot(databases, room="214, main building", teacher=teacher)
    make_slot(databases, weekday=2, parity=0, starts_at=time(0), ends_at=time(0, 50), kind="practical")
    make_slot(databases, weekday=2, parity=1, format="synchronous", link="https://rooms.example/a?b=1&c=2,3")
    make_slot(physics, weekday=7, starts_at=time(23), ends_at=time(23, 59), kind="laboratory")
    make_slot(physics, weekday=3, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=2))
    make_slot(physics, weekday=3, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=1), starts_at=time(8))
    make_slot(late, weekday=1, parity=1 - week_parity(MONDAY))

    feed, expected = feed_of(student), by_timetable(student)

    assert len(expected) > 50
    assert by_vobject(feed) == expected
    assert by_ics(feed) == expected


def test_a_class_of_one_day_has_no_rule(student: Person) -> None:
    taken = offering()
    enrol(student, taken)
    make_slot(taken, starts_on=MONDAY, ends_on=MONDAY, parity=week_parity(MONDAY))

    feed = feed_of(student)

    assert "RRULE" not in feed
    assert by_vobject(feed) == by_ics(feed) == by_timetable(student)
    assert [item["alternate"] for item in days_of(student, MONDAY, MONDAY)] == [False]


def test_an_empty_timetable_is_an_empty_calendar(student: Person) -> None:
    feed = feed_of(student)

    assert by_vobject(feed) == by_ics(feed) == []


def test_a_teacher_has_a_joint_lecture_once() -> None:
    teacher = person("seitkali", Role.TEACHER, language="en")
    first = make_slot(offering("Databases"), teacher=teacher)
    for title in ("Databases", "Databases"):
        make_slot(offering(title), teacher=teacher, joint_with=first)

    feed = feed_of(teacher)

    assert feed.count("BEGIN:VEVENT") == 1
    assert by_ics(feed) == by_timetable(teacher)


def test_an_event_says_where_what_and_in_which_zone(student: Person) -> None:
    taken = offering()
    enrol(student, taken)
    make_slot(taken, format="synchronous", link="https://rooms.example/db", parity=week_parity(MONDAY))

    event = vobject.readOne(feed_of(student)).vevent
    raw = feed_of(student)

    assert (event.url.value, event.location.value, event.status.value) == (
        "https://rooms.example/db", "https://rooms.example/db", "CONFIRMED",
    )  # fmt: skip
    assert f"DTSTART;TZID=Asia/Almaty:{MONDAY - timedelta(days=70):%Y%m%d}T100000" in raw
    assert "INTERVAL=2" in raw
    assert "BEGIN:VTIMEZONE" in raw
    assert max(len(line.encode()) for line in raw.split("\r\n")) <= 75


def test_the_feed_is_in_the_language_of_its_person() -> None:
    student = person("aigerim", Role.STUDENT, language="kk")
    taken = offering()
    enrol(student, taken)
    make_slot(taken)

    assert "SUMMARY:Databases kk" in Client(headers={"accept-language": "en"}).get(address_of(student)).content.decode()


def test_unknown_changed_and_revoked_links_are_not_found_and_not_logged(
    student: Person, caplog: pytest.LogCaptureFixture
) -> None:
    address = address_of(student)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    before = Client().get(address).status_code
    signed_in(student).post("/timetable/subscribe/revoke/")

    with caplog.at_level(logging.DEBUG):
        answers = [
            Client().get(path).status_code
            for path in (
                address,
                "/calendar/x.ics",
                f"/calendar/{secret.split('.')[0]}.ics",
                f"/calendar/{secret}a.ics",
            )
        ]

    assert (before, answers) == (200, [404] * 4)
    assert secret not in caplog.text
    assert "/calendar/" not in caplog.text


def test_a_new_link_ends_the_old_one(student: Person) -> None:
    old, new = address_of(student), address_of(student)

    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]
    assert CalendarLink.objects.filter(person=student, revoked_at=None).count() == 1
    assert list(Statement.objects.filter(object_kind="calendar-link").values_list("verb", flat=True)) == [
        "created", "created",
    ]  # fmt: skip


def test_the_database_does_not_hold_the_secret(student: Person) -> None:
    secret = address_of(student).removeprefix("/calendar/").removesuffix(".ics")

    assert CalendarLink.objects.get().token != secret


def test_an_ended_person_has_no_feed(student: Person) -> None:
    address = address_of(student)
    Person.objects.filter(pk=student.pk).update(ended_at=at(MONDAY, 0))

    assert Client().get(address).status_code == 404


def test_an_unchanged_feed_is_not_sent_again(student: Person) -> None:
    taken = offering()
    enrol(student, taken)
    place = make_slot(taken)
    address = address_of(student)
    first = Client().get(address)

    def again() -> int:
        return Client().get(address, headers={"if-none-match": first["ETag"]}).status_code

    unchanged = again()
    place.starts_at = time(9)
    place.save()

    assert (unchanged, again()) == (304, 200)
    assert first["Cache-Control"] == "private, max-age=900"


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_takes_three_queries_for_one_class_and_for_three(
    student: Person, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        taken = offering(f"Databases {number}")
        enrol(student, taken)
        make_slot(taken, room=f"{number}", teacher=student)
    address = address_of(student)

    with django_assert_num_queries(3):
        Client().get(address)
