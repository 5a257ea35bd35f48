"""Grades of a backup as history: counted first, then written while they are read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from polytech.integrations.moodle import reading
from polytech.integrations.moodle.backup import Backup
from polytech.integrations.moodle.html import cleaned, formatted, plain_text
from polytech.integrations.moodle.intake import Intake
from polytech.integrations.moodle.matching import Matching
from polytech.integrations.moodle.reading import XmlRefused, decimal, moment, number, text
from polytech.integrations.moodle.report import CAME, NOT, Report
from polytech.kernel.archives import ArchiveRefused
from polytech.kernel.findings import Level
from polytech.learning.api import GradeDraft

GRADEBOOK = "gradebook.xml"


@dataclass(slots=True)
class GradePart:
    """One file with grade items; `module_id` is 0 for the gradebook of the course."""

    name: str
    module_id: int


def parts_of(backup: Backup) -> list[GradePart]:
    parts = [GradePart(f"{entry.directory}/grades.xml", entry.module_id) for entry in backup.contents.activities]
    return [part for part in [*parts, GradePart(GRADEBOOK, 0)] if part.name in backup]


def survey(backup: Backup, intake: Intake, report: Report) -> tuple[list[GradePart], dict[str, object]]:
    """Read all grade files once: count them into the report, and tell which can be read.

    Answers with the readable parts and the settings of the gradebook (categories and items without grades).
    """
    readable, settings = [], []
    names = {activity.entry.module_id: activity.name for activity in intake.activities}
    for part in parts_of(backup):
        items, lines = [], []
        try:
            with backup.archive.open(part.name) as stream:
                for item in reading.records(stream, "grade_item"):
                    lines.append(_counted(item, names.get(part.module_id, "")))
                    items.append(_settings_of(item))
        except (XmlRefused, ArchiveRefused) as error:
            report.add(Level.ERROR, error.code, file=part.name, done="skipped", **error.values)
            report.count("grade-items", NOT, max(len(lines), 1))
            continue
        for line in lines:
            report.grade_items.append(line)
            report.count("grade-items", CAME)
            report.count("grades", CAME, int(str(line["grades"])))
            report.count("grades", "empty", int(str(line["empty"])))
        settings += items
        readable.append(part)
    return readable, {"items": settings, "categories": _categories(backup)}


def _is_graded(grade: etree._Element) -> bool:
    return decimal(grade, "finalgrade") is not None or bool(text(grade, "feedback").strip())


def _counted(item: etree._Element, activity: str) -> dict[str, object]:
    grades = [_is_graded(grade) for grade in item.iter("grade_grade")]
    return {
        "title": plain_text(text(item, "itemname") or activity),
        "type": text(item, "itemtype"),
        "grades": sum(grades),
        "empty": len(grades) - sum(grades),
    }


def _settings_of(item: etree._Element) -> dict[str, object]:
    found: dict[str, object] = {"id": item.get("id")}
    for child in item:
        value = text(child, ".")
        if child.tag != "grade_grades" and value.strip():
            found[str(child.tag)] = value
    return found


def _categories(backup: Backup) -> list[object]:
    return [reading.plain(element) for element in backup.records(GRADEBOOK, "grade_category")]


def drafts(
    backup: Backup,
    parts: list[GradePart],
    people: Matching,
    elements: Mapping[int, tuple[int, str]],
    words: Mapping[str, str],
) -> Iterator[GradeDraft]:
    """Grades of the readable parts, one at a time.

    Args:
        elements: module id → (element id, title).
        words: how a total and a category are called in the course's language.
    """
    categories = {
        element.get("id") or "": text(element, "fullname") for element in backup.records(GRADEBOOK, "grade_category")
    }
    for part in parts:
        element, activity = elements.get(part.module_id, (None, ""))
        with backup.archive.open(part.name) as stream:
            for item in reading.records(stream, "grade_item"):
                title = _title(item, activity, categories, words)
                highest = decimal(item, "grademax")
                for grade in item.iter("grade_grade"):
                    if _is_graded(grade):
                        yield _draft(grade, element, title, highest, people)


def _title(item: etree._Element, activity: str, categories: Mapping[str, str], words: Mapping[str, str]) -> str:
    kind, name = text(item, "itemtype"), text(item, "itemname")
    if kind == "course":
        return name or words["course"]
    if kind == "category":
        category = categories.get(text(item, "iteminstance"), "")
        return name or (category if category not in ("", "?") else words["category"])
    return plain_text(name or activity) or words["item"]


def _draft(
    grade: etree._Element, element: int | None, title: str, highest: Decimal | None, people: Matching
) -> GradeDraft:
    user = number(grade, "userid")
    person = people.persons.get(user)
    feedback = text(grade, "feedback")
    return GradeDraft(
        element=element,
        person=person,
        source_user="" if person else people.name_of(user),
        item_title=title,
        grade=decimal(grade, "finalgrade"),
        grade_max=highest,
        feedback_html=cleaned(formatted(feedback, text(grade, "feedbackformat")), Counter()) if feedback else "",
        graded_at=moment(text(grade, "timemodified")) or moment(text(grade, "timecreated")),
    )
