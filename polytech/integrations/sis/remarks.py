"""Collects the findings of one batch, without letting a wholly wrong file flood them."""

from collections import Counter
from typing import NoReturn

from polytech.kernel.findings import Finding, Level

KEPT_OF_A_KIND = 500


class DeliveryRefused(Exception):
    """The whole delivery is not applied; the last finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def _harmless(value: str | int) -> str | int:
    """The text of a stranger without signs that would act on a terminal or turn the reading direction."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in value)


class Remarks:
    """Findings in the order in which they came.

    Of each kind in each file the first 500 are kept; a closing finding `more` counts the rest.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.quarantined: Counter[str] = Counter()
        self._seen: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        level: Level,
        code: str,
        file: str = "",
        line: int | None = None,
        column: str = "",
        *,
        done: str = "kept",
        **values: str | int,
    ) -> None:
        if done == "quarantined":
            self.quarantined[file] += 1
        self._seen[file, code] += 1
        if self._seen[file, code] <= KEPT_OF_A_KIND:
            name = f"{file}.csv" if file else ""
            shown = {key: _harmless(value) for key, value in values.items()}
            self.findings.append(Finding(level, code, name, line, str(_harmless(column)), shown or None, done))

    def refuse(
        self, code: str, file: str = "", line: int | None = None, column: str = "", **values: str | int
    ) -> NoReturn:
        """Refuse the delivery: raises DeliveryRefused."""
        self.add(Level.ERROR, code, file, line, column, done="refused", **values)
        raise DeliveryRefused(self.findings[-1])

    def all(self) -> list[Finding]:
        more = [
            Finding(
                Level.INFO, "more", f"{file}.csv" if file else "", values={"count": count - KEPT_OF_A_KIND, "of": code}
            )
            for (file, code), count in self._seen.items()
            if count > KEPT_OF_A_KIND
        ]
        return self.findings + more
