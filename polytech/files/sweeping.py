"""Taking away what nobody needs: blobs without a reference, and bytes that never became whole."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from polytech.files.models import Blob
from polytech.files.storing import partial_folder
from polytech.kernel import clock

# Longer than any act that stores bytes first and refers to them afterwards.
KEPT_UNUSED = timedelta(days=1)
_AT_ONCE = 500


def unused_blobs() -> QuerySet[Blob]:
    """Blobs that no row of any room refers to. The rooms are asked through Django's own list of foreign keys."""
    blobs = Blob.objects.all()
    for relation in Blob._meta.related_objects:
        field = relation.field
        users = relation.related_model._base_manager.filter(**{field.attname: OuterRef("pk")})
        blobs = blobs.exclude(Exists(users))
    return blobs


def sweep() -> dict[str, int]:
    """Delete what has been unused for a day. Answers with the counts of `blobs`, `bytes` and `partial` files."""
    border = clock.now() - KEPT_UNUSED
    swept = {"blobs": 0, "bytes": 0, "partial": _sweep_partial(border.timestamp())}
    candidates = unused_blobs().filter(touched_at__lt=border).order_by("pk")
    while batch := list(candidates.values_list("pk", flat=True)[:_AT_ONCE]):
        before = swept["blobs"]
        for pk in batch:
            size = _delete(pk, border)
            if size is not None:
                swept["blobs"] += 1
                swept["bytes"] += size
        if swept["blobs"] == before:
            break
    return swept


def _delete(pk: int, border: object) -> int | None:
    """Delete one blob unless somebody has come to need it; its size, or None."""
    with transaction.atomic():
        blob = unused_blobs().filter(pk=pk, touched_at__lt=border).select_for_update(of=("self",)).first()
        if blob is None:
            return None
        # First the row (a reference made meanwhile stops it), then the bytes, then the commit: a crash in between
        # leaves a row whose bytes `store` writes again.
        blob.delete()
        default_storage.delete(blob.stored_as)
        return blob.size_bytes


def _sweep_partial(border: float) -> int:
    folder, swept = partial_folder(), 0
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_file() and path.stat().st_mtime < border:
                path.unlink(missing_ok=True)
                swept += 1
    return swept
