"""The numbers of the regulation: each with the date from which it holds, its source, and how sure we are of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

RULES_OF_ONLINE_LEARNING = "Rules on organising online learning, Қ.029-03-03-02.1.01, edition 1, 24.10.2023"


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
        source: the act with its edition and clause.
    """

    key: str
    value: Decimal
    unit: str
    effective_from: date
    source: str
    confidence: Confidence


class NoParameter(LookupError):
    """The regulation says nothing under this key on this day."""


_ISSUED = date(2023, 10, 24)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "R4-04.least-live-share", Decimal(20), "%", _ISSUED,
        f"{RULES_OF_ONLINE_LEARNING}, section 4", Confidence.READ,
    ),
    Parameter(
        "R4-04.classroom-counts", Decimal(1), "yes/no", _ISSUED,
        f"{RULES_OF_ONLINE_LEARNING}, section 3: direct contact in real time", Confidence.OWN_READING,
    ),
    Parameter(
        "credit.academic-hours", Decimal(30), "h", date(2018, 10, 12),
        "Rules of the credit technology of learning, order 152", Confidence.READ,
    ),
    Parameter(
        "academic-hour.minutes", Decimal(50), "min", date(2018, 10, 12),
        "Rules of the credit technology of learning, order 152", Confidence.READ,
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
