"""The timetable as pages: a week, a day, each in one statement."""

import gzip
from datetime import date, time, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from polytech.academics.api import READ_SLOT
from polytech.people.api import Person, Role
from tests.academics.university import MONDAY, at, enrol, offering, person, signed_in, slot, stop_clock
from tests.messaging.test_announcements import viewer_of

__all__ = ["stop_clock"]
pytestmark = pytest.mark.django_db
WEEK = f"/timetable/?week={MONDAY}"


@pytest.fixture
def student() -> Person:
    return person("aigerim", Role.STUDENT)


@pytest.fixture(autouse=True)
def monday_morning(stop_clock: Any) -> None:
    stop_clock(at(MONDAY, 9))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", [WEEK, f"/timetable/{MONDAY}/"])
def test_one_statement_for_one_class_and_for_three(
    student: Person, count: int, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        taken = offering(f"Databases {number}")
        enrol(student, taken)
        slot(taken, starts_at=time(10 + number), ends_at=time(10 + number, 50))
    client = signed_in(student)

    with django_assert_num_queries(1):
        page = client.get(address).content.decode()

    assert page.count("Databases") == count


def test_a_full_week_is_small(student: Person) -> None:
    for weekday in range(1, 7):
        for number in range(4):
            taken = offering(f"Discipline number {weekday}{number} of the programme")
            enrol(student, taken)
            slot(taken, weekday=weekday, starts_at=time(8 + number), ends_at=time(8 + number, 50), room=f"{number}14")

    page = signed_in(student).get(WEEK).content

    assert len(gzip.compress(page)) < 10_000


def test_the_page_is_not_sent_again_until_a_class_begins(student: Person, stop_clock: Any) -> None:
    taken = offering()
    enrol(student, taken)
    slot(taken)
    client = signed_in(student)
    tag = client.get(WEEK)["ETag"]

    def again(minute: int) -> int:
        stop_clock(at(MONDAY, 9, minute) if minute < 60 else at(MONDAY, 10))
        return client.get(WEEK, headers={"if-none-match": tag}).status_code

    assert [again(1), again(59), again(60)] == [304, 304, 200]


def test_everything_on_the_page_is_what_the_rule_allows(student: Person) -> None:
    mine, others = offering("Mine"), offering("Others")
    enrol(student, mine)
    slot(mine)
    slot(others)

    allowed = set(READ_SLOT.visible(viewer_of(student)).values_list("offering__discipline__title__en", flat=True))
    page = signed_in(student).get(WEEK).content.decode()

    assert allowed == {"Mine"}
    assert ("Mine" in page, "Others" in page) == (True, False)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "soon", "2026-W48-1' OR 1"])
def test_what_is_no_day_is_not_found(student: Person, text: str) -> None:
    client = signed_in(student)

    assert client.get("/timetable/", {"week": text}).status_code == 404
    assert client.get(f"/timetable/{text}/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Any) -> None:
    assert client.get(WEEK)["Location"].startswith("/account/login/")


@pytest.mark.requirement("R4-18")
def test_each_class_names_its_format_and_leads_where_it_is_held(student: Person, stop_clock: Any) -> None:
    taken = offering()
    enrol(student, taken)
    slot(taken, format="synchronous", link="https://rooms.example/db", starts_at=time(9), ends_at=time(9, 50))
    slot(taken, room="214")
    slot(taken, format="asynchronous", starts_at=time(12), ends_at=time(12, 50))

    page = signed_in(student).get(f"/timetable/{MONDAY}/").content.decode()

    assert page.count('href="https://rooms.example/db"') == 1
    assert [word in page for word in ("live · now", "classroom", "214", "asynchronous")] == [True] * 4


def test_sunday_is_shown_only_when_something_is_held_on_it(student: Person) -> None:
    taken = offering()
    enrol(student, taken)
    slot(taken)
    client = signed_in(student)
    before = client.get(WEEK).content.decode()

    slot(taken, weekday=7)

    sunday = f"/timetable/{MONDAY + timedelta(days=6)}/"
    assert (sunday in before, sunday in client.get(WEEK).content.decode()) == (False, True)


def test_weeks_go_on_over_the_end_of_the_year(student: Person) -> None:
    page = signed_in(student).get("/timetable/?week=2027-01-01").content.decode()

    assert [f"?week={day}" in page for day in (date(2026, 12, 21), date(2027, 1, 4))] == [True, True]


@pytest.mark.requirement("R1-02")
def test_only_registered_classes_are_in_the_timetable(student: Person) -> None:
    taken = offering()
    enrol(student, taken)
    slot(taken, ended_at=at(MONDAY, 0))

    assert "No classes in this week" in signed_in(student).get(WEEK).content.decode()
