"""Findings: what an importer says about its input. One form for every importer."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one place of the input.

    Attributes:
        level: an ERROR keeps its row (or the whole input, when `line` is None) out.
        code: a stable word for the kind of finding; its sentence in the reader's language is looked up by it.
        file, line, column: the place; lines count from 1 with the header as line 1.
        values: what the sentence needs (`{"value": …, "expected": …}`), plain JSON.
        done: what the importer did about it: `kept`, `quarantined`, `skipped`, `replaced`, `refused`.
    """

    level: Level
    code: str
    file: str = ""
    line: int | None = None
    column: str = ""
    values: dict[str, str | int] | None = None
    done: str = "kept"

    def as_json(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}
