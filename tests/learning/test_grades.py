"""Grades of other systems: history, never counted."""

import pytest
from pytest_django import DjangoAssertNumQueries

from polytech.footprint.api import Statement
from polytech.learning.models import GradeHistory
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _grade(cast: Cast, item: str, **values: object) -> GradeHistory:
    return GradeHistory.objects.create(
        **{"course": cast.course, "person": cast.aigerim, "item_title": item, "grade": 78, "grade_max": 100, **values}
    )


@pytest.mark.requirement("R1-03")
@pytest.mark.parametrize("grades", [1, 3])
def test_student_sees_the_own_history_marked_as_such(
    cast: Cast, grades: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(grades):
        _grade(cast, f"Аралық бақылау {place}")
    _grade(cast, "Басқаның бағасы", person=cast.classmate)
    client = sign_in(cast.aigerim, language="en")
    with django_assert_num_queries(3):  # the viewer, the grades, the footprint
        page = client.get("/grades/").content.decode()
    assert (page.count("Аралық бақылау"), page.count("78.00"), "Басқаның бағасы" in page) == (grades, grades, False)
    assert "shown as history and do not count here" in page


def test_without_grades_the_page_says_what_comes(cast: Cast) -> None:
    assert "No grades yet." in sign_in(cast.aigerim, language="en").get("/grades/").content.decode()


def test_teacher_sees_items_and_the_grades_of_one(cast: Cast) -> None:
    _grade(cast, "Аралық бақылау 1")
    _grade(cast, "Аралық бақылау 1", person=None, source_user="old-user", grade=None)
    client, address = sign_in(cast.teacher, language="en"), f"/courses/{cast.course.pk}/grades/"
    assert "2 grades" in client.get(address).content.decode()
    page = client.get(address, {"item": "Аралық бақылау 1"}).content.decode()
    assert ("Sarsenova Aigerim" in page, "old-user" in page, "nobody here matches" in page) == (True, True, True)


def test_item_with_many_grades_is_read_in_pages(cast: Cast) -> None:
    GradeHistory.objects.bulk_create(
        GradeHistory(course=cast.course, source_user=f"u{place:03}", item_title="A & B", grade=1)
        for place in range(120)
    )
    client, address = sign_in(cast.teacher), f"/courses/{cast.course.pk}/grades/"
    first = client.get(address, {"item": "A & B"}).content.decode()
    after = first.split("after=")[1].split('"')[0]
    second = client.get(address, {"item": "A & B", "after": after}).content.decode()
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (100, 20)


def test_reading_the_grades_of_a_course_stands_in_the_footprint(cast: Cast) -> None:
    statuses = [
        sign_in(who).get(f"/courses/{cast.course.pk}/grades/").status_code
        for who in (cast.teacher, cast.aigerim, cast.stranger)
    ]
    assert statuses == [200, 403, 404]
    recorded = Statement.objects.filter(object_kind="course-grades").values_list("verb", "actor_id", "course_id")
    assert list(recorded) == [("viewed", cast.teacher.pk, cast.course.pk)]
