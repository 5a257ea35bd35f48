import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from polytech.people.models import Role, RoleGrant
from tests.cast import Cast


def test_nobody_is_made_before_being_named(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        Cast()

    assert len(queries) == 0


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_somebody_who_holds_it(cast: Cast, role: str) -> None:
    person = cast.of_role(role)

    assert list(RoleGrant.objects.filter(person=person).values_list("role", flat=True)) == [role]


def test_the_course_has_its_teacher_and_two_students(cast: Cast) -> None:
    _ = (cast.course, cast.element, cast.slot, cast.place)

    assert [(enrolment.person.username, enrolment.role) for enrolment in cast.offering.enrolments.order_by("id")] == [
        ("daniyar", "teacher"),
        ("aigerim", "student"),
        ("artyom", "student"),
    ]
