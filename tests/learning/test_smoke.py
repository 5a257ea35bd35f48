import pytest
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_pages(cast: Cast, sign_in) -> None:
    cast.element
    cast.slot
    student = sign_in(cast.aigerim)
    teacher = sign_in(cast.teacher)
    office = sign_in(cast.methodologist)
    base = f"/courses/{cast.course.pk}/"
    for client in (student, teacher, office):
        for address in ("/courses/", base, f"{base}{cast.element.pk}/", base + "participants/", "/grades/"):
            assert (address, client.get(address).status_code) == (address, 200)
    for address in (base + "grades/", base + "settings/"):
        assert (address, teacher.get(address).status_code) == (address, 200)
        assert (address, student.get(address).status_code) == (address, 403)
    for address in ("/courses/without-access/", "/programmes/coverage/"):
        assert (address, office.get(address).status_code) == (address, 200)
    print(student.get(base).content.decode())
