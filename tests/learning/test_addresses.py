"""Who gets which page of this room: 404 for strangers, 403 for readers who may not do this, 200 for the others."""

import pytest
from django.test import Client

from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db

READERS = ("aigerim", "teacher", "adviser", "dean", "methodologist", "quality", "administrator")
OFFICES = ("dean", "methodologist", "quality", "administrator")
TABLE = {
    "/courses/{course}/": (READERS, ()),
    "/courses/{course}/{element}/": (READERS, ()),
    "/courses/{course}/participants/": (READERS, ()),
    "/courses/{course}/grades/": (("teacher", *OFFICES), ("aigerim", "adviser")),
    "/courses/{course}/settings/": (
        ("teacher", "methodologist", "administrator"),
        ("aigerim", "adviser", "dean", "quality"),
    ),
}
EVERYBODY = (
    "aigerim", "stranger", "teacher", "other_teacher", "adviser", "dean", "registrar", "methodologist", "proctor",
    "researcher", "librarian", "support", "quality", "administrator",
)  # fmt: skip


@pytest.mark.requirement("R1-09")
@pytest.mark.parametrize("who", EVERYBODY)
def test_each_role_gets_the_pages_of_a_course_that_are_for_it(cast: Cast, who: str) -> None:
    _advised = cast.adviser
    client = sign_in(getattr(cast, who))

    given = {address: _status(client, cast, address) for address in TABLE}

    assert given == {
        address: 200 if who in allowed else 403 if who in readers else 404
        for address, (allowed, readers) in TABLE.items()
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_lists_of_the_offices_are_for_the_offices(cast: Cast, who: str) -> None:
    client = sign_in(getattr(cast, who))

    given = {
        address: client.get(address).status_code for address in ("/courses/without-access/", "/programmes/coverage/")
    }

    assert given == {
        "/courses/without-access/": 200 if who in ("registrar", "methodologist", "administrator") else 403,
        "/programmes/coverage/": 200 if who in OFFICES else 403,
    }


@pytest.mark.parametrize("address", ["/courses/", "/grades/"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_own_courses_and_grades_are_for_everybody(cast: Cast, who: str, address: str) -> None:
    assert sign_in(getattr(cast, who)).get(address).status_code == 200


def test_nobody_signed_in_is_led_to_the_sign_in_page(cast: Cast, client: Client) -> None:
    addresses = [*TABLE, "/courses/", "/grades/", "/courses/without-access/", "/programmes/coverage/"]
    assert {_status(client, cast, address) for address in addresses} == {302}


def test_a_person_of_another_faculty_does_not_find_the_course(cast: Cast) -> None:
    cast.dean.grants.update(org=cast.other_faculty)
    assert _status(sign_in(cast.dean), cast, "/courses/{course}/") == 404


def _status(client: Client, cast: Cast, address: str) -> int:
    return client.get(address.format(course=cast.course.pk, element=cast.element.pk)).status_code


@pytest.mark.parametrize(
    "address",
    [
        "/courses/{huge}/", "/courses/{course}/{huge}/", "/courses/{huge}/participants/", "/courses/{huge}/grades/",
        "/courses/{course}/files/{huge}/x", "/courses/0/", "/courses/{course}/0/",
    ],
)  # fmt: skip
def test_number_that_nothing_has_is_not_found(cast: Cast, address: str) -> None:
    assert sign_in(cast.teacher).get(address.format(course=cast.course.pk, huge="9" * 30)).status_code == 404


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", f"after={'9' * 30}", "group=x", f"group={'9' * 30}", "q=%25_%5C"]
)
def test_strange_questions_are_answered(cast: Cast, query: str) -> None:
    client = sign_in(cast.methodologist)
    addresses = ("/courses/", f"/courses/{cast.course.pk}/participants/", f"/courses/{cast.course.pk}/grades/")
    assert [client.get(f"{address}?{query}").status_code for address in addresses] == [200, 200, 200]
