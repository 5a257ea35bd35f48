"""Backups made from the sample, with parts changed."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from polytech.integrations.moodle.sample import write_sample

Change = bytes | None | Callable[[bytes], bytes]
DAY = date(2026, 9, 1)


def parts_of_sample(folder: Path) -> dict[str, bytes]:
    with tarfile.open(write_sample(folder / "sample.mbz", start=DAY)) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}  # type: ignore[union-attr]


def changed(parts: Mapping[str, bytes], changes: Mapping[str, Change]) -> dict[str, bytes]:
    """The parts with some replaced, altered by a function, added, or taken out (None)."""
    result = dict(parts)
    for name, change in changes.items():
        if change is None:
            del result[name]
        else:
            result[name] = change(result[name]) if callable(change) else change
    return result


def tar_of(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def first(parts: Mapping[str, bytes], module: str) -> str:
    """The folder of the first activity of a kind."""
    numbers = [int(name.split("/")[1].rsplit("_", 1)[1]) for name in parts if name.startswith(f"activities/{module}_")]
    return f"activities/{module}_{min(numbers)}"


def replacing(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return change
