"""Feeding tables from staged rows with statements over whole sets (docs/decisions/0030).

A room that owns a table fed from outside describes it as a `FedTable`. The importer fills the staging table with
rows that it has checked; `find_differences` says what a batch would change without writing to anything but temporary
tables; `apply_differences` does exactly that. A row that differs in nothing is not written.

A staging table has, besides the described columns: `line` (of the input), `sourced_id`, and `op`: `a` active,
`d` to be ended, `x` quarantined (present in the input, but neither applied nor taken as missing).
"""

from dataclasses import dataclass, field
from typing import Any, Protocol


class Cursor(Protocol):
    rowcount: int

    def execute(self, sql: str, parameters: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Fed:
    """One column that the feed decides.

    Attributes:
        name: of the column, here and in the staging table.
        kind: its SQL type.
        now: what the row should have; `s` is the staged row, `t` the present one (all NULL for a new one).
    """

    name: str
    kind: str = "text"
    now: str = ""

    @property
    def value(self) -> str:
        return self.now or f"s.{self.name}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key, staged as the identifier of the row meant.

    Attributes:
        name: of the staged column; the key's own column is `<name>_id`.
        table: the table meant. The table itself may be meant: then parents are made before children.
        key: the column of `table` that holds the identifier.
        adopts: the staged column of `table` that names a present row which is given the identifier by this batch.
    """

    name: str
    table: str
    key: str = "sourced_id"
    adopts: str = ""

    @property
    def column(self) -> str:
        return f"{self.name}_id"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch does, or would do, to one table, in rows. `returned` were ended before and do not count twice."""

    created: int = 0
    changed: int = 0
    returned: int = 0
    ended: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class FedTable:
    """A table fed from outside.

    Attributes:
        table: the table fed; it has `sourced_id` (unique) and `ended_at`.
        fed: columns that follow the feed.
        references: foreign keys that follow the feed.
        at_first: column → SQL for columns that only a new row gets from here (`s` is the staged row).
        besides: column → SQL set with any change of a present row and with none alone (`s`, `t`).
        when_ended: column → SQL set when a row is ended.
        staged_only: further columns of the staging table.
        steps_aside: changed rows are ended for a moment, so that two of them can change places under a constraint
            that binds current rows only.
        once: staged columns that no two current rows share (`find_repeated`). The staging table then has a column
            `takes`: the present row, made by hand, that the staged one takes over (`take_over`).
    """

    table: str
    fed: tuple[Fed, ...]
    references: tuple[Reference, ...] = ()
    at_first: dict[str, str] = field(default_factory=dict)
    besides: dict[str, str] = field(default_factory=dict)
    when_ended: dict[str, str] = field(default_factory=dict)
    staged_only: tuple[Fed, ...] = ()
    steps_aside: bool = False
    once: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        return f"staged_{self.table}"

    @property
    def differences(self) -> str:
        return f"differing_{self.table}"

    @property
    def staged_columns(self) -> tuple[str, ...]:
        """The columns of the staging table in their order."""
        own = [column.name for column in (*self.fed, *self.staged_only)]
        return ("line", "sourced_id", "op", *own, *(reference.name for reference in self.references))

    @property
    def parent(self) -> Reference | None:
        return next((reference for reference in self.references if reference.table == self.table), None)


def create_stage(cursor: Cursor, fed: FedTable) -> None:
    """Make the empty staging table; it goes with the transaction."""
    own = [f"{column.name} {column.kind}" for column in (*fed.fed, *fed.staged_only)]
    references = [f"{reference.name} text" for reference in fed.references]
    own += ["takes bigint"] if fed.once else []
    columns = ", ".join(["line int NOT NULL", "sourced_id text NOT NULL", 'op "char" NOT NULL', *own, *references])
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{fed.stage}")
    cursor.execute(f"CREATE TEMP TABLE {fed.stage} ({columns}) ON COMMIT DROP")


def analyse_stage(cursor: Cursor, fed: FedTable) -> None:
    """Let the planner know the staged rows; sets of this size need it."""
    cursor.execute(f"ANALYZE {fed.stage}")


def find_differences(cursor: Cursor, fed: FedTable, *, complete: bool) -> Counts:
    """Compare what is staged with what is there, into the temporary table `fed.differences`.

    Args:
        complete: the input holds all rows (bulk): current rows that are missing in it are to be ended.

    Returns:
        the counts; rows that refer to rows not yet made count like all others.
    """
    joins = " ".join(
        f"LEFT JOIN {reference.table} r{number} ON r{number}.{reference.key} = s.{reference.name}"
        for number, reference in enumerate(fed.references)
    )
    wanted = [column.value for column in fed.fed] + [
        _or_unmade(f"r{number}.id", reference) for number, reference in enumerate(fed.references)
    ]
    present = [f"t.{column.name}" for column in fed.fed] + [f"t.{one.column}" for one in fed.references]
    ids = "".join(f", r{number}.id AS {one.column}" for number, one in enumerate(fed.references))
    is_new = "t.id IS NULL AND s.takes IS NULL" if fed.once else "t.id IS NULL"
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{fed.differences}")
    cursor.execute(
        f"CREATE TEMP TABLE {fed.differences} ON COMMIT DROP AS "
        f"SELECT s.line, t.id, CASE WHEN {is_new} THEN 'c' WHEN t.ended_at IS NOT NULL THEN 'r' ELSE 'u' END AS act"
        f"{ids} FROM {fed.stage} s LEFT JOIN {fed.table} t ON t.sourced_id = s.sourced_id {joins} "
        f"WHERE s.op = 'a' AND (t.id IS NULL OR t.ended_at IS NOT NULL"
        f" OR ({', '.join(present)}) IS DISTINCT FROM ({', '.join(wanted)}))"
    )
    ended = (
        f"SELECT NULL::int, t.id, 'e' FROM {fed.table} t LEFT JOIN {fed.stage} s ON s.sourced_id = t.sourced_id"
        " WHERE t.ended_at IS NULL AND t.sourced_id IS NOT NULL AND "
        + ("(s.op IS NULL OR s.op = 'd')" if complete else "s.op = 'd'")
    )
    cursor.execute(f"INSERT INTO {fed.differences} (line, id, act) {ended}")
    cursor.execute(f"SELECT act, count(*) FROM {fed.differences} GROUP BY act")
    acts = dict(cursor.fetchall())
    cursor.execute(f"SELECT count(*) FROM {fed.stage} WHERE op = 'a'")
    active = cursor.fetchone()[0]
    return Counts(
        created=acts.get("c", 0),
        changed=acts.get("u", 0),
        returned=acts.get("r", 0),
        ended=acts.get("e", 0),
        unchanged=active - acts.get("c", 0) - acts.get("u", 0) - acts.get("r", 0),
    )


def _or_unmade(found: str, reference: Reference) -> str:
    """The id found for a reference. A row that will be made by this batch has none yet: -1 differs from no row."""
    return f"coalesce({found}, CASE WHEN s.{reference.name} IS NOT NULL THEN -1 END)"


def find_repeated(cursor: Cursor, fed: FedTable, *, complete: bool) -> list[tuple[int, str]]:
    """Staged rows that share the columns `once` with an earlier line or with a row that stays: (line, the other's id).

    Args:
        complete: as in `find_differences`; rows of the feed that are missing in the input do not stay.
    """
    keys = ", ".join(fed.once)
    cursor.execute(
        "SELECT line, first FROM (SELECT line, first_value(sourced_id) OVER same AS first, row_number() OVER same AS"
        f" place FROM {fed.stage} WHERE op = 'a' WINDOW same AS (PARTITION BY {keys} ORDER BY line)) repeated"
        " WHERE place > 1 ORDER BY line"
    )
    repeated = list(cursor.fetchall())
    staying = "o.op = 'x'" if complete else "coalesce(o.op, 'x') = 'x'"
    cursor.execute(
        f"SELECT s.line, coalesce(t.sourced_id, '') FROM {_sharing(fed)} "
        f"LEFT JOIN {fed.stage} o ON o.sourced_id = t.sourced_id "
        "WHERE s.op = 'a' AND s.takes IS NULL AND t.ended_at IS NULL AND t.sourced_id IS DISTINCT FROM s.sourced_id "
        f"AND (t.sourced_id IS NULL OR {staying}) ORDER BY 1"
    )
    return repeated + list(cursor.fetchall())


def take_over_found(cursor: Cursor, fed: FedTable) -> list[int]:
    """Let new staged rows take over what adopted rows (`Reference.adopts`) hold of the same by hand. Returns lines."""
    adopted = " OR ".join(f"a{number}.adopts IS NOT NULL" for number, one in enumerate(_once(fed)) if one.adopts)
    cursor.execute(
        f"UPDATE {fed.stage} taking SET takes = same.id FROM (SELECT DISTINCT ON (t.id) t.id, s.line"
        f" FROM {_sharing(fed)} WHERE s.op = 'a' AND t.ended_at IS NULL AND t.sourced_id IS NULL AND ({adopted})"
        f" AND NOT EXISTS (SELECT FROM {fed.table} known WHERE known.sourced_id = s.sourced_id)"
        " ORDER BY t.id, s.line) same WHERE taking.line = same.line RETURNING taking.line"
    )
    return sorted(line for (line,) in cursor.fetchall())


def take_over(cursor: Cursor, fed: FedTable) -> None:
    """Give the rows that `take_over_found` found the identifiers of those who take them over."""
    if not fed.once:
        return
    cursor.execute(
        f"UPDATE {fed.table} t SET sourced_id = s.sourced_id FROM {fed.stage} s WHERE s.op = 'a' AND t.id = s.takes"
    )


def _once(fed: FedTable) -> list[Reference]:
    return [reference for reference in fed.references if reference.name in fed.once]


def _sharing(fed: FedTable) -> str:
    """Staged rows (`s`) joined with the present ones (`t`) that share the columns `once` with them."""
    joins, same = "", [f"t.{column.name} = {column.value}" for column in fed.fed if column.name in fed.once]
    for number, one in enumerate(_once(fed)):
        joins += f" LEFT JOIN {one.table} r{number} ON r{number}.{one.key} = s.{one.name}"
        meant = f"r{number}.id"
        if one.adopts:
            joins += (
                f" LEFT JOIN staged_{one.table} a{number} ON a{number}.sourced_id = s.{one.name}"
                f" AND a{number}.op = 'a' AND a{number}.{one.adopts} IS NOT NULL"
            )
            meant = f"coalesce(a{number}.{one.adopts}, {meant})"
        # The first one is always there, and by its equality the rows are hashed.
        same.append(f"t.{one.column} {'IS NOT DISTINCT FROM' if number else '='} {_or_unmade(meant, one)}")
    return f"{fed.stage} s{joins} JOIN {fed.table} t ON {' AND '.join(same)}"


def apply_differences(cursor: Cursor, fed: FedTable) -> None:
    """Do what `find_differences` found: end, make, change. Writes nothing where nothing differs."""
    end_rows(cursor, fed)
    if fed.steps_aside:
        cursor.execute(
            f"UPDATE {fed.table} t SET ended_at = now() FROM {fed.differences} d WHERE d.act = 'u' AND t.id = d.id"
        )
    _make(cursor, fed)
    _change(cursor, fed)


def end_rows(cursor: Cursor, fed: FedTable) -> None:
    sets = ", ".join(["ended_at = now()", *(f"{name} = {sql}" for name, sql in fed.when_ended.items())])
    cursor.execute(f"UPDATE {fed.table} t SET {sets} FROM {fed.differences} d WHERE d.act = 'e' AND t.id = d.id")


def _change(cursor: Cursor, fed: FedTable) -> None:
    parent = fed.parent
    sets = ["ended_at = NULL"]
    sets += [f"{column.name} = {column.value}" for column in fed.fed]
    sets += [f"{one.column} = {'p.id' if one is parent else f'd.{one.column}'}" for one in fed.references]
    sets += [f"{name} = {sql}" for name, sql in fed.besides.items()]
    parents = f"LEFT JOIN {fed.table} p ON p.{parent.key} = s.{parent.name}" if parent else ""
    cursor.execute(
        f"UPDATE {fed.table} t SET {', '.join(sets)} "
        f"FROM {fed.differences} d JOIN {fed.stage} s ON s.line = d.line {parents} "
        "WHERE d.act IN ('u', 'r') AND t.id = d.id"
    )


def _make(cursor: Cursor, fed: FedTable) -> None:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {fed.differences} WHERE act = 'c')")
    if not cursor.fetchone()[0]:
        return
    columns = ["sourced_id", *(column.name for column in fed.fed), *(one.column for one in fed.references)]
    # A new row has no present one: its columns are NULL wherever `t` is named.
    nobody = f"LEFT JOIN {fed.table} t ON false" if any("t." in column.value for column in fed.fed) else ""
    parent = fed.parent
    values = ["s.sourced_id", *(column.value for column in fed.fed)]
    values += ["p.id" if one is parent else f"d.{one.column}" for one in fed.references]
    columns += fed.at_first
    values += fed.at_first.values()
    made = (
        f"INSERT INTO {fed.table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {fed.differences} d JOIN {fed.stage} s ON s.line = d.line {nobody}"
    )
    if parent is None:
        cursor.execute(f"{made} WHERE d.act = 'c'")
        return
    # Parents first: each round makes the rows whose parent is there, until none is left.
    while True:
        cursor.execute(
            f"{made} LEFT JOIN {fed.table} p ON p.{parent.key} = s.{parent.name} "
            f"WHERE d.act = 'c' AND (s.{parent.name} IS NULL OR p.id IS NOT NULL) "
            f"AND NOT EXISTS (SELECT FROM {fed.table} known WHERE known.sourced_id = s.sourced_id)"
        )
        if cursor.rowcount == 0:
            return
