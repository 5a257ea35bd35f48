"""The people of a course: teachers first, the Kazakh alphabet, a hundred a page."""

import gzip

import pytest
from pytest_django import DjangoAssertNumQueries

from polytech.academics.models import Enrolment
from polytech.kernel import clock
from polytech.kernel.text import kazakh_sort_key
from polytech.people.models import Person
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _names(page: str) -> list[str]:
    rows = page[page.index("people-list") :].split('<span class="t">')[1:]
    return [row.split("</span>")[0] for row in rows]


def _enrol(cast: Cast, *families: str) -> list[Person]:
    people = Person.objects.bulk_create(
        Person(username=f"p{place}", password="!", family_kk=family, given_kk="А",
               sort_key=kazakh_sort_key(f"{family} А"))
        for place, family in enumerate(families)
    )  # fmt: skip
    Enrolment.objects.bulk_create(Enrolment(person=one, offering=cast.offering, role="student") for one in people)
    return people


@pytest.mark.parametrize("more", [1, 3])
def test_participants_page_is_one_statement(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _enrol(cast, *"АБВ"[:more])
    client, address = sign_in(cast.aigerim), f"/courses/{cast.course.pk}/participants/"
    with django_assert_num_queries(1):
        assert client.get(address).status_code == 200


def test_teachers_come_first_then_the_kazakh_alphabet(cast: Cast) -> None:
    _enrol(cast, "Яковлев", "Әбенов", "Үсенов", "Абаев", "Ғалиев")
    page = sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/participants/").content.decode()
    assert _names(page) == [
        "Сейітқали Данияр Ерланұлы", "Абаев А", "Әбенов А", "Волков Артём", "Ғалиев А",
        "Сәрсенова Айгерім Нұрланқызы", "Үсенов А", "Яковлев А",
    ]  # fmt: skip


def test_page_holds_a_hundred_and_leads_on(cast: Cast) -> None:
    _enrol(cast, *(f"Т{place:03}" for place in range(198)))
    client, address = sign_in(cast.teacher), f"/courses/{cast.course.pk}/participants/"

    first = client.get(address).content
    after = first.decode().split("after=")[1].split('"')[0]
    second = client.get(address, {"after": after}).content.decode()
    after = second.split("after=")[1].split('"')[0]
    third = client.get(address, {"after": after}).content.decode()

    names = [_names(page) for page in (first.decode(), second, third)]
    assert [len(page) for page in names] == [100, 100, 1]
    assert len({name for page in names for name in page}) == 201
    assert len(gzip.compress(first)) <= 8_000


def test_person_in_two_groups_of_the_course_stands_once(cast: Cast) -> None:
    offering = factories.OfferingFactory(discipline=cast.discipline, period=cast.period)
    factories.CourseOfferingFactory(course=cast.course, offering=offering)
    factories.EnrolmentFactory(person=cast.aigerim, offering=offering)
    page = sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/participants/").content.decode()
    assert _names(page).count("Сәрсенова Айгерім Нұрланқызы") == 1


@pytest.mark.requirement("R4-14")
def test_group_of_the_course_is_a_page_of_its_own(cast: Cast) -> None:
    group = factories.CourseGroupFactory(course=cast.course, title="1-топша")
    group.members.add(cast.aigerim)
    other = factories.CourseGroupFactory(title="Басқа курстың тобы")
    other.members.add(cast.classmate)
    client, address = sign_in(cast.teacher), f"/courses/{cast.course.pk}/participants/"
    assert _names(client.get(address, {"group": group.pk}).content.decode()) == ["Сәрсенова Айгерім Нұрланқызы"]
    assert "people-list" not in client.get(address, {"group": other.pk}).content.decode()
    assert "Басқа курстың тобы" not in client.get(address).content.decode()


def test_name_is_in_the_language_of_the_reader_where_it_is_known(cast: Cast) -> None:
    address = f"/courses/{cast.course.pk}/participants/"
    first = {
        language: _names(sign_in(cast.aigerim, language=language).get(address).content.decode())[0]
        for language in ("kk", "ru", "en")
    }
    assert first == {
        "kk": "Сейітқали Данияр Ерланұлы", "ru": "Сейткали Данияр Ерланович", "en": "Seitkali Daniyar",
    }  # fmt: skip


def test_who_has_left_the_university_is_no_participant(cast: Cast) -> None:
    [gone] = _enrol(cast, "Абаев")
    gone.ended_at = clock.now()
    gone.save()
    page = sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/participants/").content.decode()
    assert "Абаев А" not in _names(page)
