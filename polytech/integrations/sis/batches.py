"""One path for every door: keeps the record of a batch around the running of its delivery."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, OperationalError, connection

from polytech.footprint.api import Verb, record
from polytech.integrations.sis.models import Batch, BatchFinding, BatchState, Door
from polytech.integrations.sis.reading import LIMITS, digest_of
from polytech.integrations.sis.running import FeedBusy, Progress, Report, is_running, run_delivery
from polytech.kernel import clock
from polytech.kernel.fetching import FetchRefused
from polytech.kernel.findings import Finding, Level
from polytech.people.api import Person

FINDINGS_AT_ONCE = 1000


def preview_delivery(path: Path, *, progress: Progress | None = None) -> Report:
    """What a delivery would do. Writes nothing at all, not even that it was looked at."""
    return run_delivery(path, apply=False, progress=progress)


def preview_batch(
    path: Path, *, door: str, source: str, stored_as: str = "", started_by: Person | None = None
) -> Batch:
    """Look at a delivery and keep what was found, so that somebody can decide. Only the batch's record is written."""
    report = preview_delivery(path)
    state = BatchState.PREVIEWED if report.outcome == "previewed" else BatchState.REFUSED
    batch = Batch.objects.create(
        door=door, state=state, source=source, digest=_digest(path), stored_as=stored_as, counts=report.counts,
        started_by=started_by,
    )  # fmt: skip
    _keep_findings(batch, report.findings)
    return batch


def sync_batch(
    path: Path,
    *,
    door: str = Door.COMMAND,
    started_by: Person | None = None,
    source: str = "",
    accept_large_end: bool = False,
    batch: Batch | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Bring in a delivery: all of it that is good, in one transaction.

    Args:
        path: a folder, a zip or a tar.gz.
        door: by which way it came (`Door`).
        source: what to call it; the name of the file when empty. No secrets.
        accept_large_end: somebody has decided that it may end more than the set share.
        batch: the record made at the preview; a new one when None.
        progress: called with the name of the step and the share done.

    Returns:
        the batch: applied, stopped (it would end too much), refused (it cannot be read), or failed (disk, database).

    Raises:
        FeedBusy: another batch is being applied. Nothing was recorded.
    """
    batch = batch or Batch(door=door, source=source or path.name, started_by=started_by)
    _sync(path, batch, accept_large_end=accept_large_end, progress=progress)
    return batch


def sync_with_report(
    path: Path, *, batch: Batch, accept_large_end: bool = False, progress: Progress | None = None
) -> Report:
    """Like `sync_batch`, for who shows the whole report at once; `batch` is a new record with its door and source."""
    return _sync(path, batch, accept_large_end=accept_large_end, progress=progress)


def refuse_fetch(source: str, refusal: FetchRefused, *, door: str = Door.SCHEDULE) -> Batch:
    """Keep the record of a delivery that could not be fetched."""
    batch = Batch.objects.create(door=door, state=BatchState.REFUSED, source=source, finished_at=clock.now())
    finding = Finding(Level.ERROR, f"fetch-{refusal.code}", values=refusal.values, done="refused")
    _keep_findings(batch, [finding])
    return batch


def _sync(path: Path, batch: Batch, *, accept_large_end: bool, progress: Progress | None) -> Report:
    if is_running():
        raise FeedBusy
    close_interrupted()
    batch.state, batch.digest, batch.finished_at = BatchState.RUNNING, _digest(path), None
    # Committed before the work begins: whatever happens to this process, the batch is seen.
    batch.save()

    def keep(report: Report) -> None:
        _close(batch, BatchState.APPLIED, report)
        record(
            verb=Verb.IMPORTED, object_kind="feed-batch", object_id=batch.pk, source="sis",
            actor_id=batch.started_by_id, extra={"door": batch.door, "writes": report.writes},
        )  # fmt: skip

    try:
        report = run_delivery(
            path, apply=True, accept_large_end=accept_large_end, progress=progress, before_commit=keep
        )
    except FeedBusy:
        _forget(batch)
        raise
    except (DatabaseError, psycopg.Error, OSError) as problem:
        report = Report("failed", findings=[_surroundings(problem)])
    if report.outcome != "applied":
        _close(batch, report.outcome, report)
    return report


def _forget(batch: Batch) -> None:
    """Undo the record of a beginning that did not begin."""
    if batch.counts:
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.PREVIEWED)
        batch.state = BatchState.PREVIEWED
    else:
        batch.delete()


def close_interrupted() -> None:
    """Mark batches whose process has died. Nothing of them was applied."""
    if not is_running():
        Batch.objects.filter(state=BatchState.RUNNING).update(state=BatchState.INTERRUPTED, finished_at=clock.now())


def _close(batch: Batch, state: str, report: Report) -> None:
    batch.state, batch.counts, batch.finished_at = state, report.counts, clock.now()
    batch.save()
    _keep_findings(batch, report.findings)


def _keep_findings(batch: Batch, findings: Iterable[Finding]) -> None:
    batch.findings.all().delete()
    BatchFinding.objects.bulk_create(
        (
            BatchFinding(
                batch=batch, level=one.level.value, code=one.code, file=one.file, line=one.line, column=one.column,
                values=one.values or {}, done=one.done,
            )
            for one in findings
        ),
        batch_size=FINDINGS_AT_ONCE,
    )  # fmt: skip


def _digest(path: Path) -> str:
    """The digest of what was delivered; nothing for what is not there or too large to be looked at."""
    try:
        if path.is_file() and path.stat().st_size > LIMITS.archive_bytes:
            return ""
        return digest_of(path) if path.exists() else ""
    except OSError:
        return ""


def _surroundings(problem: Exception) -> Finding:
    """What the machine or the database refused, in a word that has a sentence."""
    cause: Any = problem.__cause__ if isinstance(problem.__cause__, psycopg.Error) else problem
    state = getattr(cause, "sqlstate", None) or ""
    if state == "53100" or getattr(problem, "errno", None) == 28:
        code = "disk-full"
    elif isinstance(problem, OperationalError) and not state:
        connection.close()
        code = "database-away"
    else:
        code = "database-refused"
    reason = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else type(problem).__name__
    return Finding(Level.ERROR, code, values={"reason": reason, "sqlstate": state}, done="refused")
