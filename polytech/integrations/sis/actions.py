"""What the registrar does with deliveries.

A batch is its own transaction (`running.run_delivery`), and its record must be there whatever becomes of it; so these
are not wrapped in another one by `kernel.actions.action`.
"""

import contextlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.integrations.sis.access import RUN_FEED, may_run_feed
from polytech.integrations.sis.batches import preview_batch, sync_batch
from polytech.integrations.sis.models import Batch, BatchState, Door
from polytech.integrations.sis.running import FeedBusy
from polytech.kernel.actions import Refused
from polytech.people.api import Person, Viewer

APPLICABLE = (BatchState.PREVIEWED, BatchState.STOPPED, BatchState.INTERRUPTED, BatchState.FAILED)


def upload_delivery(*, viewer: Viewer, name: str, chunks: Iterable[bytes]) -> Batch:
    """Keep an uploaded delivery and look what it would change. Nothing of it is applied.

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
        _drop_stored(batch)
    record(verb=Verb.VIEWED, object_kind="feed-batch", object_id=batch.pk, actor_id=viewer.person_id)
    return batch


def apply_batch(*, viewer: Viewer, batch_id: int, accept_large_end: bool = False) -> Batch:
    """Apply what was looked at before.

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
        _drop_stored(batch)
    return batch


def discard_batch(*, viewer: Viewer, batch_id: int) -> None:
    """Forget a delivery that was only looked at, with its file.

    Raises:
        Http404: the viewer does not run the feed, or the batch was applied.
    """
    batch = RUN_FEED.get(viewer, pk=batch_id, state__in=APPLICABLE)
    _drop_stored(batch)
    batch.delete()


def store_delivery(chunks: Iterable[bytes]) -> Path:
    """Keep bytes in a file of our own name, readable by the portal only.

    Raises:
        Refused: the disk is full.
    """
    settings.SIS_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = settings.SIS_FOLDER / f"{uuid.uuid4().hex}.delivery"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise Refused(
            _("There is no room for this file on the server. Tell the operator."), code="disk-full"
        ) from problem
    return path


def stored_path(batch: Batch) -> Path | None:
    """The uploaded file of a batch while it is kept."""
    if not batch.stored_as:
        return None
    path: Path = settings.SIS_FOLDER / batch.stored_as
    return path if path.is_file() else None


def _drop_stored(batch: Batch) -> None:
    """Personal data are not kept longer than they are needed: the file goes when it has done its work."""
    if batch.stored_as:
        with contextlib.suppress(OSError):
            (settings.SIS_FOLDER / batch.stored_as).unlink()
        batch.stored_as = ""
        batch.save(update_fields=["stored_as"])
