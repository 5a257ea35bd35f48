"""Runs one delivery: read, check, compare, and (unless it is only looked at) apply, in one transaction."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from polytech.academics.api import feed as academics
from polytech.integrations.sis import feeds
from polytech.integrations.sis.checking import check_delivery
from polytech.integrations.sis.feeds import Feed
from polytech.integrations.sis.progress import Progress, mark
from polytech.integrations.sis.reading import Delivery, open_delivery, refuse_archive
from polytech.integrations.sis.remarks import KEPT_OF_A_KIND, DeliveryRefused, Remarks
from polytech.integrations.sis.staging import Staged, stage_file
from polytech.kernel.archives import ArchiveRefused
from polytech.kernel.feeding import Counts, apply_differences, find_differences, take_over
from polytech.kernel.findings import Finding, Level
from polytech.people.api import encrypt
from polytech.people.api import feed as people

LOCK = 0x51_5FEED
ANALYSE_FROM_ROWS = 1000
# What it asks about before ending more than the set share of it. Of the rest it asks before ending all.
WATCHED = (feeds.USERS, feeds.ROLES, feeds.STUDENT_PROGRAMMES, feeds.CLASSES, feeds.ENROLMENTS)


@dataclass
class Report:
    """What a delivery did, or would do.

    `outcome` is `applied`, `previewed`, `stopped` (would end too much), or `refused`.
    """

    outcome: str = "refused"
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return sum(
            count[what] for count in self.counts.values() for what in ("created", "changed", "returned", "ended")
        )


class FeedBusy(Exception):
    """Another batch is being applied at this moment."""


class _OnlyLooked(Exception):
    """Ends a transaction of which nothing is to stay."""


def run_delivery(
    path: Path,
    *,
    apply: bool,
    accept_large_end: bool = False,
    progress: Progress | None = None,
    before_commit: Callable[[Report], None] | None = None,
    batch_id: int | None = None,
) -> Report:
    """Bring in a delivery, or look what it would change.

    Args:
        path: a folder, a zip or a tar.gz.
        apply: False writes nothing at all.
        accept_large_end: somebody has decided that it may end more than the set share.
        progress: called with the name of the step and the share done (0 … 1).
        before_commit: called in the transaction of an applied batch, so that its record is kept with it or not at all.
        batch_id: of the record of this batch, where it has one: others see that it is worked on.

    Raises:
        FeedBusy: another batch is being applied. Looking is always possible.
    """
    report, remarks = Report(), Remarks()
    tell = progress or (lambda step, share: None)
    try:
        with transaction.atomic():
            if apply:
                _lock()
            if batch_id is not None:
                mark(batch_id)
            archive, delivery = open_delivery(path, remarks)
            with archive:
                _bring_in(delivery, report, remarks, apply=apply, accept=accept_large_end, tell=tell)
            tell("report", 1.0)
            report.findings = remarks.all()
            if report.outcome != "applied":
                raise _OnlyLooked
            if before_commit:
                before_commit(report)
    except _OnlyLooked:
        pass
    except (DeliveryRefused, ArchiveRefused) as refusal:
        if isinstance(refusal, ArchiveRefused):
            with suppress(DeliveryRefused):
                refuse_archive(remarks, refusal)
        report.outcome = "refused"
        report.findings = remarks.all()
    return report


def is_running() -> bool:
    """Whether a batch is being applied at this moment by another process: a second one would be told to wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"
            " AND objsubid = 1 AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise FeedBusy


def _bring_in(
    delivery: Delivery, report: Report, remarks: Remarks, *, apply: bool, accept: bool, tell: Progress
) -> None:
    stages: dict[str, Staged] = {}
    numbers: dict[str, str] = {}
    with connection.cursor() as cursor:
        # Whole sets are hashed in memory. Nested loops are what the planner takes for tables of which it knows
        # nothing yet, and then a first batch lasts minutes. The settings end with the transaction.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL enable_nestloop = off")
        for place, feed in enumerate(feeds.FEEDS):
            tell(feed.file.name, place / len(feeds.FEEDS) * 0.5)
            stages[feed.file.name] = stage_file(cursor, delivery, feed, remarks, numbers)
        tell("checks", 0.5)
        adopted = check_delivery(cursor, stages, remarks)
        tell("differences", 0.6)
        counts = {
            feed.file.name: find_differences(cursor, feed.fed, complete=_complete(stages, feed))
            for feed in _there(stages)
        }
        if adopted.accounts:
            users, both = counts["users"], adopted.accounts
            counts["users"] = replace(
                users, created=users.created - both, changed=users.changed + both,
                ended=users.ended - adopted.kept_from_ending,
            )  # fmt: skip
        report.counts = {
            name: {
                "mode": stages[name].mode, "rows": stages[name].rows, **asdict(found),
                "quarantined": remarks.quarantined[name],
            }
            for name, found in counts.items()
        }  # fmt: skip
        _name_the_ended(cursor, counts, remarks)
        if _ends_too_much(cursor, counts, remarks) and not (apply and accept):
            report.outcome = "stopped" if apply else "previewed"
            return
        report.outcome = "applied" if apply else "previewed"
        if apply and (report.writes or adopted.accounts):
            _apply(cursor, stages, counts, numbers, tell)


