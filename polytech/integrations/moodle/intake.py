"""The first half of an import: read everything, keep the files. Nothing of the course is written yet."""

import base64
import binascii
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from polytech.files.api import Blob, store
from polytech.integrations.moodle import reading
from polytech.integrations.moodle.backup import Backup, BackupRefused, FileEntry, FileList, read_files
from polytech.integrations.moodle.matching import Matching, match, users_of
from polytech.integrations.moodle.modules import Activity, Progress
from polytech.integrations.moodle.reading import Instance, XmlRefused
from polytech.integrations.moodle.report import NOT, Report
from polytech.kernel.archives import ArchiveRefused
from polytech.kernel.findings import Level

# All texts of a course that stand in memory at once.
COURSE_CHARACTERS = 60_000_000
_INLINE_IMAGE = re.compile(r"""(["'])data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s]+)\1""")

# Parts that no room can use yet. Their records are counted, and they stay in the kept backup.
_WAITING_PARTS = {
    "calendar.xml": "calendar", "comments.xml": "comments", "competencies.xml": "competencies",
    "completion.xml": "completions", "grade_history.xml": "grade-changes", "grading.xml": "rubrics",
    "badges.xml": "badges", "outcomes.xml": "outcomes", "scales.xml": "scales", "contentbank.xml": "content-bank",
    "logs.xml": "logs", "logstores.xml": "logs", "block.xml": "blocks", "roles.xml": "role-assignments",
    "enrolments.xml": "enrolments", "filters.xml": "filters", "xapistate.xml": "xapi-states",
    "completiondefaults.xml": "completion-defaults", "competency.xml": "competencies",
}  # fmt: skip


@dataclass(slots=True)
class SectionRead:
    section_id: int
    fields: Instance
    title: str = ""

    @property
    def number(self) -> int:
        return self.fields.number("number")

    @property
    def sequence(self) -> list[int]:
        return [int(part) for part in self.fields.words("sequence").split(",") if part.strip().isdigit()]

    @property
    def subsection_of(self) -> int:
        """The instance of the subsection activity that this section is the inside of, else 0."""
        return self.fields.number("itemid") if self.fields.words("component") == "mod_subsection" else 0


@dataclass(slots=True)
class Intake:
    """A backup as read."""

    course: Instance = field(default_factory=Instance)
    sections: dict[int, SectionRead] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    files: FileList = field(default_factory=FileList)
    blobs: dict[str, Blob] = field(default_factory=dict)
    bad_files: dict[str, str] = field(default_factory=dict)
    people: Matching = field(default_factory=Matching)
    groups: list[dict[str, Any]] = field(default_factory=list)
    group_members: dict[int, list[int]] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    question_bank: Blob | None = None


def take_in(backup: Backup, report: Report, progress: Progress) -> Intake:
    """Read the whole backup and keep the files of its course.

    Raises:
        BackupRefused: a part without which the rest would be told wrongly is broken.
    """
    found = Intake()
    progress("reading", 0.05)
    found.course = _read_part(backup, "course/course.xml", "course", report)
    _read_sections(backup, found, report)
    _read_activities(backup, found)
    progress("files", 0.2)
    found.files = read_files(backup)
    _keep_inline_images(found)
    _keep_files(backup, found, progress)
    progress("people", 0.6)
    found.people = match(users_of(backup))
    _read_groups(backup, found)
    _read_questions(backup, found)
    _count_waiting(backup, found, report)
    return found


def _read_part(backup: Backup, name: str, tag: str, report: Report) -> Instance:
    if name not in backup:
        return Instance()
    for element in backup.records(name, tag):
        value = reading.plain(element)
        return Instance(reading.whole(element.get("id")), 0, value if isinstance(value, dict) else {})
    report.add(Level.WARNING, "part-empty", file=name)
    return Instance()


def _read_sections(backup: Backup, found: Intake, report: Report) -> None:
    for entry in backup.contents.sections:
        name = f"{entry.directory}/section.xml"
        if name not in backup:
            report.add(Level.WARNING, "section-missing", file=name, done="replaced", title=entry.title[:200])
        fields = _read_part(backup, name, "section", report)
        if not fields.fields.get("number"):
            fields.fields["number"] = entry.title if entry.title.isdigit() else str(len(found.sections))
        found.sections[entry.section_id] = SectionRead(entry.section_id, fields, entry.title)


