"""The alarms of the timetable: what the page lists is what the rule of the regulation finds."""

from datetime import timedelta
from itertools import product

import pytest
from pytest_django import DjangoAssertNumQueries

from polytech.academics.api import Slot
from polytech.learning.api import Course, CourseOffering
from polytech.pages.alarms import incomplete_slots
from polytech.people.api import OrgUnit, Role, RoleGrant
from polytech.regulation.api import Outcome, slot_is_complete
from tests.academics.university import MONDAY, at, offering, person, signed_in, slot, stop_clock
from tests.messaging.test_announcements import viewer_of

__all__ = ["stop_clock"]
pytestmark = pytest.mark.django_db
PAGE = "/timetable/problems/"


@pytest.fixture(autouse=True)
def monday(stop_clock) -> None:  # type: ignore[no-untyped-def]
    stop_clock(at(MONDAY, 9))


@pytest.mark.requirement("R4-18")
def test_the_list_is_what_the_rule_finds() -> None:
    expected = set()
    cases = product(("classroom", "synchronous", "asynchronous"), ("", "https://x.example/"), (None, "214"), (0, 1))
    for number, (form, link, room, has_course) in enumerate(cases):
        taught = offering(f"Discipline {number}")
        if has_course:
            CourseOffering.objects.create(course=Course.objects.create(title="x"), offering=taught)
        made = slot(taught, format=form, link=link, room=f"{room}-{number}" if room else None)
        finding = slot_is_complete(format=form, link=link, room=room or "", has_course=bool(has_course))
        if finding.outcome != Outcome.HOLDS:
            expected.add(made.pk)

    found = incomplete_slots(viewer_of(person("registrar", Role.REGISTRAR)))

    assert set(found.values_list("pk", flat=True)) == expected
    assert len(expected) == 10


def test_classes_that_are_over_or_ended_raise_no_alarm() -> None:
    taught = offering()
    slot(taught, ends_on=MONDAY - timedelta(days=1))
    slot(taught, ended_at=at(MONDAY, 0))

    assert Slot.objects.count() == 2
    assert incomplete_slots(viewer_of(person("registrar", Role.REGISTRAR))).count() == 0


def test_a_dean_sees_the_alarms_of_the_own_faculty() -> None:
    own, other = (OrgUnit.objects.create(kind="faculty", title={"en": name}) for name in ("Own", "Other"))
    dean = person("dean")
    RoleGrant.objects.create(person=dean, role=Role.DEAN, org=own)
    slot(offering("Databases", org=own))
    slot(offering("Physics", org=other))

    page = signed_in(dean).get(PAGE).content.decode()

    assert ("Databases" in page, "Physics" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_for_one_and_for_three(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(count):
        slot(offering(f"Databases {number}"))
    client = signed_in(person("registrar", Role.REGISTRAR))

    with django_assert_num_queries(4):
        page = client.get(PAGE).content.decode()

    assert page.count('<th scope="row">') == count


def test_students_do_not_read_alarms() -> None:
    assert signed_in(person("aigerim", Role.STUDENT)).get(PAGE).status_code == 403


def test_when_nothing_is_missing_the_page_says_so() -> None:
    slot(offering(), room="214")

    page = signed_in(person("registrar", Role.REGISTRAR)).get(PAGE).content.decode()

    assert "Every class of the timetable has its format and a way in." in page
