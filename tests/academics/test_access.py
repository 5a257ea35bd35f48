"""Who sees which offerings, classes and places in programmes: the object check and the rows agree."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from polytech.academics.access import ADVISE, READ_OFFERING, READ_SLOT, READ_STUDY
from polytech.academics.api import Enrolment, Programme, StudentProgramme
from polytech.kernel.clock import week_parity
from polytech.people.api import OrgUnit, Person, Role, RoleGrant
from tests.academics.university import at, offering, person, signed_in, slot
from tests.messaging.test_announcements import viewer_of

PLACES = st.sampled_from([None, 0, 1, 2, 3])  # No unit; a university, its two faculties, a department of the first.
GRANTS = st.lists(st.tuples(st.sampled_from(Role.values), PLACES), max_size=3, unique=True)


def units() -> list[OrgUnit]:
    top = OrgUnit.objects.create(kind="university", title={"en": "University"})
    first = OrgUnit.objects.create(kind="faculty", title={"en": "First"}, parent=top)
    second = OrgUnit.objects.create(kind="faculty", title={"en": "Second"}, parent=top)
    department = OrgUnit.objects.create(kind="department", title={"en": "Department"}, parent=first)
    return [top, first, second, department]


class TheObjectCheckAndTheRowsAgree(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        grants=GRANTS,
        offered=st.lists(st.tuples(PLACES, PLACES, st.sampled_from(["", "student", "teacher", "ended"])), max_size=3),
        studies=st.lists(st.tuples(PLACES, st.sampled_from(["", "own", "advised", "over", "ended"])), max_size=3),
    )
    def test_on_generated_universities(self, grants: Any, offered: Any, studies: Any) -> None:
        places = units()

        def unit(number: int | None) -> OrgUnit | None:
            return None if number is None else places[number]

        who, other = person("who"), person("other")
        for role, place in grants:
            RoleGrant.objects.create(person=who, role=role, org=unit(place))
        for own, of_discipline, part in offered:
            taught = offering(org=unit(own))
            taught.discipline.org = unit(of_discipline)
            taught.discipline.save()
            slot(taught, teacher=who if part == "teacher" else other)
            if part:
                ended = at(date(2026, 9, 1), 0) if part == "ended" else None
                Enrolment.objects.create(
                    person=who, offering=taught, role="student" if part == "ended" else part, ended_at=ended
                )
        for number, (place, kind) in enumerate(studies):
            programme = Programme.objects.create(code=f"{number}", org=unit(place))
            StudentProgramme.objects.create(
                person=who if kind == "own" else other,
                programme=programme,
                study_form="online",
                adviser=who if kind in ("advised", "over", "ended") else None,
                ends_on=date(2020, 1, 1) if kind == "over" else None,
                ended_at=at(date(2026, 9, 1), 0) if kind == "ended" else None,
            )

        viewer = viewer_of(who)
        for rule in (READ_OFFERING, READ_SLOT, READ_STUDY, ADVISE):
            model = rule.visible(viewer).model
            allowed = {row.pk for row in model._default_manager.all() if rule.allows(viewer, row)}
            visible = list(rule.visible(viewer).values_list("pk", flat=True))
            assert sorted(visible) == sorted(allowed), rule.name


@pytest.mark.django_db
def test_a_dean_reads_the_offerings_of_the_own_faculty_and_its_departments() -> None:
    places = units()
    dean = person("dean")
    RoleGrant.objects.create(person=dean, role=Role.DEAN, org=places[1])
    offerings = [offering(f"Of {number}", org=place) for number, place in enumerate(places)]

    found = READ_OFFERING.visible(viewer_of(dean)).values_list("pk", flat=True)

    assert set(found) == {offerings[1].pk, offerings[3].pk}


@pytest.mark.django_db
def test_a_support_officer_reads_no_timetable_of_others() -> None:
    slot(offering())

    assert READ_SLOT.visible(viewer_of(person("support", Role.SUPPORT))).count() == 0


class ParityIsOne(TestCase):
    @settings(max_examples=50, deadline=None)
    @given(day=st.dates(date(1990, 1, 1), date(2100, 12, 31)))
    def test_python_and_the_database_agree(self, day: date) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ((%s::date - DATE '1970-01-05') / 7) %% 2", [day])
            assert cursor.fetchone() == (week_parity(day),)


@pytest.mark.django_db
def test_an_adviser_lists_the_own_students_in_the_order_of_the_alphabet() -> None:
    adviser = person("adviser", Role.ADVISER)
    programme = Programme.objects.create(code="6B06101", title={"en": "Informatics"})
    for number, (key, advised_by) in enumerate((("b", adviser), ("a", adviser), ("c", None))):
        studying = Person.objects.create(username=f"s{number}", family_latin=f"Student {key}", sort_key=key)
        StudentProgramme.objects.create(
            person=studying, programme=programme, study_form="online", study_year=1, adviser=advised_by
        )

    page = signed_in(adviser).get("/advised/").content.decode()

    assert [name in page for name in ("Student a", "Student b", "Student c")] == [True, True, False]
    assert page.index("Student a") < page.index("Student b")
