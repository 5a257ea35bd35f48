"""Checks that need the whole delivery and what is already here: references, doubles, clashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polytech.academics.api import feed as academics
from polytech.integrations.sis import feeds
from polytech.integrations.sis.feeds import Feed
from polytech.integrations.sis.remarks import Remarks
from polytech.integrations.sis.staging import Staged, quarantine
from polytech.kernel.feeding import Reference, find_repeated, take_over_found
from polytech.kernel.findings import Level
from polytech.people.api import feed as people

Stages = Mapping[str, Staged]
# What is kept out stays where it was, and may so push out another one, and that one again.
ROUNDS_AT_MOST = 50


@dataclass
class Adopted:
    """Accounts that become the feed's: how many, and how many of them would be ended as missing otherwise."""

    accounts: int = 0
    kept_from_ending: int = 0


def check_delivery(cursor: Any, stages: Stages, remarks: Remarks) -> Adopted:
    """Quarantine what cannot be applied, in the order of application, so that nothing refers to what is kept out.

    Args:
        stages: what was staged, by the name of the file.

    Returns:
        which accounts made by hand (or ended under another identifier) are adopted.
    """
    adopted = Adopted()
    for feed in feeds.FEEDS:
        if not stages[feed.file.name].rows:
            continue
        for reference in feed.fed.references:
            if reference.key == "sourced_id":
                _check_reference(cursor, feed, reference, stages, remarks)
        if feed.fed.parent and feed is not feeds.SLOTS:
            _check_circles(cursor, feed, remarks)
        if feed is feeds.USERS:
            adopted = _check_persons(cursor, stages, remarks)
        if feed.fed.once:
            _check_repeated(cursor, feed, stages, remarks, adopted)
        if feed is feeds.SLOTS:
            _check_slots(cursor, stages, remarks)
        _check_unknown_ends(cursor, feed, remarks)
    return adopted


def _check_reference(
    cursor: Any, feed: Feed, reference: Reference, stages: Stages, remarks: Remarks, *, required: bool | None = None
) -> list[int]:
    """Tell references to what is not there. Returns the lines that have one."""
    required = feed.is_required(reference) if required is None else required
    target = feeds.BY_TABLE[reference.table]
    stage, column = target.fed.stage, feed.columns[reference.name]
    # A row of the table meant stays when the delivery says nothing of it, or names it in a row that is kept out.
    staying = "q.op = 'x'" if stages[target.file.name].complete else "coalesce(q.op, 'x') = 'x'"
    cursor.execute(
        f"SELECT s.line, s.{reference.name}, EXISTS (SELECT FROM {stage} q WHERE q.sourced_id = s.{reference.name}"
        f" AND q.op = 'x') FROM {feed.fed.stage} s WHERE s.op = 'a' AND s.{reference.name} IS NOT NULL"
        f" AND NOT EXISTS (SELECT FROM {stage} k WHERE k.sourced_id = s.{reference.name} AND k.op = 'a')"
        f" AND NOT EXISTS (SELECT FROM {reference.table} t LEFT JOIN {stage} q ON q.sourced_id = t.sourced_id"
        f" WHERE t.sourced_id = s.{reference.name} AND t.ended_at IS NULL AND {staying}) ORDER BY 1"
    )
    missing = cursor.fetchall()
    level, done = (Level.ERROR, "quarantined") if required else (Level.WARNING, "skipped")
    for line, value, is_quarantined in missing:
        code = "reference-quarantined" if is_quarantined else "reference-unknown"
        remarks.add(level, code, feed.file.name, line, column, done=done, value=value, target=f"{target.file.name}.csv")
    lines = [line for line, _, _ in missing]
    if lines and required:
        quarantine(cursor, feed, lines)
    elif lines:
        cursor.execute(f"UPDATE {feed.fed.stage} SET {reference.name} = NULL WHERE line = ANY(%s)", [lines])
    return lines


def _check_circles(cursor: Any, feed: Feed, remarks: Remarks) -> None:
    """A unit that is above itself is cut off from what is above it."""
    cursor.execute(f"SELECT line, sourced_id, parent FROM {feed.fed.stage} WHERE op = 'a' ORDER BY line")
    rows = cursor.fetchall()
    cursor.execute(
        f"SELECT t.sourced_id, p.sourced_id FROM {feed.fed.table} t JOIN {feed.fed.table} p ON p.id = t.parent_id"
    )
    parents = dict(cursor.fetchall()) | {sourced_id: parent for _, sourced_id, parent in rows}
    for line, sourced_id, _ in rows:
        above, seen = parents[sourced_id], set()
        while above is not None and above != sourced_id and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == sourced_id:
            parents[sourced_id] = None
            remarks.add(
                Level.WARNING, "circle", feed.file.name, line, feed.columns["parent"], done="skipped", value=sourced_id
            )
            cursor.execute(f"UPDATE {feed.fed.stage} SET parent = NULL WHERE line = %s", [line])


