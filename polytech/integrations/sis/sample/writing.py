"""Writes the rows of a made-up university as a folder of CSV files or as a zip."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TextIO

from polytech.integrations.sis import layout
from polytech.integrations.sis.sample.university import Row, Size, University

Progress = Callable[[str, int], None]


def write_sample(folder: Path, size: Size | None = None, progress: Progress | None = None) -> dict[str, int]:
    """Write a delivery into `folder` (made when missing), or into a zip when the path ends in `.zip`.

    Returns:
        how many rows each file has.
    """
    university = University(size or Size())
    counts: dict[str, int] = {}
    with _target(folder) as open_file:
        for file, rows in _rows(university):
            with open_file(f"{file.name}.csv") as stream:
                counts[file.name] = _write(stream, file, rows)
            if progress:
                progress(file.name, counts[file.name])
        with open_file("manifest.csv") as stream:
            csv.writer(stream).writerows(_manifest(counts))
    return counts


def _rows(university: University) -> Iterator[tuple[layout.FileLayout, Iterable[Row]]]:
    yield layout.ORGS, university.orgs()
    yield layout.SESSIONS, university.sessions()
    yield layout.USERS, university.users()
    yield layout.USER_ROLES, university.roles()
    yield layout.PROGRAMMES, university.programmes()
    yield layout.COURSES, university.courses()
    yield layout.PROGRAMME_COURSES, university.programme_courses()
    yield layout.OUTCOMES, university.outcomes()
    yield layout.STUDENT_PROGRAMMES, university.student_programmes()
    yield layout.CLASSES, university.classes()
    yield layout.ENROLMENTS, university.enrolments()
    yield layout.SLOTS, university.slots()


def _manifest(counts: dict[str, int]) -> Iterator[tuple[str, str]]:
    yield "propertyName", "value"
    yield "manifest.version", "1.0"
    yield "oneroster.version", "1.2"
    for name in counts:
        yield f"file.{name}", "bulk"
    yield "source.systemName", "Polytech sample"
    yield "source.systemCode", "polytech-sample"


def _write(stream: TextIO, file: layout.FileLayout, rows: Iterable[Row]) -> int:
    writer = csv.DictWriter(stream, file.header, restval="")
    writer.writeheader()
    written = 0
    for row in rows:
        writer.writerow(row)
        written += 1
    return written


@contextmanager
def _target(path: Path) -> Iterator[Callable[[str], AbstractContextManager[TextIO]]]:
    if path.suffix == ".zip":
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

            @contextmanager
            def entry(name: str) -> Iterator[TextIO]:
                # A fixed date keeps equal universities equal byte by byte.
                info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as stream:
                    yield stream

            yield entry
        return
    path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def plain(name: str) -> Iterator[TextIO]:
        with (path / name).open("w", encoding="utf-8", newline="") as stream:
            yield stream

    yield plain