def _there(stages: dict[str, Staged]) -> list[Feed]:
    return [feed for feed in feeds.FEEDS if stages[feed.file.name].mode != "absent"]


def _complete(stages: dict[str, Staged], feed: Feed) -> bool:
    return stages[feed.file.name].complete


def _name_the_ended(cursor: Any, counts: dict[str, Counts], remarks: Remarks) -> None:
    """Who decides about a batch must see whom it would shut out, not only how many."""
    users = counts.get(feeds.USERS.file.name)
    if users is None or not users.ended:
        return
    named = people.persons_to_end(cursor, KEPT_OF_A_KIND)
    for sourced_id, name in named:
        remarks.add(Level.INFO, "person-ended", feeds.USERS.file.name, done="", name=name, value=sourced_id)
    if users.ended > len(named):
        remarks.add(Level.INFO, "more", feeds.USERS.file.name, count=users.ended - len(named), of="person-ended")


def _ends_too_much(cursor: Any, counts: dict[str, Counts], remarks: Remarks) -> bool:
    too_much = False
    for feed in feeds.FEEDS:
        ended = _ended(cursor, counts, feed)
        if not ended:
            continue
        cursor.execute(f"SELECT count(*) FROM {feed.fed.table} WHERE sourced_id IS NOT NULL AND ended_at IS NULL")
        current = cursor.fetchone()[0]
        if ended * 100 > current * settings.SIS_END_PERCENT if feed in WATCHED else ended >= current:
            too_much = True
            remarks.add(
                Level.WARNING, "large-end", feed.file.name, done="kept", ended=ended, current=current,
                percent=round(ended * 100 / current), limit=settings.SIS_END_PERCENT,
            )  # fmt: skip
    return too_much


def _ended(cursor: Any, counts: dict[str, Counts], feed: Feed) -> int:
    """How many current rows a batch would end; a person who is disabled is shut out like one who is ended."""
    found = counts.get(feed.file.name)
    if found is None:
        return 0
    return found.ended + (people.count_disabled(cursor) if feed is feeds.USERS and found.changed else 0)


def _apply(
    cursor: Any, stages: dict[str, Staged], counts: dict[str, Counts], numbers: dict[str, str], tell: Progress
) -> None:
    people.adopt_accounts(cursor)
    there = _there(stages)
    for place, feed in enumerate(there):
        tell(feed.file.name, 0.7 + place / len(there) * 0.3)
        found = counts[feed.file.name]
        if found.unchanged == stages[feed.file.name].rows and not found.ended:
            continue
        if feed is feeds.SLOTS:
            academics.make_rooms(cursor)
        if feed.fed.references or feed is feeds.USERS:
            take_over(cursor, feed.fed)
            # What it refers to has been made meanwhile.
            find_differences(cursor, feed.fed, complete=_complete(stages, feed))
        if feed is feeds.USERS:
            _seal_numbers(cursor, numbers)
        apply_differences(cursor, feed.fed)
        if feed is feeds.USERS:
            people.end_sessions_of_inactive(cursor)
        if feed is feeds.ROLES:
            people.end_sessions_of_new_staff(cursor)
        if found.created + found.changed >= ANALYSE_FROM_ROWS:
            cursor.execute(f"ANALYZE {feed.fed.table}")


def _seal_numbers(cursor: Any, numbers: dict[str, str]) -> None:
    """Seal the numbers that are new; those that are there stay as they are."""
    lines = people.lines_with_new_iin(cursor)
    if not lines:
        return
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_number")
    cursor.execute("CREATE TEMP TABLE staged_number (line int, sealed bytea) ON COMMIT DROP")
    with cursor.copy("COPY staged_number FROM STDIN") as copy:
        for line, digest in lines:
            copy.write_row((line, encrypt(numbers[digest])))
    cursor.execute("ANALYZE staged_number")
    stage = feeds.USERS.fed.stage
    cursor.execute(f"UPDATE {stage} s SET iin_encrypted = n.sealed FROM staged_number n WHERE n.line = s.line")
