"""R4-04: live classes are at least 20 % of a discipline's volume."""

from datetime import date
from decimal import Decimal

import pytest

from polytech.regulation.api import (
    PARAMETERS,
    RULES,
    Confidence,
    NoParameter,
    Outcome,
    Parameter,
    TimetabledClass,
    live_share,
    parameter,
)

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.requirement("R4-04")


def _classes(times: int, format: str = "synchronous") -> list[TimetabledClass]:
    return [TimetabledClass(format=format, minutes=50, times=times)]


@pytest.mark.parametrize(
    ("times", "outcome"),
    [(0, Outcome.BROKEN), (29, Outcome.BROKEN), (30, Outcome.AT_RISK), (31, Outcome.AT_RISK), (32, Outcome.HOLDS)],
)
def test_thirty_of_a_hundred_and_fifty_hours_are_the_least(times: int, outcome: Outcome) -> None:
    assert live_share(credits=Decimal(5), classes=_classes(times), on=TODAY).outcome is outcome


def test_finding_shows_inputs_arithmetic_and_what_would_change_it() -> None:
    finding = live_share(credits=Decimal(5), classes=_classes(15), on=TODAY)
    assert finding.inputs == {
        "credits": 5, "volume": 150, "live_hours": 15, "share": 10, "by_mooc": False,
    }  # fmt: skip
    assert finding.arithmetic == "15 h / 150 h = 10 % (≥ 20 %)"
    assert finding.remedy["en"] == "Add at least 15 more academic hours of live classes to the timetable."
    assert finding.parameters[0].key == "R4-04.least-live-share"


def test_remedy_of_the_finding_is_enough() -> None:
    short = live_share(credits=Decimal("4.5"), classes=_classes(10), on=TODAY)
    missing = next(int(word) for word in short.remedy["en"].split() if word.isdecimal())
    mended = live_share(credits=Decimal("4.5"), classes=_classes(10 + missing), on=TODAY)
    assert (short.outcome, mended.outcome) == (Outcome.BROKEN, Outcome.AT_RISK)


def test_double_classes_count_by_their_minutes() -> None:
    pair = [TimetabledClass(format="synchronous", minutes=100, times=15)]
    assert live_share(credits=Decimal(5), classes=pair, on=TODAY).inputs["live_hours"] == 30


def test_asynchronous_classes_do_not_count_and_classrooms_count_as_the_parameter_says() -> None:
    classes = [*_classes(20), *_classes(20, "classroom"), *_classes(20, "asynchronous")]
    strict = Parameter("R4-04.classroom-counts", Decimal(0), "yes/no", TODAY, "order", Confidence.READ)
    shares = [
        live_share(credits=Decimal(5), classes=classes, on=TODAY, known=known).inputs["live_hours"]
        for known in (PARAMETERS, (*PARAMETERS, strict))
    ]
    assert shares == [40, 20]


def test_disciplines_planned_through_open_courses_are_excepted() -> None:
    finding = live_share(credits=Decimal(5), classes=[], on=TODAY, by_mooc=True)
    assert (finding.outcome, finding.remedy) == (Outcome.HOLDS, {})


def test_discipline_without_volume_has_no_share() -> None:
    with pytest.raises(ValueError, match="without credits"):
        live_share(credits=Decimal(0), classes=[], on=TODAY)


def test_newest_edition_of_a_parameter_that_has_begun_counts() -> None:
    stricter = Parameter(
        "R4-04.least-live-share", Decimal(25), "%", date(2027, 1, 1), {"en": "edition 2"}, Confidence.READ
    )
    known = (*PARAMETERS, stricter)
    values = [parameter("R4-04.least-live-share", day, known).value for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert values == [20, 25]


def test_before_its_first_edition_a_rule_has_no_number() -> None:
    with pytest.raises(NoParameter):
        parameter("R4-04.least-live-share", date(2023, 10, 23))


@pytest.mark.requirement("R2-05")
def test_every_parameter_names_its_source_and_day() -> None:
    assert [one.key for one in PARAMETERS if set(one.source) != {"kk", "ru", "en"} or not one.effective_from] == []


def test_every_rule_has_a_title_in_three_languages() -> None:
    assert {rule.id: sorted(rule.title) for rule in RULES} == {
        id: ["en", "kk", "ru"] for id in ("R1-09", "R4-04", "R4-18")
    }
