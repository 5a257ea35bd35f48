"""What the registrar does with deliveries. The work itself is done by jobs of the worker (decision 0034)."""

from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.integrations.sis.access import RUN_FEED, may_run_feed
from polytech.integrations.sis.deliveries import drop_stored, store_delivery
from polytech.integrations.sis.models import Batch, BatchState, Door
from polytech.integrations.sis.progress import GOING, can_apply, can_discard, can_look_again, is_outdated, state_of
from polytech.integrations.sis.running import is_running
from polytech.kernel.actions import Refused, action
from polytech.people.api import Viewer


def upload_delivery(*, viewer: Viewer, name: str, chunks: Iterable[bytes]) -> Batch:
    """Keep an uploaded delivery and let the worker look what it would change. Nothing of it is applied.

    Runs transactions of its own: nobody waits while the file is written.

    Raises:
        PermissionDenied: the viewer does not run the feed.
        Refused: there is no room for the file.
    """
    if not may_run_feed(viewer):
        raise PermissionDenied("run feed")
    stored = store_delivery(chunks)
    try:
        return _take_in(viewer=viewer, source=Path(name).name[:200], stored_as=stored.name)
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


@action
def _take_in(*, viewer: Viewer, source: str, stored_as: str) -> Batch:
    batch = Batch.objects.create(
        door=Door.PAGE, state=BatchState.WAITING, source=source, stored_as=stored_as, started_by_id=viewer.signed_in_id
    )
    record(verb=Verb.VIEWED, object_kind="feed-batch", object_id=batch.pk, actor_id=viewer.person_id)
    _look(batch)
    return batch


@action
def look_again(*, viewer: Viewer, batch_id: int) -> None:
    """Let the worker look once more at a delivery: the first look was cut off, or something else came in since.

    Raises:
        Http404: the viewer does not run the feed, or there is no such batch.
        Refused: there is nothing to look at any more.
    """
    batch = _lock(viewer, batch_id)
    if state_of(batch) in GOING:
        return
    if not can_look_again(batch):
        raise _gone()
    batch.counts = {}
    _let_wait(batch, viewer)
    _look(batch)


@action
def apply_batch(*, viewer: Viewer, batch_id: int, accept_large_end: bool = False) -> None:
    """Let the worker apply what was looked at before. One that is worked on already is left to it.

    Args:
        accept_large_end: the viewer has decided that it may end more than the set share.

    Raises:
        Http404: the viewer does not run the feed, or there is no such batch.
        Refused: the file is gone, another batch is being applied, or was applied since this one was looked at.
    """
    batch = _lock(viewer, batch_id)
    if state_of(batch) in GOING:
        return
    if is_outdated(batch):
        raise Refused(
            _("Another delivery was applied since this one was looked at. Look at it again before you apply it."),
            code="look-outdated",
        )
    if not can_apply(batch):
        raise _gone()
    if is_running():
        raise Refused(
            _("Another delivery is being applied at this moment. Try again when it is done."), code="feed-busy"
        )
    batch.accepts_large_end = accept_large_end
    _let_wait(batch, viewer)
    from polytech.integrations.sis.jobs import apply_waiting

    apply_waiting.defer(batch_id=batch.pk)


@action
def discard_batch(*, viewer: Viewer, batch_id: int) -> None:
    """Forget a delivery that was only looked at, or still waits, with its file.

    Raises:
        Http404: the viewer does not run the feed, or the batch is worked on or was applied.
    """
    batch = _lock(viewer, batch_id)
    if not can_discard(batch):
        raise Http404
    drop_stored(batch)
    batch.delete()


def _lock(viewer: Viewer, batch_id: int) -> Batch:
    """The batch, so that two people do not decide about it at once."""
    batch = RUN_FEED.get(viewer, pk=batch_id)
    locked = Batch.objects.select_for_update().filter(pk=batch.pk).first()
    if locked is None:
        raise Http404
    return locked


def _gone() -> Refused:
    return Refused(_("This delivery cannot be applied any more. Upload it again."), code="batch-gone")


def _let_wait(batch: Batch, viewer: Viewer) -> None:
    batch.state, batch.share_done, batch.started_by_id = BatchState.WAITING, 0.0, viewer.signed_in_id
    batch.finished_at = None
    batch.save(update_fields=["state", "counts", "share_done", "started_by", "finished_at", "accepts_large_end"])


def _look(batch: Batch) -> None:
    from polytech.integrations.sis.jobs import look_at_waiting

    look_at_waiting.defer(batch_id=batch.pk)
