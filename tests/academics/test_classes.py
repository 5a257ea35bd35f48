"""The classes of a person: which ones, on which days, and which of them is now and next."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from polytech.academics.api import CLOCK_PARAMETERS, Slot, days_sql, today_sql
from polytech.kernel.clock import week_parity
from polytech.people.api import Person
from tests.academics.university import MONDAY, TERM_ENDS, at, enrol, offering, person, scalar, slot

pytestmark = pytest.mark.django_db


def today_of(viewer: Person, now: datetime) -> Any:
    parameters = {"now": now, "today": now.date(), "language": "en", **CLOCK_PARAMETERS}
    return scalar(today_sql(), parameters, viewer)


def days_of(viewer: Person, start: date, end: date, language: str = "en") -> Any:
    now = at(MONDAY, 9)
    parameters = {"now": now, "today": now.date(), "language": language, "from": start, "until": end}
    return scalar(days_sql(), {**parameters, **CLOCK_PARAMETERS}, viewer)


def flags(found: Any) -> list[tuple[str, bool, bool, bool]]:
    return [(item["starts"], item["now"], item["next"], item["past"]) for item in found["classes"]]


@pytest.fixture
def student() -> Person:
    return person("aigerim")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((9, 59, 59), [("10:00", False, True, False), ("11:00", False, False, False)]),
        ((10, 0, 0), [("10:00", True, False, False), ("11:00", False, True, False)]),
        ((10, 49, 59), [("10:00", True, False, False), ("11:00", False, True, False)]),
        ((10, 50, 0), [("10:00", False, False, True), ("11:00", False, True, False)]),
        ((11, 0, 0), [("10:00", False, False, True), ("11:00", True, False, False)]),
        ((23, 59, 59), [("10:00", False, False, True), ("11:00", False, False, True)]),
        ((0, 0, 0), [("10:00", False, True, False), ("11:00", False, False, False)]),
    ],
)
def test_now_begins_with_the_class_and_ends_with_it(student: Person, now: Any, expected: Any) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases)
    slot(databases, starts_at=time(11), ends_at=time(11, 50))

    assert flags(today_of(student, at(MONDAY, *now))) == expected


def test_two_classes_that_begin_together_are_both_next(student: Person) -> None:
    for title in ("Databases", "Physics"):
        taken = offering(title)
        enrol(student, taken)
        slot(taken)

    assert [item[2] for item in flags(today_of(student, at(MONDAY, 8)))] == [True, True]


@pytest.mark.parametrize(
    ("now", "is_open"),
    [((9, 49, 59), False), ((9, 50, 0), True), ((10, 49, 59), True), ((10, 50, 0), False)],
)
def test_a_live_class_can_be_joined_from_ten_minutes_before_until_its_end(
    student: Person, now: Any, is_open: bool
) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, format="synchronous", link="https://rooms.example/db")

    assert [item["open"] for item in today_of(student, at(MONDAY, *now))["classes"]] == [is_open]


def test_a_class_just_after_midnight_can_be_joined_from_midnight(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, format="synchronous", link="https://x.example/", starts_at=time(0, 5), ends_at=time(0, 50))

    assert [item["open"] for item in today_of(student, at(MONDAY, 0))["classes"]] == [True]


def test_a_link_that_is_no_web_address_is_not_given_out(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, format="synchronous", link="javascript:alert(1)")

    assert [item["link"] for item in today_of(student, at(MONDAY, 10))["classes"]] == [None]


def test_midnight_utc_is_still_the_same_day_in_almaty(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, starts_at=time(4, 30), ends_at=time(5, 20))
    in_utc = at(MONDAY, 4, 40).astimezone(timezone.get_fixed_timezone(0))
    parameters = {"now": in_utc, "today": MONDAY, "language": "en", **CLOCK_PARAMETERS}

    assert [item["now"] for item in scalar(today_sql(), parameters, student)["classes"]] == [True]


def test_without_classes_today_the_next_day_that_has_some_is_shown(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, weekday=4)
    slot(databases, weekday=5)

    found = today_of(student, at(MONDAY, 12))

    assert (found["day"], found["following"]) == ("2026-11-26", "2026-11-26")
    assert flags(found) == [("10:00", False, False, False)]


def test_after_the_last_day_of_the_term_nothing_is_left(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, weekday=6)

    assert today_of(student, at(TERM_ENDS, 12))["day"] == "2026-12-19"
    assert today_of(student, at(TERM_ENDS + timedelta(days=1), 0)) == {"day": None, "classes": [], "following": None}


def test_ended_places_slots_and_offerings_vanish(student: Person) -> None:
    gone = at(MONDAY, 0)
    enrolment_ended, slot_ended, offering_ended, kept = (offering(title) for title in ("A", "B", "C", "D"))
    enrol(student, enrolment_ended, ended_at=gone)
    for place in (slot_ended, offering_ended, kept):
        enrol(student, place)
    slot(enrolment_ended)
    slot(slot_ended, ended_at=gone)
    slot(offering_ended)
    slot(kept)
    offering_ended.ended_at = gone
    offering_ended.save()

    assert [item["title"] for item in days_of(student, MONDAY, MONDAY)] == ["D"]


def test_a_place_counts_between_its_own_dates_only(student: Person) -> None:
    databases = offering()
    enrol(student, databases, starts_on=date(2026, 11, 24), ends_on=date(2026, 12, 7))
    slot(databases)

    found = days_of(student, date(2026, 11, 1), date(2026, 12, 31))

    assert [item["day"] for item in found] == ["2026-11-30", "2026-12-07"]
    assert today_of(student, at(MONDAY, 12))["day"] == "2026-11-30"


def test_every_second_week_means_every_second_week(student: Person) -> None:
    databases = offering()
    enrol(student, databases)
    slot(databases, parity=week_parity(MONDAY))

    found = days_of(student, date(2026, 11, 9), date(2026, 12, 13))

    assert [item["day"] for item in found] == ["2026-11-09", "2026-11-23", "2026-12-07"]
    assert [item["alternate"] for item in found] == [True, True, True]


def test_a_teacher_sees_own_classes_and_those_that_name_nobody(student: Person) -> None:
    teacher, colleague = person("seitkali"), person("akhmetova")
    databases, physics = offering("Databases"), offering("Physics")
    enrol(teacher, databases, role="teacher")
    slot(databases, teacher=teacher, starts_at=time(8), ends_at=time(8, 50))
    slot(databases, starts_at=time(9), ends_at=time(9, 50))
    slot(databases, teacher=colleague)
    slot(physics, teacher=teacher, starts_at=time(14), ends_at=time(14, 50))

    found = days_of(teacher, MONDAY, MONDAY)

    assert [(item["starts"], item["title"], item["role"]) for item in found] == [
        ("08:00", "Databases", "teacher"),
        ("09:00", "Databases", "teacher"),
        ("14:00", "Physics", "teacher"),
    ]


def test_a_joint_lecture_of_three_groups_is_one_class_of_its_teacher() -> None:
    teacher = person("seitkali")
    groups = [offering("Databases", code=code) for code in ("CS-1", "CS-2", "CS-3")]
    first = slot(groups[0], teacher=teacher, room="214")
    for group in groups[1:]:
        slot(group, teacher=teacher, room="214", joint_with=first)

    found = days_of(teacher, MONDAY, MONDAY)

    assert [(item["groups"], item["room"]) for item in found] == [(["CS-1", "CS-2", "CS-3"], "214")]


def test_titles_and_names_are_in_the_language_of_the_reader(student: Person) -> None:
    teacher = person("omarov", given_kk="Бауыржан", family_kk="Омаров", given_latin="Bauyrzhan", family_latin="Omarov")
    databases = offering()
    enrol(student, databases)
    slot(databases, teacher=teacher)

    def texts(language: str) -> list[tuple[str, str]]:
        return [(item["title"], item["teacher"]) for item in days_of(student, MONDAY, MONDAY, language)]

    assert texts("en") == [("Databases", "B. Omarov")]
    assert texts("kk") == [("Databases kk", "Б. Омаров")]
    assert texts("ru") == [("Databases kk", "Б. Омаров")]


def held_on(place: Slot, start: date, end: date) -> list[date]:
    """The plain answer: every day looked at, one by one."""
    days = (start + timedelta(days=number) for number in range((end - start).days + 1))
    return [
        day
        for day in days
        if day.isoweekday() == place.weekday
        and place.starts_on <= day <= place.ends_on
        and place.parity in (None, week_parity(day))
    ]


class TheTimetableAgreesWithPlainCounting(TestCase):
    """Over ends of years too: 52 and 53 weeks, leap years."""

    @settings(max_examples=60, deadline=None)
    @given(
        starts_on=st.dates(date(2019, 1, 1), date(2033, 12, 31)),
        length=st.integers(0, 120),
        weekday=st.integers(1, 7),
        parity=st.sampled_from([None, 0, 1]),
        offset=st.integers(-20, 130),
    )
    def test_days_and_first_day(
        self, starts_on: date, length: int, weekday: int, parity: int | None, offset: int
    ) -> None:
        viewer = Person.objects.create(username="aigerim")
        databases = offering()
        enrol(viewer, databases)
        ends_on = starts_on + timedelta(days=length)
        place = slot(databases, starts_on=starts_on, ends_on=ends_on, weekday=weekday, parity=parity)
        today = starts_on + timedelta(days=offset)

        whole = days_of(viewer, starts_on - timedelta(days=9), ends_on + timedelta(days=9))
        ahead = held_on(place, today, ends_on)
        found = today_of(viewer, at(today, 0))

        expected = held_on(place, starts_on, ends_on)
        assert [item["day"] for item in whole] == [day.isoformat() for day in expected]
        assert found["day"] == (ahead[0].isoformat() if ahead else None)
        later = [day for day in ahead if day > today]
        assert found["following"] == (later[0].isoformat() if later else None)
