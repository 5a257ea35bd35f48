"""Where an uploaded delivery lies until it has done its work."""

import contextlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polytech.integrations.sis.models import Batch
from polytech.kernel.actions import Refused


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


def drop_stored(batch: Batch) -> None:
    """Personal data are not kept longer than they are needed: the file goes when it has done its work."""
    if batch.stored_as:
        with contextlib.suppress(OSError):
            (settings.SIS_FOLDER / batch.stored_as).unlink()
        batch.stored_as = ""
        batch.save(update_fields=["stored_as"])
