import pytest

from polytech.pages.navigation import DESTINATIONS
from polytech.people.api import Role


def places_of(*roles: str) -> list[str]:
    return [place.key for place in DESTINATIONS if place.is_open_to(frozenset(roles))]


@pytest.mark.parametrize("role", [*Role.values, None])
def test_everybody_has_the_same_first_five_places(role: str | None) -> None:
    places = places_of(*([role] if role else []))

    assert places[:5] == ["today", "courses", "timetable", "messages", "grades"]


def test_a_student_has_no_place_of_the_staff() -> None:
    assert len(places_of("student")) == 5


def test_a_person_with_two_roles_has_the_places_of_both() -> None:
    assert places_of("registrar", "methodologist")[5:] == ["people", "feed", "coverage", "timetable-problems"]
