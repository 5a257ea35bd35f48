"""What the registrar does with deliveries.

A batch is its own transaction (`running.run_delivery`), and its record must be there whatever becomes of it; so these
are not wrapped in another one by `kernel.actions.action`.
"""

from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.integrations.sis.access import RUN_FEED, may_run_feed
from polytech.integrations.sis.batches import preview_batch, sync_batch
from polytech.integrations.sis.deliveries import drop_stored, store_delivery, stored_path
from polytech.integrations.sis.models import Batch, BatchState, Door
from polytech.integrations.sis.running import FeedBusy
from polytech.kernel.actions import Refused, action
from polytech.people.api import Person, Viewer

APPLICABLE = (BatchState.PREVIEWED, BatchState.STOPPED, BatchState.INTERRUPTED, BatchState.FAILED)


def upload_delivery(*, viewer: Viewer, name: str, chunks: Iterable[bytes]) -> Batch:
    """Keep an uploaded delivery and look what it would change. Nothing of it is applied.

    Runs transactions of its own: what was looked at is rolled back, what was found stays.

    Raises:
        PermissionDenied: the viewer does not run the feed.
        Refused: there is no room for the file.
    """
    if not may_run_feed(viewer):
        raise PermissionDenied("run feed")
    stored = store_delivery(chunks)
    batch = preview_batch(
        stored,
        door=Door.PAGE,
        source=Path(name).name[:200],
        stored_as=stored.name,
        started_by=Person.objects.get(pk=viewer.signed_in_id),
    )
    if batch.state == BatchState.REFUSED:
        drop_stored(batch)
    record(verb=Verb.VIEWED, object_kind="feed-batch", object_id=batch.pk, actor_id=viewer.person_id)
    return batch


def apply_batch(*, viewer: Viewer, batch_id: int, accept_large_end: bool = False) -> Batch:
    """Apply what was looked at before.

    Runs transactions of its own: the batch is one, its state before and after are others.

    Args:
        accept_large_end: the viewer has decided that it may end more than the set share.

    Raises:
        Http404: the viewer does not run the feed, or there is no such batch.
        Refused: the file is gone, or another batch is being applied.
    """
    batch = RUN_FEED.get(viewer, pk=batch_id)
    path = stored_path(batch)
    if batch.state not in APPLICABLE or path is None:
        raise Refused(_("This delivery cannot be applied any more. Upload it again."), code="batch-gone")
    batch.started_by_id = viewer.signed_in_id
    try:
        sync_batch(path, batch=batch, accept_large_end=accept_large_end)
    except FeedBusy as busy:
        raise Refused(
            _("Another delivery is being applied at this moment. Try again when it is done."), code="feed-busy"
        ) from busy
    if batch.state in {BatchState.APPLIED, BatchState.REFUSED}:
        drop_stored(batch)
    return batch


@action
def discard_batch(*, viewer: Viewer, batch_id: int) -> None:
    """Forget a delivery that was only looked at, with its file.

    Raises:
        Http404: the viewer does not run the feed, or the batch was applied.
    """
    batch = RUN_FEED.get(viewer, pk=batch_id, state__in=APPLICABLE)
    drop_stored(batch)
    batch.delete()
