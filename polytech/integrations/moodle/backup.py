"""What a backup is: its table of contents, its files, and how to open its parts."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from polytech.integrations.moodle import reading
from polytech.integrations.moodle.reading import XmlRefused, number, text
from polytech.kernel.archives import Archive, ArchiveRefused, Limits, open_archive

MANIFEST = "moodle_backup.xml"
# Moodle writes this layout since 2.0; what is older than 2.6 has not been tried.
OLDEST_TRIED, NEWEST_TRIED = (2, 6), (5, 99)
LIMITS = Limits()
# The whole table of contents stands in memory: 64 MB are about 150,000 activities.
MANIFEST_BYTES = 64 * 2**20
MOST_FILES = 500_000


class BackupRefused(Exception):
    """The file as a whole is not imported: `code` with `values` is a finding's, `file` the part that is wrong."""

    def __init__(self, code: str, file: str = "", **values: str | int) -> None:
        super().__init__(f"{code} {file} {values}")
        self.code = code
        self.file = file
        self.values = values


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """An activity as the table of contents names it."""

    module_id: int
    section_id: int
    module: str
    title: str
    directory: str


@dataclass(frozen=True, slots=True)
class SectionEntry:
    section_id: int
    title: str
    directory: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that belongs to the course itself. `sha1` names its bytes in the archive."""

    sha1: str
    context: int
    component: str
    area: str
    item: int
    path: str
    size: int
    is_main: bool
    is_external: bool
    is_inline: bool = False

    @property
    def stored(self) -> str:
        return f"files/{self.sha1[:2]}/{self.sha1}"


@dataclass(slots=True)
class Contents:
    """The table of contents (`moodle_backup.xml`)."""

    backup_id: str = ""
    kind: str = "course"
    name: str = ""
    release: str = ""
    backup_release: str = ""
    date: int = 0
    wwwroot: str = ""
    course_id: int = 0
    course_title: str = ""
    course_format: str = ""
    course_start: int = 0
    course_context: int = 0
    activities: list[ActivityEntry] = field(default_factory=list)
    sections: list[SectionEntry] = field(default_factory=list)


class Backup:
    """An opened backup. Use it as a context manager."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        try:
            self.archive: Archive = open_archive(path, limits)
        except ArchiveRefused as error:
            raise BackupRefused(f"archive-{error.code}", "", **error.values) from error
        try:
            self.contents = read_contents(self)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Backup":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.archive.__exit__(None, None, None)

    def __contains__(self, name: str) -> bool:
        return name in self.archive

    def records(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """The records of a part of the whole backup; none where the part is missing.

        Raises:
            BackupRefused: the part is broken: without it the rest would be told wrongly.
        """
        if name not in self.archive:
            return
        try:
            with self.archive.open(name) as stream:
                yield from reading.records(stream, *tags)
        except XmlRefused as error:
            raise BackupRefused(error.code, name, **error.values) from error
        except ArchiveRefused as error:
            raise BackupRefused(f"archive-{error.code}", name, **error.values) from error


def read_contents(backup: Backup) -> Contents:
    """Read the table of contents.

    Raises:
        BackupRefused: it is missing or broken, or of a kind or a version that is not read.
    """
    if MANIFEST not in backup.archive:
        if "moodle.xml" in backup.archive:
            raise BackupRefused("version-too-old", "moodle.xml", version="1.9")
        raise BackupRefused("manifest-missing", MANIFEST)
    if backup.archive.size(MANIFEST) > MANIFEST_BYTES:
        raise BackupRefused("xml-too-large", MANIFEST, limit=MANIFEST_BYTES)
    found = Contents()
    seen = 0
    for element in backup.records(MANIFEST, "information"):
        seen += 1
        _take_information(element, found)
    if not seen:
        raise BackupRefused("manifest-empty", MANIFEST)
    modules = [activity.module_id for activity in found.activities]
    sections = [section.section_id for section in found.sections]
    if len(set(modules)) < len(modules) or len(set(sections)) < len(sections):
        raise BackupRefused("manifest-duplicate", MANIFEST)
    if not found.backup_id:
        with backup.archive.open(MANIFEST) as stream:
            found.backup_id = hashlib.file_digest(stream, "sha256").hexdigest()[:32]  # type: ignore[arg-type]
    _check_version(found)
    return found


def _take_information(element: etree._Element, found: Contents) -> None:
    detail = element.find("details/detail")
    if detail is not None:
        found.backup_id = re.sub(r"[^0-9A-Za-z]", "", detail.get("backup_id") or "")[:64]
        found.kind = text(detail, "type") or "course"
        if text(detail, "format") not in ("", "moodle2"):
            raise BackupRefused("format-unknown", MANIFEST, format=text(detail, "format")[:40])
    found.name = text(element, "name")
    found.release, found.backup_release = text(element, "moodle_release"), text(element, "backup_release")
    found.date = number(element, "backup_date")
    found.wwwroot = text(element, "original_wwwroot").rstrip("/")
    found.course_id = number(element, "original_course_id")
    found.course_title = text(element, "original_course_fullname")
    found.course_format = text(element, "original_course_format")
    found.course_start = number(element, "original_course_startdate")
    found.course_context = number(element, "original_course_contextid")
    for activity in element.iterfind("contents/activities/activity"):
        found.activities.append(
            ActivityEntry(
                number(activity, "moduleid"), number(activity, "sectionid"),
                re.sub(r"[^a-z0-9_]", "", text(activity, "modulename")), text(activity, "title"),
                text(activity, "directory"),
            )
        )  # fmt: skip
    for section in element.iterfind("contents/sections/section"):
        found.sections.append(
            SectionEntry(number(section, "sectionid"), text(section, "title"), text(section, "directory"))
        )


def version_of(contents: Contents) -> tuple[int, int] | None:
    found = re.match(r"(\d{1,3})\.(\d{1,3})", contents.backup_release or contents.release)
    return (int(found[1]), int(found[2])) if found else None


def _check_version(contents: Contents) -> None:
    version = version_of(contents)
    if version is None:
        raise BackupRefused("version-unknown", MANIFEST, version=(contents.backup_release or contents.release)[:40])
    if version < (2, 0):
        raise BackupRefused("version-too-old", MANIFEST, version=contents.backup_release[:40])
    if version > NEWEST_TRIED:
        raise BackupRefused("version-too-new", MANIFEST, version=contents.backup_release[:40])


@dataclass(slots=True)
class FileList:
    """`files.xml`: files of the course, and how many of what people did (by component and area)."""

    found: int = 0
    of_course: list[FileEntry] = field(default_factory=list)
    of_people: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes_of_people: int = 0


# Areas whose files are a part of the course's own content. Everything else is what people did, or belongs to inner
# workings that no room has yet; it stays in the kept backup and is counted.
_CONTENT_AREAS = frozenset(
    {
        ("course", "summary"), ("course", "section"), ("course", "legacy"), ("course", "overviewfiles"),
        ("mod_page", "content"), ("mod_book", "chapter"), ("mod_resource", "content"), ("mod_folder", "content"),
        ("mod_assign", "introattachment"), ("mod_assign", "activityattachment"),
    }
)  # fmt: skip


def is_of_course(component: str, area: str) -> bool:
    return (component, area) in _CONTENT_AREAS or (component.startswith("mod_") and area == "intro")


def read_files(backup: Backup) -> FileList:
    """Read the list of files. Folders (entries named `.`) are not files."""
    found = FileList()
    for element in backup.records("files.xml", "file"):
        name = text(element, "filename")
        if name in (".", ""):
            continue
        found.found += 1
        if found.found > MOST_FILES:
            raise BackupRefused("too-many-files", "files.xml", limit=MOST_FILES)
        component, area = text(element, "component"), text(element, "filearea")
        sha1 = text(element, "contenthash").lower()
        if not is_of_course(component, area) or not re.fullmatch(r"[0-9a-f]{40}", sha1):
            found.of_people[component, area] += 1
            found.bytes_of_people += number(element, "filesize")
            continue
        found.of_course.append(
            FileEntry(
                sha1, number(element, "contextid"), component, area, number(element, "itemid"),
                f"{text(element, 'filepath')}{name}".lstrip("/"), number(element, "filesize"),
                number(element, "sortorder") > 0, bool(text(element, "repositorytype") and text(element, "reference")),
            )
        )  # fmt: skip
    return found
