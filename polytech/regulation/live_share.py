"""R4-04: synchronous classes are at least 20 % of each discipline's total volume."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from polytech.regulation.findings import Finding, Outcome, Rule
from polytech.regulation.parameters import PARAMETERS, Parameter, parameter

RULE = Rule(
    id="R4-04",
    clause="4",
    title={
        "kk": "Тікелей сабақтардың үлесі",
        "ru": "Доля занятий в прямом эфире",
        "en": "Share of live classes",
    },
)


@dataclass(frozen=True, slots=True)
class TimetabledClass:
    """A class of the timetable: `format` is classroom, synchronous or asynchronous; held `times` in the period,
    `minutes` long each time."""

    format: str
    minutes: int
    times: int


def live_share(
    *,
    credits: Decimal,
    classes: Iterable[TimetabledClass],
    on: date,
    by_mooc: bool = False,
    known: tuple[Parameter, ...] = PARAMETERS,
) -> Finding:
    """Compare the timetable's live hours with the discipline's total volume.

    Args:
        credits: of the discipline, more than 0.
        classes: its classes in one group's timetable.
        on: the day whose parameters count.
        by_mooc: the discipline is planned through open online courses, which the clause excepts.

    Returns:
        holds; at risk when the share is reached by less than one percentage point; broken below. `inputs["share"]`
        is in per cent.

    Raises:
        ValueError: the discipline has no volume.
    """
    least = parameter("R4-04.least-live-share", on, known)
    classroom = parameter("R4-04.classroom-counts", on, known)
    hours_of_credit = parameter("credit.academic-hours", on, known)
    minutes_of_hour = parameter("academic-hour.minutes", on, known)
    volume = credits * hours_of_credit.value
    if volume <= 0:
        raise ValueError("A discipline without credits has no volume to take a share of.")
    live_formats = {"synchronous", "classroom"} if classroom.value else {"synchronous"}
    minutes = sum(one.minutes * one.times for one in classes if one.format in live_formats)
    hours = Decimal(minutes) / minutes_of_hour.value
    share = hours * 100 / volume
    missing = (volume * least.value / 100 - hours).to_integral_value(ROUND_CEILING)
    outcome = _outcome(share, least.value, by_mooc)
    return Finding(
        rule=RULE,
        outcome=outcome,
        inputs={"credits": credits, "volume": volume, "live_hours": hours, "share": share, "by_mooc": by_mooc},
        arithmetic=f"{_plain(hours)} h / {_plain(volume)} h = {_plain(share)} % (≥ {_plain(least.value)} %)",
        remedy=_remedy(missing) if outcome is Outcome.BROKEN else {},
        parameters=(least, classroom, hours_of_credit, minutes_of_hour),
    )


def _outcome(share: Decimal, least: Decimal, by_mooc: bool) -> Outcome:
    if by_mooc or share >= least + 1:
        return Outcome.HOLDS
    return Outcome.AT_RISK if share >= least else Outcome.BROKEN


def _plain(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1')):f}".removesuffix(".0")


def _remedy(missing: Decimal) -> dict[str, str]:
    return {
        "kk": f"Сабақ кестесіне тағы кемінде {missing} академиялық сағат тікелей сабақ қосыңыз.",
        "ru": f"Добавьте в расписание ещё не менее {missing} академических часов занятий в прямом эфире.",
        "en": f"Add at least {missing} more academic hours of live classes to the timetable.",
    }
