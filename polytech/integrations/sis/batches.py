"""One path for every door: keeps the record of a batch around the running of its delivery."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Q

from polytech.footprint.api import Verb, record
from polytech.integrations.sis import deliveries
from polytech.integrations.sis.models import Batch, BatchFinding, BatchState, Door
from polytech.integrations.sis.progress import Progress, close_interrupted, is_interrupted, tell_state, telling
from polytech.integrations.sis.reading import LIMITS, digest_of
from polytech.integrations.sis.running import FeedBusy, Report, is_running, run_delivery
from polytech.kernel import clock
from polytech.kernel.fetching import FetchRefused
from polytech.kernel.findings import Finding, Level
from polytech.people.api import Person

FINDINGS_AT_ONCE = 1000


def preview_delivery(path: Path, *, progress: Progress | None = None) -> Report:
    """What a delivery would do. Writes nothing at all, not even that it was looked at."""
    return run_delivery(path, apply=False, progress=progress)


def look_at(batch_id: int) -> None:
    """Look at an uploaded delivery that waits for it, and keep what was found, so that somebody can decide.

    One whose process died while it was looked at is begun again. Only the batch's record is written.
    """
    batch = _begin(batch_id, BatchState.LOOKING, waiting=Q(counts={}))
    path = _place(batch)
    if batch is None or path is None:
        return
    batch.digest = _digest(path)
    report = _run(path, batch, apply=False)
    _close(batch, BatchState.PREVIEWED if report.outcome == "previewed" else report.outcome, report)
    if batch.state == BatchState.REFUSED:
        deliveries.drop_stored(batch)


def apply_waiting(batch_id: int) -> None:
    """Apply an uploaded delivery that waits for it.

    One whose process died is not begun again: meanwhile a newer delivery may have been applied, so a person decides.
    """
    batch = _begin(batch_id, BatchState.RUNNING, waiting=~Q(counts={}))
    path = _place(batch)
    if batch is None or path is None:
        return
    with suppress(FeedBusy):
        _sync(path, batch, accept_large_end=batch.accepts_large_end)
    if batch.state in {BatchState.APPLIED, BatchState.REFUSED}:
        deliveries.drop_stored(batch)


def _begin(batch_id: int, state: BatchState, *, waiting: Q) -> Batch | None:
    """Take a batch that waits; None when it does not wait for this, any more."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(waiting, pk=batch_id).first()
        is_cut_off = batch is not None and batch.state == state == BatchState.LOOKING and is_interrupted(batch)
        if batch is None or not (batch.state == BatchState.WAITING or is_cut_off):
            return None
        batch.state, batch.touched_at = state, clock.now()
        batch.save(update_fields=["state", "touched_at"])
        tell_state(batch)
        return batch


def _place(batch: Batch | None) -> Path | None:
    """The uploaded file of a batch; without it the batch is refused."""
    if batch is None:
        return None
    path = deliveries.stored_path(batch)
    if path is None:
        finding = Finding(Level.ERROR, "upload-gone", done="refused")
        _close(batch, BatchState.REFUSED, Report("refused", findings=[finding]))
    return path


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


def _sync(path: Path, batch: Batch, *, accept_large_end: bool, progress: Progress | None = None) -> Report:
    if is_running():
        _give_back(batch)
        raise FeedBusy
    close_interrupted()
    batch.state, batch.digest, batch.finished_at = BatchState.RUNNING, _digest(path), None
    batch.share_done, batch.touched_at = 0.0, clock.now()
    # Committed before the work begins: whatever happens to this process, the batch is seen.
    batch.save()

    def keep(report: Report) -> None:
        _close(batch, BatchState.APPLIED, report)
        record(
            verb=Verb.IMPORTED, object_kind="feed-batch", object_id=batch.pk, source="sis",
            actor_id=batch.started_by_id, extra={"door": batch.door, "writes": report.writes},
        )  # fmt: skip

    try:
        report = _run(path, batch, apply=True, accept=accept_large_end, progress=progress, before_commit=keep)
    except FeedBusy:
        _give_back(batch)
        raise
    if report.outcome != "applied":
        _close(batch, report.outcome, report)
    return report


def _run(
    path: Path,
    batch: Batch,
    *,
    apply: bool,
    accept: bool = False,
    progress: Progress | None = None,
    before_commit: Callable[[Report], None] | None = None,
) -> Report:
    """Run the delivery of a batch and tell how far it is; what the surroundings refuse is told in the report."""
    with telling(batch, progress) as tell:
        try:
            return run_delivery(
                path, apply=apply, accept_large_end=accept, progress=tell, before_commit=before_commit,
                batch_id=batch.pk,
            )  # fmt: skip
        except (DatabaseError, psycopg.Error, OSError) as problem:
            return Report("failed", counts=batch.counts, findings=[_surroundings(problem)])


def _give_back(batch: Batch) -> None:
    """Undo the record of a beginning that did not begin, because another batch is being applied."""
    if batch.pk and batch.counts:
        batch.state, batch.share_done = BatchState.PREVIEWED, 1.0
        busy = Finding(Level.WARNING, "feed-busy", done="refused")
        with transaction.atomic():
            batch.save(update_fields=["state", "share_done"])
            batch.findings.create(level=busy.level.value, code=busy.code, done=busy.done)
            tell_state(batch)
    elif batch.pk:
        batch.delete()


def _close(batch: Batch, state: str, report: Report) -> None:
    batch.state, batch.counts, batch.finished_at, batch.share_done = state, report.counts, clock.now(), 1.0
    with transaction.atomic():
        batch.save()
        _keep_findings(batch, report.findings)
        tell_state(batch)


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
