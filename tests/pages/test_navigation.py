from types import SimpleNamespace

import pytest

from polytech.pages.desks import desks_of
from polytech.pages.navigation import destinations
from polytech.people.api import Role
from tests.academics.university import person, signed_in
from tests.messaging.test_announcements import viewer_of


def places_of(*roles: str) -> list[str]:
    request = SimpleNamespace(viewer=SimpleNamespace(roles=frozenset(roles)))
    return [place["key"] for place in destinations(request)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("student", ["today", "courses", "timetable", "messages", "grades"]),
        ("teacher", ["today", "courses", "timetable", "messages"]),
        ("registrar", ["today", "people", "feed", "timetable-problems", "courses"]),
        ("methodologist", ["today", "coverage", "timetable-problems", "courses", "timetable"]),
        ("proctor", ["today", "courses", "timetable", "messages"]),
    ],
)
def test_the_first_places_are_those_of_the_own_work(role: str, first: list[str]) -> None:
    assert places_of(role)[:5] == first


def test_a_student_has_no_place_of_the_staff() -> None:
    assert len(places_of("student")) == 5


def test_a_person_with_two_roles_has_the_places_of_both() -> None:
    assert places_of("registrar", "methodologist")[:5] == ["today", "people", "feed", "coverage", "timetable-problems"]
    assert places_of("student", "registrar")[:5] == places_of("student")


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_every_place_of_a_role_can_be_opened(role: str) -> None:
    client = signed_in(person("someone", Role(role)))
    request = SimpleNamespace(viewer=SimpleNamespace(roles=frozenset({role})))

    places = [place["href"] for place in destinations(request)]  # type: ignore[arg-type]

    assert {href: client.get(href).status_code for href in places} == dict.fromkeys(places, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role.values if role not in ("student", "teacher")])
def test_every_way_on_from_a_desk_can_be_gone(role: str) -> None:
    who = person("someone", Role(role))
    client = signed_in(who)
    ways = [link.href for desk in desks_of(viewer_of(who)) for link in desk.links]
    ways += [figure.href for desk in desks_of(viewer_of(who)) for figure in desk.figures if figure.href]

    assert {href: client.get(href).status_code for href in ways} == dict.fromkeys(ways, 200)
