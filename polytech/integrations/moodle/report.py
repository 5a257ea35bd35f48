"""The report of an import: what came and what did not, line by line, and counts that add up."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from polytech.kernel.findings import Finding, Level

# What became of a thing of the backup.
CAME, PARTLY, KEPT, NOT = "came", "partly", "kept", "not"


@dataclass(slots=True)
class Line:
    """One activity of the backup. `outcome`: `came` whole, `partly` (its inner workings wait), or `not`."""

    module: str
    module_id: int
    title: str
    section: str = ""
    kind: str = ""
    element: int | None = None
    outcome: str = CAME
    findings: list[Finding] = field(default_factory=list)

    def add(self, level: Level, code: str, *, done: str = "kept", **values: str | int) -> None:
        if not any(finding.code == code and finding.values == (values or None) for finding in self.findings):
            self.findings.append(Finding(level, code, values=values or None, done=done))

    def info(self, code: str, **values: str | int) -> None:
        self.add(Level.INFO, code, done="kept", **values)

    def warn(self, code: str, *, done: str = "kept", **values: str | int) -> None:
        self.add(Level.WARNING, code, done=done, **values)

    def as_json(self) -> dict[str, Any]:
        return {
            "module": self.module, "module_id": self.module_id, "title": self.title, "section": self.section,
            "kind": self.kind, "element": self.element, "outcome": self.outcome,
            "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip


@dataclass(slots=True)
class Report:
    """Everything that the backup holds, counted: for each thing `found` is the sum of its outcomes."""

    backup: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    grade_items: list[dict[str, Any]] = field(default_factory=list)
    unmatched: list[dict[str, str]] = field(default_factory=list)

    def count(self, thing: str, outcome: str, number: int = 1) -> None:
        if number:
            self.counts.setdefault(thing, Counter())[outcome] += number

    def add(self, level: Level, code: str, *, file: str = "", done: str = "kept", **values: str | int) -> None:
        self.findings.append(Finding(level, code, file=file, values=values or None, done=done))

    def as_json(self) -> dict[str, Any]:
        return {
            "backup": self.backup,
            "lines": [line.as_json() for line in self.lines],
            "findings": [finding.as_json() for finding in self.findings],
            "counts": {thing: {"found": sum(outcomes.values()), **outcomes} for thing, outcomes in self.counts.items()},
            "files": self.files,
            "grade_items": self.grade_items,
            "unmatched": self.unmatched,
        }
