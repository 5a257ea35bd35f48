"""Keeping bytes: streamed, hashed on the way, written once."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction

from polytech.files import media
from polytech.files.models import Blob
from polytech.kernel import clock

CHUNK_BYTES = 1 << 18
PARTIAL = "partial"


class TooLarge(Exception):
    """More bytes than allowed came.

    Attributes:
        limit: bytes that were allowed.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


def store(stream: BinaryIO, *, limit: int | None = None) -> Blob:
    """Keep what `stream` gives, and answer with its blob: an old one where equal bytes are already kept.

    Nothing is held in memory but a chunk. When this returns, the bytes are on the disk (or with the object storage),
    and the row is the caller's transaction's. A blob to which nobody refers goes after a day (`files.jobs`).

    Args:
        stream: read to its end from where it stands.
        limit: bytes allowed.

    Raises:
        TooLarge: the stream holds more than `limit` bytes.
    """
    with _partial_file() as (path, file):
        digest, head, size = hashlib.sha256(), b"", 0
        while chunk := stream.read(CHUNK_BYTES):
            if len(head) < media.SNIFFED_BYTES:
                head = (head + chunk)[: media.SNIFFED_BYTES]
            digest.update(chunk)
            size += len(chunk)
            if limit is not None and size > limit:
                raise TooLarge(limit)
            file.write(chunk)
        file.flush()
        return _keep(path, file, digest.hexdigest(), size, media.detect(head))


def _keep(path: Path, file: BinaryIO, sha256: str, size: int, media_type: str) -> Blob:
    place = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    with transaction.atomic():
        Blob.objects.bulk_create(
            [Blob(sha256=sha256, size_bytes=size, media_type=media_type, stored_as=place, touched_at=clock.now())],
            ignore_conflicts=True,
        )
        # The lock keeps the sweeper away; a blob that it took a moment ago has been made anew just above.
        blob = Blob.objects.select_for_update(no_key=True).get(sha256=sha256)
        blob.touched_at = clock.now()
        blob.save(update_fields=["touched_at"])
        if not default_storage.exists(blob.stored_as):
            _put(path, file, blob.stored_as)
    return blob


def _put(path: Path, file: BinaryIO, place: str) -> None:
    if not _is_local():
        file.seek(0)
        default_storage.save(place, File(file))
        return
    os.fsync(file.fileno())
    target = Path(default_storage.path(place))
    target.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o640)
    path.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_local() -> bool:
    # `default_storage` is a lazy stand-in that answers for the class behind it.
    return isinstance(default_storage, FileSystemStorage)


def partial_folder() -> Path:
    """Where bytes wait until they are whole: beside the local storage, so that keeping them is a rename."""
    if _is_local():
        return Path(default_storage.path(PARTIAL))
    return Path(tempfile.gettempdir()) / "polytech-partial"


@contextmanager
def _partial_file() -> Iterator[tuple[Path, BinaryIO]]:
    folder = partial_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def open_blob(blob: Blob) -> BinaryIO:
    """The blob's bytes, to be closed by the caller."""
    return cast(BinaryIO, default_storage.open(blob.stored_as, "rb"))


@contextmanager
def local_path(blob: Blob) -> Iterator[Path]:
    """A path on this machine under which the blob can be read, for programs and libraries that need one."""
    if _is_local():
        yield Path(default_storage.path(blob.stored_as))
        return
    with _partial_file() as (path, file):
        with open_blob(blob) as source:
            shutil.copyfileobj(source, file, CHUNK_BYTES)
        file.flush()
        yield path
