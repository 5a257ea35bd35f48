"""Gets a delivery from an address of the student information system."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from polytech.integrations.sis.reading import LIMITS
from polytech.kernel.fetching import FetchLimits, FetchRefused, fetch


def is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def shown_source(source: str) -> str:
    """What to call a source: an address without what may be secret in it, else the name of the file."""
    if not is_address(source):
        return Path(source).name
    try:
        parts = urlsplit(source)
    except ValueError:
        return f"{source.partition(':')[0]}://…"
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


@contextmanager
def local_delivery(source: str) -> Iterator[Path]:
    """The delivery as a path of this machine; what was fetched is gone afterwards.

    Raises:
        polytech.kernel.fetching.FetchRefused: the address may not be, or could not be, fetched, or there is no room.
    """
    if not is_address(source):
        yield Path(source)
        return
    try:
        made = tempfile.TemporaryDirectory(prefix="feed-", ignore_cleanup_errors=True)
    except OSError as error:
        raise FetchRefused("not-kept", reason=error.strerror or type(error).__name__) from error
    with made as folder:
        path = Path(folder) / "delivery.zip"
        headers = {"Authorization": f"Bearer {settings.SIS_TOKEN}"} if settings.SIS_TOKEN else {}
        limits = FetchLimits(size_bytes=LIMITS.archive_bytes)
        fetch(source, path, allowed_hosts=settings.SIS_HOSTS, headers=headers, limits=limits)
        yield path
