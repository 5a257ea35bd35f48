"""Checks the rows of a file one by one and copies the good ones into the staging table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from polytech.integrations.sis.feeds import Feed
from polytech.integrations.sis.layout import Column
from polytech.integrations.sis.reading import BULK, DELTA, Delivery
from polytech.integrations.sis.remarks import Remarks
from polytech.integrations.sis.shaping import Values, iin_of
from polytech.integrations.sis.values import Unfit, identifier
from polytech.kernel import iin as numbers
from polytech.kernel.feeding import Cursor, analyse_stage, create_stage
from polytech.kernel.findings import Level
from polytech.people.api import digest

MEMORY_AT_MOST = 20_000
_FIRST = 3  # sourcedId, status, dateLastModified
Plan = list[tuple[str, int | None, Column, dict[str, str | None]]]


@dataclass
class Staged:
    """What was staged of one file. `unknown` counts the rows of which nobody can say whose they are."""

    mode: str
    rows: int = 0
    unknown: int = 0

    @property
    def complete(self) -> bool:
        """Whether what is missing in the file is to be ended: it holds everything, and all of it could be read."""
        return self.mode == BULK and not self.unknown


def stage_file(
    cursor: Any, delivery: Delivery, feed: Feed, remarks: Remarks, numbers_by_digest: dict[str, str]
) -> Staged:
    """Read, check and stage one file. An absent file leaves an empty staging table."""
    create_stage(cursor, feed.fed)
    staged = Staged(delivery.modes[feed.file.name])
    if staged.mode not in {BULK, DELTA}:
        return staged
    reader = _Checked(delivery, feed, remarks, numbers_by_digest, is_delta=staged.mode == DELTA)
    columns = ", ".join(feed.fed.staged_columns)
    with cursor.copy(f"COPY {feed.fed.stage} ({columns}) FROM STDIN") as copy:
        write = copy.write_row
        for row in reader:
            write(row)
    analyse_stage(cursor, feed.fed)
    staged.rows, staged.unknown = reader.rows, reader.unknown + _count_strangers(cursor, feed, reader.odd)
    if staged.unknown and staged.mode == BULK:
        remarks.add(Level.WARNING, "ends-withheld", feed.file.name, count=staged.unknown)
    return staged


def _count_strangers(cursor: Cursor, feed: Feed, lines: list[int]) -> int:
    """Of rows with other fields than the header: those whose identifier the portal does not know, so may be mangled."""
    if not lines:
        return 0
    cursor.execute(
        f"SELECT count(*) FROM {feed.fed.stage} s WHERE s.line = ANY(%s)"
        f" AND NOT EXISTS (SELECT FROM {feed.fed.table} t WHERE t.sourced_id = s.sourced_id)",
        [lines],
    )
    return int(cursor.fetchone()[0])


class _Checked:
    """The rows of one file as they are staged; what is wrong with the others goes to the remarks.

    Attributes:
        rows, unknown: how many there were, and of how many the identifier cannot be told.
        odd: lines of staged rows that have not the fields of the header.
    """

    def __init__(
        self, delivery: Delivery, feed: Feed, remarks: Remarks, numbers_by_digest: dict[str, str], *, is_delta: bool
    ) -> None:
        self.file, self.feed, self.remarks, self.is_delta = feed.file, feed, remarks, is_delta
        self.rows = 0
        self.unknown = 0
        self.odd: list[int] = []
        self._numbers = numbers_by_digest
        self._delivery = delivery
        self._line = 0
        self._nothing = [None] * (len(feed.fed.staged_columns) - _FIRST)

    def __iter__(self) -> Iterator[Iterable[Any]]:
        header: list[str] = []
        plan: Plan = []
        seen: dict[str, int] = {}
        for line, row in self._delivery.rows(self.file, header):
            if not plan:
                plan = self._plan(header)
            self.rows += 1
            self._line = line
            if row is None:
                self.unknown += 1
                continue
            place, is_whole = plan[0][1] or 0, len(row) == len(header)
            sourced_id = row[place].strip() if is_whole or not place else ""
            if sourced_id in seen:
                if is_whole:
                    self._note(Level.ERROR, "identifier-twice", "sourcedId", "quarantined", first=seen[sourced_id])
                continue
            staged = self._staged(row, plan, sourced_id) if is_whole else self._odd(sourced_id)
            if staged is None:
                self.unknown += 1
                continue
            seen[sourced_id] = line
            yield staged
        if not plan:
            self._plan(header)

    def _staged(self, row: list[str], plan: Plan, sourced_id: str) -> Iterable[Any] | None:
        """The staged row; quarantined ones are staged as present, so that nothing is ended because of a mistake."""
        values, is_good = self._values(row, plan)
        if values.get("sourcedId") is None:
            return None
        ends = values["status"] == "d"
        if ends:
            return (self._line, sourced_id, "d", *self._nothing)
        shaped = self.feed.shape(values, self._note) if is_good else None
        if shaped is None:
            return (self._line, sourced_id, "x", *self._nothing)
        if "userIds" in values:
            self._remember_number(values)
        return (self._line, sourced_id, "a", *shaped)

    def _odd(self, sourced_id: str) -> Iterable[Any] | None:
        """A row that has not the fields of the header: present, when its identifier stands before all that slipped."""
        try:
            identifier(sourced_id)
        except Unfit:
            return None
        if not sourced_id:
            return None
        self.odd.append(self._line)
        return (self._line, sourced_id, "x", *self._nothing)

    def _values(self, row: list[str], plan: Plan) -> tuple[Values, bool]:
        values: Values = {}
        is_good = True
        for name, index, column, memory in plan:
            raw = row[index] if index is not None else ""
            if raw in memory:
                values[name] = memory[raw]
                continue
            text = raw.strip()
            if not text:
                values[name] = None
                if column.required and values.get("status") != "d":
                    is_good = False
                    self._note(Level.ERROR, "value-missing", name, "quarantined")
                continue
            try:
                value = column.form(text)  # type: ignore[misc]
            except Unfit as unfit:
                values[name] = None
                is_good = self._unfit(column, text, unfit) and is_good
                continue
            values[name] = value
            if column.few and len(memory) < MEMORY_AT_MOST:
                memory[raw] = value
        if self.is_delta:
            is_good = self._delta_marks(values) and is_good
        return values, is_good

    def _unfit(self, column: Column, text: str, unfit: Unfit) -> bool:
        """Tell it. True when the row can do without the value."""
        level, done = (Level.WARNING, "skipped") if column.lenient else (Level.ERROR, "quarantined")
        self._note(level, unfit.code, column.name, done, value=text[:100], expected=unfit.expected)
        return column.lenient

    def _delta_marks(self, values: Values) -> bool:
        missing = [name for name in ("status", "dateLastModified") if values[name] is None]
        for name in missing:
            self._note(Level.ERROR, "delta-mark-missing", name, "quarantined")
        return not missing

    def _remember_number(self, values: Values) -> None:
        iin = iin_of(values)
        if iin and numbers.problem_of(iin) is None:
            self._numbers[digest(iin)] = iin

    def _note(self, level: Level, code: str, column: str, done: str, **values: str | int) -> None:
        self.remarks.add(level, code, self.file.name, self._line, column, done=done, **values)

    def _plan(self, header: list[str]) -> Plan:
        places = {name.lower(): index for index, name in enumerate(header)}
        known = {column.name.lower() for column in self.file.columns}
        for column in self.file.columns:
            if column.required and column.name.lower() not in places:
                self.remarks.refuse("column-missing", self.file.name, 1, column.name)
        for name in header:
            if name.lower() not in known and not name.lower().startswith("metadata."):
                self.remarks.add(Level.WARNING, "column-unknown", self.file.name, 1, name[:100], done="skipped")
        return [
            (column.name, places.get(column.name.lower()), column, {})
            for column in self.file.columns
            if column.form is not None
        ]


def quarantine(cursor: Cursor, feed: Feed, lines: Iterable[int]) -> None:
    """Quarantine these lines: they are present, but not applied."""
    cursor.execute(f"UPDATE {feed.fed.stage} SET op = 'x' WHERE line = ANY(%s)", [sorted(set(lines))])
