"""R4-18: a slot has a format and a way in. R1-09: the enrolled have materials."""

import pytest

from polytech.regulation.api import Outcome, materials_within_reach, slot_is_complete

LINK = "https://live.polytech.example/1"


@pytest.mark.requirement("R4-18")
@pytest.mark.parametrize(
    ("format", "link", "room", "has_course", "outcome"),
    [
        ("synchronous", LINK, "", False, Outcome.HOLDS),
        ("synchronous", "", "101", True, Outcome.BROKEN),
        ("asynchronous", LINK, "", False, Outcome.HOLDS),
        ("asynchronous", "", "", True, Outcome.HOLDS),
        ("asynchronous", "", "", False, Outcome.BROKEN),
        ("classroom", "", "101", False, Outcome.HOLDS),
        ("classroom", "", "", False, Outcome.AT_RISK),
        ("", LINK, "101", True, Outcome.BROKEN),
        ("by post", LINK, "101", True, Outcome.BROKEN),
    ],
)
def test_slot_needs_its_format_and_the_way_in(
    format: str, link: str, room: str, has_course: bool, outcome: Outcome
) -> None:
    finding = slot_is_complete(format=format, link=link, room=room, has_course=has_course)
    assert (finding.outcome, bool(finding.remedy)) == (outcome, outcome is not Outcome.HOLDS)


@pytest.mark.requirement("R1-09")
@pytest.mark.parametrize(
    ("students", "has_course", "published", "elements", "words"),
    [
        (20, True, True, 5, None),
        (0, False, False, 0, None),
        (20, False, False, 0, "creates a course"),
        (20, True, False, 5, "publish"),
        (20, True, True, 0, "place the materials"),
    ],
)
def test_materials_are_within_reach_of_the_enrolled(
    students: int, has_course: bool, published: bool, elements: int, words: str | None
) -> None:
    finding = materials_within_reach(students=students, has_course=has_course, published=published, elements=elements)
    assert finding.outcome is (Outcome.BROKEN if words else Outcome.HOLDS)
    assert (words or "") in finding.remedy.get("en", "")
