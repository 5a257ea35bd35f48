"""What the feed writes of academics, as statements over whole sets (decision 0030)."""

from polytech.kernel.feeding import Cursor, Fed, FedTable, Reference

PERIODS = FedTable(
    table="academics_academicperiod",
    fed=(Fed("kind"), Fed("title", "jsonb"), Fed("starts_on", "date"), Fed("ends_on", "date")),
    references=(Reference("parent", "academics_academicperiod"),),
)
PROGRAMMES = FedTable(
    table="academics_programme",
    fed=(Fed("code"), Fed("title", "jsonb")),
    references=(Reference("org", "people_orgunit"),),
)
DISCIPLINES = FedTable(
    table="academics_discipline",
    fed=(Fed("code"), Fed("title", "jsonb"), Fed("credits", "numeric(4,1)")),
    references=(Reference("org", "people_orgunit"),),
)
PROGRAMME_DISCIPLINES = FedTable(
    table="academics_programmediscipline",
    fed=(Fed("study_year", "smallint"),),
    references=(Reference("programme", "academics_programme"), Reference("discipline", "academics_discipline")),
)
OUTCOMES = FedTable(
    table="academics_learningoutcome",
    fed=(Fed("code"), Fed("text", "jsonb"), Fed("position", "smallint")),
    references=(Reference("discipline", "academics_discipline"),),
)
STUDENT_PROGRAMMES = FedTable(
    table="academics_studentprogramme",
    fed=(Fed("study_form"), Fed("study_year", "smallint"), Fed("starts_on", "date"), Fed("ends_on", "date")),
    references=(
        Reference("person", "people_person"),
        Reference("programme", "academics_programme"),
        Reference("adviser", "people_person"),
    ),
)
OFFERINGS = FedTable(
    table="academics_offering",
    fed=(Fed("code"), Fed("title", "jsonb")),
    references=(
        Reference("discipline", "academics_discipline"),
        Reference("period", "academics_academicperiod"),
        Reference("org", "people_orgunit"),
    ),
)
ENROLMENTS = FedTable(
    table="academics_enrolment",
    fed=(Fed("role"), Fed("is_primary", "boolean"), Fed("starts_on", "date"), Fed("ends_on", "date")),
    references=(Reference("person", "people_person", adopts="adopts"), Reference("offering", "academics_offering")),
    steps_aside=True,
    once=("person", "offering", "role"),
)
SLOTS = FedTable(
    table="academics_slot",
    fed=(
        Fed("kind"),
        Fed("format"),
        Fed("weekday", "smallint"),
        Fed("starts_at", "time"),
        Fed("ends_at", "time"),
        Fed("starts_on", "date"),
        Fed("ends_on", "date"),
        Fed("parity", "smallint"),
        Fed("link"),
    ),
    references=(
        Reference("offering", "academics_offering"),
        Reference("room", "academics_room", key="name"),
        Reference("teacher", "people_person"),
        Reference("joint_with", "academics_slot"),
    ),
    # `weeks` is all, odd or even: weeks of the academic period, counted from the one in which it begins.
    staged_only=(Fed("weeks"),),
    steps_aside=True,
)

_CLASHING = (
    "a.room = b.room AND a.weekday = b.weekday AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    " AND a.starts_on <= b.ends_on AND b.starts_on <= a.ends_on"
    " AND coalesce(a.parity = b.parity, true) AND a.joint_with IS NULL AND b.joint_with IS NULL"
)


def complete_slots(cursor: Cursor) -> None:
    """Take from the academic period what a staged slot leaves to it: its dates, and which weeks are odd."""
    cursor.execute(
        "WITH period AS ("
        " SELECT o.sourced_id, coalesce(sp.starts_on, p.starts_on) AS starts_on,"
        " coalesce(sp.ends_on, p.ends_on) AS ends_on"
        f" FROM {OFFERINGS.stage} o LEFT JOIN {PERIODS.stage} sp ON sp.sourced_id = o.period AND sp.op = 'a'"
        " LEFT JOIN academics_academicperiod p ON p.sourced_id = o.period WHERE o.op = 'a'"
        " UNION ALL SELECT o.sourced_id, coalesce(sp.starts_on, p.starts_on), coalesce(sp.ends_on, p.ends_on)"
        " FROM academics_offering o JOIN academics_academicperiod p ON p.id = o.period_id"
        f" LEFT JOIN {PERIODS.stage} sp ON sp.sourced_id = p.sourced_id AND sp.op = 'a'"
        " WHERE o.sourced_id IS NOT NULL"
        f" AND NOT EXISTS (SELECT FROM {OFFERINGS.stage} known"
        " WHERE known.sourced_id = o.sourced_id AND known.op = 'a'))"
        f" UPDATE {SLOTS.stage} s SET starts_on = coalesce(s.starts_on, period.starts_on),"
        " ends_on = coalesce(s.ends_on, period.ends_on),"
        " parity = CASE s.weeks WHEN 'all' THEN s.parity ELSE"
        # The weeks of `kernel.clock.week_parity`, from a Monday before all dates: SQL rounds what is below towards 0.
        " (((period.starts_on - DATE '1899-12-25') / 7) + (s.weeks = 'even')::int) % 2 END"
        " FROM period WHERE period.sourced_id = s.offering AND s.op = 'a'"
        " AND (s.weeks <> 'all' OR s.starts_on IS NULL OR s.ends_on IS NULL)"
    )


