"""Each rule says the same about one object, about rows, and in the hot pages' SQL: on generated universities."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polytech.academics.models import Enrolment, Offering, StudentProgramme
from polytech.kernel import clock
from polytech.learning import access
from polytech.learning.models import Course, CourseFile, CourseOffering, Element
from polytech.learning.statements import COURSES_SQL, ELEMENT_PAGE_SQL, STANDING_SQL
from polytech.people.api import Viewer
from tests import factories

# Where a role may be held: everywhere, at the university, at a faculty, at its department, at another faculty.
PLACES = st.sampled_from([None, 0, 1, 2, 3])
GRANTS = st.lists(
    st.tuples(
        st.sampled_from(["methodologist", "quality", "administrator", "dean", "registrar", "adviser", "student"]),
        PLACES,
    ),
    max_size=2,
)
DAYS = st.sampled_from([None, -1, 0, 30])
ENROLMENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["student", "teacher"]),
        "offering": st.integers(0, 1),
        "last": DAYS,
        "ended": st.booleans(),
    }
)
COURSE = st.fixed_dictionaries({
    "published": st.booleans(),
    "discipline": st.sampled_from([None, 0, 1]),
    "offerings": st.sets(st.integers(0, 1), max_size=2),
    "section": st.booleans(),
    "element": st.booleans(),
    "opens": st.sampled_from([None, -1, 1]),
})  # fmt: skip
UNIVERSITY = st.fixed_dictionaries({
    "grants": GRANTS,
    "own": st.lists(ENROLMENT, max_size=2),
    "advised": st.lists(ENROLMENT, max_size=1),
    "advising_ended": st.booleans(),
    "offering_units": st.lists(PLACES, min_size=2, max_size=2),
    "offerings_ended": st.lists(st.booleans(), min_size=2, max_size=2),
    "discipline_units": st.lists(PLACES, min_size=2, max_size=2),
    "courses": st.lists(COURSE, min_size=1, max_size=2),
})  # fmt: skip


@pytest.mark.django_db
@pytest.mark.requirement("R1-09")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=UNIVERSITY)
def test_object_checks_querysets_and_statements_agree(drawn: dict[str, Any]) -> None:
    with transaction.atomic():
        viewer = _build(drawn)
        _rules_agree(viewer)
        _statements_agree(viewer)
        transaction.set_rollback(True)


def _rules_agree(viewer: Viewer) -> None:
    for rule in access.RULES:
        visible = rule.visible(viewer)
        allowed = {one.pk for one in visible.model._default_manager.all() if rule.allows(viewer, one)}
        assert (rule.name, set(visible.values_list("pk", flat=True))) == (rule.name, allowed)


def _statements_agree(viewer: Viewer) -> None:
    courses = list(Course.objects.all())
    standing = {course.pk: _ask(viewer, f"WITH {STANDING_SQL} SELECT sees_hidden FROM standing", course_id=course.pk)
                for course in courses}  # fmt: skip
    assert standing == {
        course.pk: [access.sees_hidden(viewer, course)] if access.read_course.allows(viewer, course) else []
        for course in courses
    }
    for element in Element.objects.all():
        page = _ask(viewer, ELEMENT_PAGE_SQL, course_id=element.course_id, element_id=element.pk, chapter_id=0)
        assert bool(page) == access.read_element.allows(viewer, element)
        file = CourseFile.objects.get(element=element)
        assert bool(page and page[0]["files"]) == access.read_file.allows(viewer, file)
    [listed] = _ask(viewer, COURSES_SQL, search="", after_id=0)
    overseen = [course.pk for course in courses if access._held_over(viewer, course, access.OVERSEERS)]
    assert sorted(row[0] for row in listed["all"]) == sorted(overseen)


def _ask(viewer: Viewer, sql: str, **parameters: object) -> list[Any]:
    """The first column of a page's statement for this viewer."""
    now = clock.now()
    rest = sql.removeprefix("WITH ").removeprefix("RECURSIVE ")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE viewer AS (SELECT %(person_id)s::bigint AS person_id, %(grants)s::json AS grants),\n"
            + rest,
            {
                "person_id": viewer.person_id,
                "grants": json.dumps(viewer.grants),
                "now": now,
                "today": now.date(),
                "language": "kk",
                **parameters,
            },
        )
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def _build(drawn: dict[str, Any]) -> Viewer:
    university = factories.OrgUnitFactory()
    faculty = factories.OrgUnitFactory(kind="faculty", parent=university)
    units = [
        university,
        faculty,
        factories.OrgUnitFactory(kind="department", parent=faculty),
        factories.OrgUnitFactory(kind="faculty", parent=university),
    ]
    disciplines = [factories.DisciplineFactory(org=_at(units, place)) for place in drawn["discipline_units"]]
    period = factories.AcademicPeriodFactory()
    offerings = [
        factories.OfferingFactory(
            discipline=discipline, period=period, org=_at(units, place), ended_at=clock.now() if ended else None
        )
        for discipline, place, ended in zip(disciplines, drawn["offering_units"], drawn["offerings_ended"], strict=True)
    ]
    person, student = factories.PersonFactory(), factories.PersonFactory()
    for one, enrolments in ((person, drawn["own"]), (student, drawn["advised"])):
        for enrolment in enrolments:
            _enrol(one, offerings, enrolment)
    StudentProgramme.objects.create(
        person=student,
        programme=factories.ProgrammeFactory(),
        study_form="full-time",
        adviser=person,
        ended_at=clock.now() if drawn["advising_ended"] else None,
    )
    taken: set[int] = set()
    for course in drawn["courses"]:
        _course(course, disciplines, offerings, taken)
    below = [(units[0].pk, unit.pk) for unit in units[1:]] + [(faculty.pk, units[2].pk)]
    return Viewer(
        person_id=person.pk, signed_in_id=person.pk, acting_until=None, username="", language="kk", name={},
        given_name={}, grants=tuple((role, unit.pk if (unit := _at(units, place)) else None)
                                    for role, place in drawn["grants"]),
        has_second_factor=False, below=tuple(below),
    )  # fmt: skip


def _at(units: list[Any], place: int | None) -> Any:
    return None if place is None else units[place]


def _enrol(person: Any, offerings: list[Offering], drawn: dict[str, Any]) -> None:
    last = None if drawn["last"] is None else clock.today() + timedelta(days=drawn["last"])
    values = {"person": person, "offering": offerings[drawn["offering"]], "role": drawn["role"]}
    ended = clock.now() if drawn["ended"] else None
    if not Enrolment.objects.current().filter(**values).exists():
        Enrolment.objects.create(**values, ends_on=last, ended_at=ended)


def _course(drawn: dict[str, Any], disciplines: list[Any], offerings: list[Offering], taken: set[int]) -> None:
    course = factories.CourseFactory(
        published=drawn["published"],
        discipline=None if drawn["discipline"] is None else disciplines[drawn["discipline"]],
    )
    for place in drawn["offerings"] - taken:
        CourseOffering.objects.create(course=course, offering=offerings[place])
    taken |= drawn["offerings"]
    section = factories.SectionFactory(course=course, visible=drawn["section"])
    opens_at = None if drawn["opens"] is None else clock.now() + timedelta(days=drawn["opens"])
    element = factories.ElementFactory(section=section, visible=drawn["element"], opens_at=opens_at)
    factories.CourseFileFactory(course=course, element=element)
