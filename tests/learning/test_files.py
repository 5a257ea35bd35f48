"""Files of a course: the same readers as their element, recorded when downloaded."""

from datetime import timedelta
from io import BytesIO

import pytest

from polytech.files.api import store
from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.learning.models import CourseFile
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(cast: Cast) -> CourseFile:
    blob = store(BytesIO("Шектер туралы конспект".encode()))
    return factories.CourseFileFactory(course=cast.course, element=cast.element, blob=blob, path="/дәріс/конспект.txt")


def _address(file: CourseFile) -> str:
    return f"/courses/{file.course_id}/files/{file.pk}/конспект.txt"


def test_student_downloads_a_file_of_the_course(cast: Cast, file: CourseFile) -> None:
    response = sign_in(cast.aigerim).get(_address(file))
    assert (response.status_code, response.getvalue().decode()) == (200, "Шектер туралы конспект")
    assert list(Statement.objects.filter(verb="downloaded").values_list("actor_id", "object_id", "course_id")) == [
        (cast.aigerim.pk, file.pk, file.course_id)
    ]


def test_a_player_that_asks_for_piece_after_piece_is_one_reading(cast: Cast, file: CourseFile) -> None:
    client = sign_in(cast.aigerim)
    statuses = [
        client.get(_address(file), headers={"range": asked}).status_code
        for asked in ("bytes=0-1", "bytes=0-", "bytes=5-9", "bytes=9-")
    ]
    assert statuses == [206] * 4
    assert Statement.objects.filter(verb="downloaded").count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("teacher", 200), ("methodologist", 200), ("stranger", 404), ("other_teacher", 404)]
)
def test_file_has_the_readers_of_its_course(cast: Cast, file: CourseFile, who: str, status: int) -> None:
    assert sign_in(getattr(cast, who)).get(_address(file)).status_code == status


def test_file_of_a_hidden_or_closed_element_is_not_there_for_students(cast: Cast, file: CourseFile) -> None:
    client = sign_in(cast.aigerim)
    statuses = []
    for change in ({"visible": False}, {"visible": True, "opens_at": clock.now() + timedelta(days=1)}):
        cast.element.__class__.objects.filter(pk=cast.element.pk).update(**change)
        statuses.append(client.get(_address(file)).status_code)
    assert statuses == [404, 404]


def test_file_is_not_found_under_another_course(cast: Cast, file: CourseFile) -> None:
    other = factories.CourseOfferingFactory(offering__period=cast.period)
    factories.EnrolmentFactory(person=cast.aigerim, offering=other.offering)
    assert sign_in(cast.aigerim).get(f"/courses/{other.course_id}/files/{file.pk}/x").status_code == 404


def test_picture_inside_a_text_is_no_download(cast: Cast, file: CourseFile) -> None:
    CourseFile.objects.filter(pk=file.pk).update(embedded=True)
    assert sign_in(cast.aigerim).get(_address(file)).status_code == 200
    assert Statement.objects.filter(verb="downloaded").count() == 0
