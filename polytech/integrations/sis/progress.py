"""How far a batch is, told while it is worked on; whether somebody still works on it, and what may be done with it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection

from polytech.integrations.sis.deliveries import stored_path
from polytech.integrations.sis.models import Batch, BatchState
from polytech.kernel import clock
from polytech.kernel.streams import CHANNEL, payload_of, publish

Progress = Callable[[str, float], None]
MARK = 0x51_5FEED
AT_WORK = (BatchState.LOOKING, BatchState.RUNNING)
GOING = (BatchState.WAITING, *AT_WORK)
RESTING = (BatchState.PREVIEWED, BatchState.STOPPED, BatchState.INTERRUPTED, BatchState.FAILED)
# Between the record and the mark of a batch, and between its end and its record, nobody is seen to work on it.
SILENCE = timedelta(seconds=10)
# The row may be locked by the work itself: then nothing is told.
_TELL = """
WITH told AS (
    UPDATE sis_batch SET share_done = %(share)s, touched_at = %(now)s
    WHERE id = (SELECT id FROM sis_batch WHERE id = %(batch)s FOR NO KEY UPDATE SKIP LOCKED)
)
SELECT pg_notify(%(channel)s, %(event)s)
"""

log = logging.getLogger(__name__)


def topic(batch: Batch) -> str:
    """The topic of live progress (`kernel.streams`)."""
    return f"feed-batch:{batch.pk}"


def mark(batch_id: int) -> None:
    """Let others see, to the end of this transaction, that somebody works on the batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [MARK, batch_id % 2**31])


def is_interrupted(batch: Batch) -> bool:
    """Whether a batch is said to be worked on while nobody does: its process died, and nothing of it was applied."""
    if batch.state not in AT_WORK or (batch.touched_at and clock.now() - batch.touched_at < SILENCE):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s"
            " AND objid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [MARK, batch.pk % 2**31],
        )
        return not cursor.fetchone()[0]


def state_of(batch: Batch) -> str:
    """The state as it really is."""
    return BatchState.INTERRUPTED if is_interrupted(batch) else batch.state


def can_apply(batch: Batch) -> bool:
    """Whether it was looked at, nothing was applied since, and its file is there."""
    return _was_looked_at(batch) and not is_outdated(batch)


def can_look_again(batch: Batch) -> bool:
    """Whether the looking at it did not come to its end or is out of date, and its file is there."""
    rests = state_of(batch) in RESTING and stored_path(batch) is not None
    return rests and (not batch.counts or is_outdated(batch))


def _was_looked_at(batch: Batch) -> bool:
    return state_of(batch) in RESTING and bool(batch.counts) and stored_path(batch) is not None


def is_outdated(batch: Batch) -> bool:
    """Whether another delivery was applied after this one was looked at: what was seen is not what would happen."""
    if batch.finished_at is None or not _was_looked_at(batch):
        return False
    return Batch.objects.filter(state=BatchState.APPLIED, finished_at__gt=batch.finished_at).exists()


def can_discard(batch: Batch) -> bool:
    """Whether it is not worked on, was not applied, and its file is there."""
    return state_of(batch) in (BatchState.WAITING, *RESTING) and stored_path(batch) is not None


def close_interrupted() -> None:
    """Mark batches whose process has died. Nothing of them was applied."""
    for batch in Batch.objects.filter(state__in=AT_WORK):
        if is_interrupted(batch):
            Batch.objects.filter(pk=batch.pk, state=batch.state).update(
                state=BatchState.INTERRUPTED, finished_at=clock.now()
            )


def tell_state(batch: Batch) -> None:
    """Tell open pages that the batch stands elsewhere now, when the transaction commits."""
    publish(topic(batch), _event(batch.state, batch.share_done))


def progress_state(state: str) -> str:
    """What the page's progress bar understands: `running`, `done` or `failed`."""
    if state in GOING:
        return "running"
    return "failed" if state in (BatchState.REFUSED, BatchState.FAILED, BatchState.INTERRUPTED) else "done"


def _event(state: str, share: float) -> dict[str, str | float]:
    return {"state": progress_state(state), "share": round(share, 3)}


@contextmanager
def telling(batch: Batch, also: Progress | None = None) -> Iterator[Progress]:
    """Gives what tells the step and the share done of a batch that is worked on.

    It speaks on a connection of its own: the work is one transaction, of which nothing is seen before its end. What
    cannot be told is not: it is a hint for whoever looks on.

    Args:
        also: is told the same.
    """
    own = connection.copy()
    is_heard = True

    def tell(step: str, share: float) -> None:
        nonlocal is_heard
        if also is not None:
            also(step, share)
        if not is_heard:
            return
        event = payload_of(topic(batch), _event(batch.state, share))
        values: dict[str, Any] = {
            "share": share,
            "now": clock.now(),
            "batch": batch.pk,
            "channel": CHANNEL,
            "event": event,
        }
        try:
            with own.cursor() as cursor:
                cursor.execute(_TELL, values)
        except DatabaseError as error:
            is_heard = False
            log.warning("How far batch %s is cannot be told: %s", batch.pk, error)

    try:
        yield tell
    finally:
        own.close()