def _check_persons(cursor: Any, stages: Stages, remarks: Remarks) -> Adopted:
    _check_doubles(cursor, "username", "username", "username-twice", remarks, shown=True)
    _check_doubles(cursor, "iin_digest", "userIds", "iin-twice", remarks, shown=False)
    taken = []
    for line, username, is_adopted in people.find_same_iin(cursor, complete=stages["users"].complete):
        if is_adopted:
            remarks.add(Level.WARNING, "account-adopted", "users", line, "userIds", done="replaced", value=username)
        else:
            taken.append(line)
            remarks.add(Level.ERROR, "iin-taken", "users", line, "userIds", done="quarantined", value=username)
    quarantine(cursor, feeds.USERS, taken)
    usernames = people.find_taken_usernames(cursor)
    for line, username in usernames:
        remarks.add(Level.ERROR, "username-taken", "users", line, "username", done="quarantined", value=username)
    quarantine(cursor, feeds.USERS, [line for line, _ in usernames])
    cursor.execute(
        "SELECT count(*), count(*) FILTER (WHERE t.sourced_id IS NOT NULL AND t.ended_at IS NULL)"
        f" FROM {feeds.USERS.fed.stage} s JOIN {feeds.USERS.fed.table} t ON t.id = s.adopts WHERE s.op = 'a'"
    )
    return Adopted(*cursor.fetchone())


def _check_doubles(cursor: Any, staged: str, column: str, code: str, remarks: Remarks, *, shown: bool) -> None:
    """The later of two lines with one value is kept out."""
    stage = feeds.USERS.fed.stage
    cursor.execute(
        f"SELECT line, first, {staged} FROM (SELECT line, {staged}, first_value(line) OVER same AS first FROM {stage}"
        f" WHERE op = 'a' AND {staged} IS NOT NULL WINDOW same AS (PARTITION BY {staged} ORDER BY line)) doubles"
        " WHERE line <> first ORDER BY line"
    )
    doubles = cursor.fetchall()
    for line, first, value in doubles:
        values = {"value": value} if shown else {}
        remarks.add(Level.ERROR, code, "users", line, column, done="quarantined", first=first, **values)
    quarantine(cursor, feeds.USERS, [line for line, _, _ in doubles])


def _check_repeated(cursor: Any, feed: Feed, stages: Stages, remarks: Remarks, adopted: Adopted) -> None:
    for line in take_over_found(cursor, feed.fed) if adopted.accounts else ():
        remarks.add(Level.INFO, "same-taken-over", feed.file.name, line, "sourcedId", done="replaced")
    repeated = find_repeated(cursor, feed.fed, complete=stages[feed.file.name].complete)
    for line, other in repeated:
        if other:
            remarks.add(Level.ERROR, "same-twice", feed.file.name, line, "sourcedId", done="quarantined", value=other)
        else:
            remarks.add(Level.INFO, "same-by-hand", feed.file.name, line, "sourcedId", done="skipped")
    quarantine(cursor, feed, [line for line, _ in repeated])


def _check_slots(cursor: Any, stages: Stages, remarks: Remarks) -> None:
    name = feeds.SLOTS.file.name
    academics.complete_slots(cursor)
    cursor.execute(
        f"SELECT line FROM {feeds.SLOTS.fed.stage} WHERE op = 'a' AND (starts_on IS NULL OR ends_on < starts_on)"
    )
    undated = [line for (line,) in cursor.fetchall()]
    for line in undated:
        remarks.add(Level.ERROR, "dates-order", name, line, "endDate", done="quarantined")
    quarantine(cursor, feeds.SLOTS, undated)
    joint = next(one for one in feeds.SLOTS.fed.references if one.name == "joint_with")
    for _round in range(ROUNDS_AT_MOST):
        out = _check_joint(cursor, remarks)
        out += _check_rooms(cursor, stages, remarks)
        # Whoever is joint with a slot that has just been kept out would stand in its place alone.
        out += _check_reference(cursor, feeds.SLOTS, joint, stages, remarks, required=True)
        if not out:
            return


def _check_joint(cursor: Any, remarks: Remarks) -> list[int]:
    unlike = academics.find_unlike_joint(cursor)
    for line, other in unlike:
        remarks.add(
            Level.ERROR, "joint-unlike", feeds.SLOTS.file.name, line, "jointWithSourcedId", done="quarantined",
            value=other,
        )  # fmt: skip
    lines = [line for line, _ in unlike]
    quarantine(cursor, feeds.SLOTS, lines)
    return lines


def _check_rooms(cursor: Any, stages: Stages, remarks: Remarks) -> list[int]:
    """Of two slots in one room the earlier line stays; one that gave way itself pushes nobody out."""
    name = feeds.SLOTS.file.name
    out: set[int] = set()
    for line, other_line, other, room in academics.find_room_clashes(cursor, complete=stages[name].complete):
        if line in out or other_line in out:
            continue
        out.add(line)
        if other_line is None:
            remarks.add(Level.ERROR, "room-taken", name, line, "room", done="quarantined", room=room, value=other)
        else:
            remarks.add(
                Level.ERROR, "room-clash", name, line, "room", done="quarantined", room=room, value=other,
                other=other_line,
            )  # fmt: skip
    quarantine(cursor, feeds.SLOTS, out)
    return sorted(out)


def _check_unknown_ends(cursor: Any, feed: Feed, remarks: Remarks) -> None:
    cursor.execute(
        f"SELECT s.line, s.sourced_id FROM {feed.fed.stage} s WHERE s.op = 'd'"
        f" AND NOT EXISTS (SELECT FROM {feed.fed.table} t WHERE t.sourced_id = s.sourced_id) ORDER BY 1"
    )
    for line, sourced_id in cursor.fetchall():
        remarks.add(Level.INFO, "end-unknown", feed.file.name, line, "sourcedId", done="skipped", value=sourced_id)