def make_rooms(cursor: Cursor) -> None:
    """Make the rooms that staged slots name and nobody has yet."""
    cursor.execute(
        f"INSERT INTO academics_room (name) SELECT DISTINCT s.room FROM {SLOTS.stage} s"
        " WHERE s.op = 'a' AND s.room IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM academics_room known WHERE known.name = s.room) ORDER BY 1"
    )


def find_room_clashes(cursor: Cursor, *, complete: bool) -> list[tuple[int, int | None, str, str]]:
    """Pairs of slots in one room at one time: (line, the other's line or None, the other's identifier, room).

    The other one of a pair stands in an earlier line, or (line None) in the timetable and stays there.

    Args:
        complete: the input holds all slots, so that those of the feed that are missing in it give way.
    """
    cursor.execute(
        f"SELECT a.line, b.line, b.sourced_id, a.room FROM {SLOTS.stage} a JOIN {SLOTS.stage} b ON {_CLASHING}"
        " WHERE a.op = 'a' AND b.op = 'a' AND a.line > b.line ORDER BY 1, 2"
    )
    clashes = list(cursor.fetchall())
    staying = "s.op = 'x'" if complete else "coalesce(s.op, 'x') = 'x'"
    cursor.execute(
        "WITH staying AS ("
        " SELECT t.sourced_id, room.name AS room, t.weekday, t.starts_at, t.ends_at, t.starts_on, t.ends_on, t.parity,"
        " t.joint_with_id::text AS joint_with FROM academics_slot t JOIN academics_room room ON room.id = t.room_id"
        f" LEFT JOIN {SLOTS.stage} s ON s.sourced_id = t.sourced_id"
        f" WHERE t.ended_at IS NULL AND (t.sourced_id IS NULL OR {staying}))"
        f" SELECT a.line, NULL::int, coalesce(b.sourced_id, ''), a.room FROM {SLOTS.stage} a"
        f" JOIN staying b ON {_CLASHING} WHERE a.op = 'a' ORDER BY 1"
    )
    return clashes + list(cursor.fetchall())


def find_unlike_joint(cursor: Cursor) -> list[tuple[int, str]]:
    """Staged slots that may not share a room: (line, identifier of the slot with which they are held jointly).

    The other one, staged or only in the timetable, has another time or room or fewer dates, or is joint itself.
    """
    cursor.execute(
        "WITH main AS ("
        " SELECT b.sourced_id, b.weekday, b.starts_at, b.ends_at, b.starts_on, b.ends_on, b.parity, b.room,"
        f" b.joint_with IS NOT NULL AS is_joint FROM {SLOTS.stage} b WHERE b.op = 'a'"
        " UNION ALL SELECT t.sourced_id, t.weekday, t.starts_at, t.ends_at, t.starts_on, t.ends_on, t.parity,"
        " room.name, t.joint_with_id IS NOT NULL FROM academics_slot t"
        " LEFT JOIN academics_room room ON room.id = t.room_id"
        " WHERE t.ended_at IS NULL"
        f" AND NOT EXISTS (SELECT FROM {SLOTS.stage} known WHERE known.sourced_id = t.sourced_id AND known.op = 'a'))"
        f" SELECT a.line, a.joint_with FROM {SLOTS.stage} a JOIN main b ON b.sourced_id = a.joint_with"
        " WHERE a.op = 'a' AND (b.is_joint OR a.starts_on < b.starts_on OR a.ends_on > b.ends_on"
        " OR (a.weekday, a.starts_at, a.ends_at, a.parity, a.room)"
        " IS DISTINCT FROM (b.weekday, b.starts_at, b.ends_at, b.parity, b.room)) ORDER BY 1"
    )
    return list(cursor.fetchall())
