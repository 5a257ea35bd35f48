"""What the offices watch, and how a course comes to be: started, connected, published, renamed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from polytech.footprint.api import Statement
from polytech.kernel.actions import Refused
from polytech.learning import actions
from polytech.learning.jobs import find_access_gaps
from polytech.learning.models import AccessGap, Course, CourseOffering
from polytech.people.api import Viewer, find_viewer
from polytech.people.models import Person
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _viewer(person: Person) -> Viewer:
    viewer = find_viewer(sign_in(person).session.session_key)
    assert viewer is not None
    return viewer


@pytest.mark.requirement("R1-09")
def test_nightly_check_finds_the_enrolled_who_have_nothing_to_read(cast: Cast) -> None:
    offering = cast.offering
    assert (find_access_gaps(timestamp=0), _gaps()) == (1, [(offering.pk, "no-course", 2)])

    course = actions.start_course(by=None, title="Талдау", offering=offering, published=False)
    assert (find_access_gaps(timestamp=0), _gaps()) == (1, [(offering.pk, "unpublished", 2)])

    actions.set_published(by=None, course=course, published=True)
    assert (find_access_gaps(timestamp=0), _gaps()) == (1, [(offering.pk, "empty", 2)])

    factories.ElementFactory(section=factories.SectionFactory(course=course))
    assert (find_access_gaps(timestamp=0), _gaps()) == (0, [])


def _gaps() -> list[tuple[object, ...]]:
    return list(AccessGap.objects.values_list("offering", "reason", "students"))


def test_check_remembers_since_when(cast: Cast) -> None:
    assert cast.offering.pk
    find_access_gaps(timestamp=0)
    first = AccessGap.objects.get()
    find_access_gaps(timestamp=0)
    again = AccessGap.objects.get()
    assert (again.found_at, again.checked_at > first.checked_at) == (first.found_at, True)


@pytest.mark.requirement("R1-09")
@pytest.mark.parametrize("groups", [1, 3])
def test_list_of_gaps_says_who_acts(cast: Cast, groups: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert cast.offering.pk
    for _place in range(groups - 1):
        factories.EnrolmentFactory(offering__period=cast.period)
    find_access_gaps(timestamp=0)
    client = sign_in(cast.methodologist, language="en")
    # The viewer, the gaps, their teachers, what may be built, what may be read, the footprint.
    with django_assert_num_queries(6):
        page = client.get("/courses/without-access/").content.decode()
    assert (page.count("Make a course"), "Daniyar Seitkali" in page) == (groups, True)
    assert ("methodologist: nobody teaches this group yet" in page) is (groups > 1)


def test_list_of_gaps_leads_nobody_to_a_closed_door(cast: Cast) -> None:
    factories.CourseOfferingFactory(offering=cast.offering, course__published=False)
    bare = factories.EnrolmentFactory(offering__period=cast.period).offering
    find_access_gaps(timestamp=0)

    def ways(who: Person) -> tuple[int, int]:
        page = sign_in(who, language="en").get("/courses/without-access/").content.decode()
        return page.count(f"/courses/new/?offering={bare.pk}"), page.count("Open the course")

    assert (ways(cast.methodologist), ways(cast.registrar)) == ((1, 1), (0, 0))


@pytest.mark.requirement("R1-04")
@pytest.mark.parametrize("programmes", [1, 3])
def test_coverage_counts_disciplines_that_have_a_course_with_contents(
    cast: Cast, programmes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert cast.element.pk
    hole = factories.DisciplineFactory(title=factories.words("Физика", "Физика", "Physics"))
    for place in range(programmes):
        programme = cast.programme if place == 0 else factories.ProgrammeFactory()
        for discipline in (cast.discipline, hole):
            factories.ProgrammeDisciplineFactory(programme=programme, discipline=discipline, study_year=1)
    client = sign_in(cast.methodologist, language="en")
    with django_assert_num_queries(4):  # the viewer, the period, the programmes, the footprint
        page = client.get("/programmes/coverage/").content.decode()
    assert (page.count("1 of 2 disciplines"), page.count("Physics"), page.count("Calculus")) == (programmes,) * 2 + (0,)
    assert (page.count("Without a course:"), page.count("taught in year 1")) == (programmes, programmes)


@pytest.mark.requirement("R1-04")
def test_dean_sees_the_programmes_of_the_own_faculty(cast: Cast) -> None:
    other = factories.ProgrammeFactory(code="7M07201", org=cast.other_faculty)
    for programme in (cast.programme, other):
        factories.ProgrammeDisciplineFactory(programme=programme, discipline=cast.discipline)
    assert cast.period.pk
    page = sign_in(cast.dean).get("/programmes/coverage/").content.decode()
    assert ("6B06101" in page, "7M07201" in page) == (True, False)


def test_teacher_makes_a_course_for_the_own_group(cast: Cast) -> None:
    client = sign_in(cast.teacher)
    address = f"/courses/new/?offering={cast.offering.pk}"
    assert client.get(address).status_code == 200

    response = client.post(address, {"title": "  Талдау   I ", "language": "kk", "published": "on"})

    course = Course.objects.get()
    assert (response.status_code, response.url) == (303, f"/courses/{course.pk}/")
    assert (course.title, course.published, course.discipline) == ("Талдау I", True, cast.discipline)
    assert list(CourseOffering.objects.values_list("course", "offering")) == [(course.pk, cast.offering.pk)]
    assert Statement.objects.filter(verb="created", object_kind="course", actor_id=cast.teacher.pk).count() == 1


def test_title_that_is_missing_is_asked_for_and_nothing_is_made(cast: Cast) -> None:
    response = sign_in(cast.teacher).post(f"/courses/new/?offering={cast.offering.pk}", {"title": "", "language": "kk"})
    assert (response.status_code, Course.objects.count()) == (422, 0)
    assert 'id="id_title_error"' in response.content.decode()


@pytest.mark.parametrize("who", ["aigerim", "stranger", "other_teacher", "registrar"])
def test_nobody_else_makes_a_course_for_a_group(cast: Cast, who: str) -> None:
    client = sign_in(getattr(cast, who))
    address = f"/courses/new/?offering={cast.offering.pk}"
    statuses = [client.get(address).status_code, client.post(address, {"title": "x", "language": "kk"}).status_code]
    assert (statuses, Course.objects.count()) == ([404, 404], 0)


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 30])
def test_group_that_is_not_there_has_no_form(cast: Cast, number: str) -> None:
    assert sign_in(cast.methodologist).get("/courses/new/", {"offering": number}).status_code == 404


def test_parallel_group_joins_a_course_that_is_there(cast: Cast) -> None:
    offering = factories.OfferingFactory(discipline=cast.discipline, period=cast.period)
    factories.EnrolmentFactory(person=cast.teacher, offering=offering, role="teacher")
    assert cast.course.pk
    client = sign_in(cast.teacher)
    response = client.post(f"/courses/new/?offering={offering.pk}", {"course": cast.course.pk})
    assert response.url == f"/courses/{cast.course.pk}/"
    assert cast.course.offerings.count() == 2


def test_group_that_has_a_course_gets_no_second_one(cast: Cast) -> None:
    other = factories.CourseFactory(discipline=cast.discipline)
    assert cast.course.pk
    with pytest.raises(Refused, match="already-connected"):
        actions.link_offering(by=None, course=other, offering=cast.offering)
    assert cast.course_offering.course == cast.course


@pytest.mark.parametrize("course", ["x", "", "0", "9" * 30])
def test_course_that_is_not_there_is_not_connected(cast: Cast, course: str) -> None:
    response = sign_in(cast.teacher).post(f"/courses/new/?offering={cast.offering.pk}", {"course": course})
    assert (response.status_code, CourseOffering.objects.count()) == (404, 0)


def test_teacher_takes_a_course_back_and_publishes_it(cast: Cast) -> None:
    client, student = sign_in(cast.teacher), sign_in(cast.aigerim)
    address = f"/courses/{cast.course.pk}/"
    statuses, said = [], []
    for answer, sentence in (("no", "Курс студенттерден жасырылды."), ("yes", "Курс жарияланды.")):
        page = client.post(f"{address}settings/", {"published": answer}, follow=True).content.decode()
        said.append(sentence in page)
        statuses.append(student.get(address).status_code)
    assert (statuses, said) == ([404, 200], [True, True])


def test_teacher_renames_a_course_and_the_old_title_stays_in_the_footprint(cast: Cast) -> None:
    before = cast.course.title
    response = sign_in(cast.teacher).post(f"/courses/{cast.course.pk}/settings/", {"title": "Жаңа атау"})
    assert (response.status_code, Course.objects.get().title) == (303, "Жаңа атау")
    assert Statement.objects.get(verb="changed", object_kind="course").extra == {"title_before": before}


def test_actions_refuse_those_who_may_not(cast: Cast) -> None:
    course = cast.course
    with pytest.raises(PermissionDenied):
        actions.rename_course(by=_viewer(cast.aigerim), course=course, title="x")
    with pytest.raises(Http404):
        actions.set_published(by=_viewer(cast.stranger), course=course, published=False)
    with pytest.raises(PermissionDenied):
        actions.link_offering(by=_viewer(cast.dean), course=course, offering=cast.offering)
