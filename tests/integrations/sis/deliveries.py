"""Small deliveries for tests: a whole little university, of which each test changes what it is about."""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polytech.integrations.sis.layout import FILES
from polytech.kernel.findings import Finding

Rows = list[dict[str, Any]]
LAYOUTS = {file.name: file for file in FILES}
AIGERIM_IIN, NURLAN_IIN = "060101600019", "800101300016"


def university() -> dict[str, Rows]:
    """One faculty, a term, a student and a teacher, one class with one slot."""
    return {
        "orgs": [
            {"sourcedId": "uni", "name": "University", "type": "district"},
            {"sourcedId": "it", "name": "Institute", "type": "school", "parentSourcedId": "uni"},
        ],
        "academicSessions": [
            {
                "sourcedId": "autumn", "title": "Autumn", "type": "term", "startDate": "2026-09-01",
                "endDate": "2026-12-31", "schoolYear": "2027",
            }
        ],
        "users": [user("aigerim", AIGERIM_IIN), user("nurlan", NURLAN_IIN)],
        "roles": [
            {"sourcedId": "r1", "userSourcedId": "aigerim", "role": "student", "orgSourcedId": "it"},
            {"sourcedId": "r2", "userSourcedId": "nurlan", "role": "teacher", "orgSourcedId": "it"},
        ],
        "x-programmes": [{"sourcedId": "p", "code": "6B06101", "titleKk": "Информатика", "orgSourcedId": "it"}],
        "courses": [{"sourcedId": "math", "title": "Mathematics", "courseCode": "MAT1", "metadata.credits": "5"}],
        "x-programmeCourses": [{"sourcedId": "pc", "programmeSourcedId": "p", "courseSourcedId": "math"}],
        "x-outcomes": [{"sourcedId": "o", "courseSourcedId": "math", "code": "ОН1", "textKk": "Есеп шығарады"}],
        "x-studentProgrammes": [
            {
                "sourcedId": "sp", "userSourcedId": "aigerim", "programmeSourcedId": "p", "studyForm": "online",
                "studyYear": "1", "adviserSourcedId": "nurlan",
            }
        ],
        "classes": [{"sourcedId": "c1", "title": "Mathematics", "courseSourcedId": "math", "termSourcedIds": "autumn"}],
        "enrollments": [
            {"sourcedId": "e1", "classSourcedId": "c1", "userSourcedId": "aigerim", "role": "student"},
            {"sourcedId": "e2", "classSourcedId": "c1", "userSourcedId": "nurlan", "role": "teacher"},
        ],
        "x-slots": [slot("s1")],
    }  # fmt: skip


def user(sourced_id: str, iin: str = "", **values: str) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id, "username": sourced_id, "givenName": sourced_id.title(), "familyName": "Test",
        "userIds": f"{{IIN:{iin}}}" if iin else "", **values,
    }  # fmt: skip


def slot(sourced_id: str, **values: str) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id, "classSourcedId": "c1", "kind": "lecture", "format": "classroom", "weekday": "1",
        "startTime": "08:00", "endTime": "09:40", "room": "ГУК-101", **values,
    }  # fmt: skip


def as_text(name: str, rows: Rows, *, delimiter: str = ",", without: tuple[str, ...] = ()) -> str:
    header = [column for column in LAYOUTS[name].header if column not in without]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def manifest(modes: Mapping[str, str], version: str = "1.2") -> str:
    lines = ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}"]
    return "\n".join([*lines, *(f"file.{name},{mode}" for name, mode in modes.items())]) + "\n"


def write(
    folder: Path,
    files: Mapping[str, Rows],
    *,
    modes: Mapping[str, str] | None = None,
    raw: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a delivery as a folder.

    Args:
        modes: by the file's name, where it is not `bulk`.
        raw: bytes of files that are written as they are, by the file's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(as_text(name, rows), encoding="utf-8", newline="")
    for name, content in (raw or {}).items():
        (folder / f"{name}.csv").write_bytes(content)
    known = dict.fromkeys([*files, *(raw or {})], "bulk") | dict(modes or {})
    if "manifest" not in (raw or {}):
        (folder / "manifest.csv").write_text(manifest(known), encoding="utf-8")
    return folder


def pack(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return to


def delta(row: dict[str, Any], status: str = "active") -> dict[str, Any]:
    return {**row, "status": status, "dateLastModified": "2026-11-01T10:00:00Z"}


def told(findings: list[Finding]) -> list[tuple[str, str, int | None, str, str]]:
    return [(one.code, one.file, one.line, one.column, one.done) for one in findings]
