"""The numbers of the regulation: each with the date from which it holds, its source, and how sure we are of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

RULES_OF_ONLINE_LEARNING: Mapping[str, str] = {
    "kk": "Онлайн оқытуды ұйымдастыру қағидалары, Қ.029-03-03-02.1.01, 1-басылым, 24.10.2023",
    "ru": "Правила организации онлайн-обучения, Қ.029-03-03-02.1.01, издание 1, 24.10.2023",
    "en": "Rules on organising online learning, Қ.029-03-03-02.1.01, edition 1, 24.10.2023",
}
_CREDIT_TECHNOLOGY: Mapping[str, str] = {
    "kk": "Кредиттік оқыту технологиясы бойынша оқу процесін ұйымдастыру қағидалары, № 152 бұйрық",
    "ru": "Правила организации учебного процесса по кредитной технологии обучения, приказ № 152",
    "en": "Rules on organising studies by the credit technology, order No. 152",
}


class Confidence(StrEnum):
    """How a number is known. What was not read in a public text is editable and is not presented as law."""

    READ = "read in a public text"
    SECOND_HAND = "second-hand"
    FROM_MEMORY = "from memory"
    OWN_READING = "our reading of the text"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number (or yes/no, as 1 and 0) from one day on.

    Attributes:
        key: a stable name, `R4-04.least-live-share`.
        value: in `unit`.
        unit: `%`, `h`, `min`, `days`, `yes/no`.
        effective_from: the first day on which it holds.
        source: the act with its edition and clause, in three languages.
    """

    key: str
    value: Decimal
    unit: str
    effective_from: date
    source: Mapping[str, str]
    confidence: Confidence


class NoParameter(LookupError):
    """The regulation says nothing under this key on this day."""


_ISSUED = date(2023, 10, 24)


def _section(number: int) -> dict[str, str]:
    words = {"kk": f"{number}-бөлім", "ru": f"раздел {number}", "en": f"section {number}"}
    return {language: f"{act}, {words[language]}" for language, act in RULES_OF_ONLINE_LEARNING.items()}


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "R4-04.least-live-share", Decimal(20), "%", _ISSUED,
        _section(4), Confidence.READ,
    ),
    Parameter(
        "R4-04.classroom-counts", Decimal(1), "yes/no", _ISSUED,
        _section(3), Confidence.OWN_READING,  # "direct contact in real time"
    ),
    Parameter(
        "credit.academic-hours", Decimal(30), "h", date(2018, 10, 12),
        _CREDIT_TECHNOLOGY, Confidence.READ,
    ),
    Parameter(
        "academic-hour.minutes", Decimal(50), "min", date(2018, 10, 12),
        _CREDIT_TECHNOLOGY, Confidence.READ,
    ),
)  # fmt: skip


def parameter(key: str, on: date, known: Iterable[Parameter] = PARAMETERS) -> Parameter:
    """The parameter as it holds on a day: of its editions the latest that has begun.

    Args:
        known: where to look; a university's own table replaces the shipped one.

    Raises:
        NoParameter: there is none, or the first edition begins later.
    """
    begun = [one for one in known if one.key == key and one.effective_from <= on]
    if not begun:
        raise NoParameter(f"{key} on {on.isoformat()}")
    return max(begun, key=lambda one: one.effective_from)