def _read_activities(backup: Backup, found: Intake) -> None:
    characters = 0
    for entry in backup.contents.activities:
        activity = Activity(entry)
        found.activities.append(activity)
        own, common = f"{entry.directory}/{entry.module}.xml", f"{entry.directory}/module.xml"
        try:
            activity.module = _instance(backup, common, "module")
            activity.instance = _instance(backup, own, entry.module)
        except XmlRefused as error:
            activity.failure, activity.failure_values = error.code, dict(error.values)
        except ArchiveRefused as error:
            activity.failure, activity.failure_values = f"archive-{error.code}", dict(error.values)
        except KeyError as error:
            activity.failure, activity.failure_values = "part-missing", {"part": str(error.args[0])}
        characters += sum(len(value) for value in activity.instance.fields.values() if isinstance(value, str))
        if characters > COURSE_CHARACTERS:
            raise BackupRefused("too-much-text", own, limit=COURSE_CHARACTERS)


def _instance(backup: Backup, name: str, module: str) -> Instance:
    with backup.archive.open(name) as stream:
        return reading.read_instance(stream, module)


class _Hashing(io.RawIOBase):
    """A reader that takes Moodle's digest (SHA-1) on the way."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner = inner
        self.sha1 = hashlib.sha1(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.inner.read(size)
        self.sha1.update(data)
        return data


def _keep_files(backup: Backup, found: Intake, progress: Progress) -> None:
    wanted = {entry.sha1: entry for entry in found.files.of_course if entry.sha1 not in found.blobs}
    for place, (sha1, entry) in enumerate(wanted.items()):
        if entry.stored not in backup.archive:
            found.bad_files[sha1] = "file-external" if entry.is_external else "file-missing"
            continue
        try:
            with backup.archive.open(entry.stored) as stream:
                hashing = _Hashing(stream)
                blob = store(hashing)  # type: ignore[arg-type]
        except ArchiveRefused as error:
            raise BackupRefused(f"archive-{error.code}", entry.stored, **error.values) from error
        if hashing.sha1.hexdigest() == sha1:
            found.blobs[sha1] = blob
        else:
            found.bad_files[sha1] = "file-damaged"
        progress("files", 0.2 + 0.4 * (place + 1) / len(wanted))


def _keep_inline_images(found: Intake) -> None:
    """Pictures pasted into a text become files: a page is read over and over, a file is fetched once."""
    for activity in found.activities:
        fields = activity.instance.fields
        component = f"mod_{activity.entry.module}"
        for name, area in (("intro", "intro"), ("content", "content")):
            if "data:image" in activity.instance.words(name):
                fields[name] = _without_inline(found, fields[name], activity.instance.context_id, component, area, 0)
        raw = fields.get("chapters")
        for chapter in raw.get("chapter", []) if isinstance(raw, dict) else []:
            if isinstance(chapter, dict) and "data:image" in str(chapter.get("content")):
                item = reading.whole(chapter.get("id"))
                chapter["content"] = _without_inline(
                    found, chapter["content"], activity.instance.context_id, component, "chapter", item
                )


def _without_inline(found: Intake, html: str, context: int, component: str, area: str, item: int) -> str:
    def keep(match: re.Match[str]) -> str:
        try:
            data = base64.b64decode(match[3], validate=False)
        except (binascii.Error, ValueError):
            return match[0]
        sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        path = f"inline-{sha1[:12]}.{match[2]}"
        found.blobs[sha1] = store(io.BytesIO(data))
        found.files.of_course.append(
            FileEntry(sha1, context, component, area, item, path, len(data), False, False, is_inline=True)
        )
        return f"{match[1]}@@PLUGINFILE@@/{path}{match[1]}"

    return _INLINE_IMAGE.sub(keep, html)


def _read_groups(backup: Backup, found: Intake) -> None:
    for element in backup.records("groups.xml", "group", "grouping"):
        if element.tag == "grouping":
            found.waiting["groupings"] += 1
            continue
        group_id = reading.whole(element.get("id"))
        found.groups.append(
            {
                "id": group_id,
                "name": reading.text(element, "name"),
                "description": reading.text(element, "description"),
                "context": backup.contents.course_context,
            }
        )
        members = element.iterfind("group_members/group_member")
        found.group_members[group_id] = [reading.number(member, "userid") for member in members]


def _read_questions(backup: Backup, found: Intake) -> None:
    """Count the question bank and keep it as it is, for the assessment room."""
    for question in backup.records("questions.xml", "question"):
        found.questions[reading.text(question, "qtype") or "unknown"] += 1
    if found.questions:
        with backup.archive.open("questions.xml") as stream:
            found.question_bank = store(stream)


def _count_waiting(backup: Backup, found: Intake, report: Report) -> None:
    for name in backup.archive.names():
        thing = _WAITING_PARTS.get(name.rsplit("/", 1)[-1])
        if thing is None or name.startswith("files/"):
            continue
        try:
            with backup.archive.open(name) as stream:
                found.waiting[thing] += reading.count_records(stream)
        except (XmlRefused, ArchiveRefused) as error:
            report.add(Level.WARNING, error.code, file=name, done="skipped", **error.values)
            report.count("parts", NOT)
