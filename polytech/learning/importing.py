"""What importers write into courses: in sets, repeatable, without touching what a teacher has added by hand.

Elements, groups and grades are found again by their `origin` (or `source`), so that importing the same thing twice
updates. Everything here runs in the caller's transaction; the caller has authorised.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.db.models import F, Max

from polytech.files.api import Blob
from polytech.learning.models import (
    Chapter,
    Course,
    CourseFile,
    CourseGroup,
    Element,
    GradeHistory,
    Section,
)
from polytech.people.api import Person

_BATCH = 1000


@dataclass(slots=True)
class SectionDraft:
    """A section to write; `known` is the section that an earlier import of the same thing made."""

    title: str
    week: int | None = None
    summary_html: str = ""
    visible: bool = True
    known: int | None = None


@dataclass(slots=True)
class ElementDraft:
    """An element to write, without its HTML: that often needs the ids of files and of other elements first."""

    origin: str
    section: Section
    kind: str
    title: str
    url: str = ""
    opens_at: datetime | None = None
    due_at: datetime | None = None
    visible: bool = True
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class FileDraft:
    """A file of an element, or of the course itself. `path` is unique among the files of one element."""

    element: Element | None
    blob: Blob
    path: str
    embedded: bool = False


@dataclass(slots=True)
class ChapterDraft:
    title: str
    body_html: str
    is_subchapter: bool = False


@dataclass(slots=True)
class GroupDraft:
    origin: str
    title: str
    description_html: str
    members: Sequence[int]


@dataclass(slots=True)
class GradeDraft:
    """One grade; `person` is an id, or None while nobody here matches `source_user`."""

    element: int | None
    person: int | None
    source_user: str
    item_title: str
    grade: Decimal | None
    grade_max: Decimal | None
    feedback_html: str = ""
    graded_at: datetime | None = None


def course_path(course: int) -> str:
    return f"/courses/{course}/"


def element_path(course: int, element: int) -> str:
    return f"/courses/{course}/{element}/"


def file_path(course: int, file: int, name: str) -> str:
    """The address of a course file, as imported HTML refers to it."""
    return f"/courses/{course}/files/{file}/{quote(name.rsplit('/', 1)[-1])}"


def lock_course(course: int) -> Course:
    """The course, held against another import until the transaction ends; students go on completing its elements."""
    return Course.objects.select_for_update(no_key=True).get(pk=course)


def touch_course(course: Course) -> None:
    """Readers' cached pages of this course are of yesterday from now on."""
    Course.objects.filter(pk=course.pk).update(version=F("version") + 1)


def save_sections(course: Course, drafts: Sequence[SectionDraft]) -> list[Section]:
    """Update known sections and append new ones, in the drafts' order."""
    old = Section.objects.in_bulk([draft.known for draft in drafts if draft.known])
    highest = Section.objects.filter(course=course).aggregate(highest=Max("position"))["highest"]
    places = count(0 if highest is None else highest + 1)
    sections, changed, added = [], [], []
    for draft in drafts:
        section = old.get(draft.known or 0)
        if section is None or section.course_id != course.pk:
            section = Section(course=course, position=next(places))
            added.append(section)
        else:
            changed.append(section)
        section.title, section.week, section.visible = draft.title, draft.week, draft.visible
        section.summary_html = draft.summary_html
        sections.append(section)
    Section.objects.bulk_create(added, batch_size=_BATCH)
    Section.objects.bulk_update(changed, ["title", "week", "visible", "summary_html"], batch_size=_BATCH)
    return sections


def save_elements(course: Course, drafts: Sequence[ElementDraft]) -> list[Element]:
    """Write elements by `origin`, in the drafts' order within each section; what a teacher added comes after."""
    old = {element.origin: element for element in Element.objects.filter(course=course).exclude(origin="")}
    elements, added, changed = [], [], []
    for draft in drafts:
        element = old.get(draft.origin)
        if element is None:
            element = Element(course=course, origin=draft.origin)
            added.append(element)
        else:
            changed.append(element)
        for name in ("section", "kind", "title", "url", "opens_at", "due_at", "visible", "kept"):
            setattr(element, name, getattr(draft, name))
        elements.append(element)
    _place(course, elements)
    Element.objects.bulk_create(added, batch_size=_BATCH)
    fields = ["section", "position", "kind", "title", "url", "opens_at", "due_at", "visible", "kept"]
    Element.objects.bulk_update(changed, fields, batch_size=_BATCH)
    return elements


def _place(course: Course, elements: Sequence[Element]) -> None:
    """Positions of the imported elements, and of the others in the same sections after them."""
    next_place: dict[int, int] = {}
    for element in elements:
        element.position = next_place.get(element.section_id, 0)
        next_place[element.section_id] = element.position + 1
    imported = {element.pk for element in elements if element.pk}
    others = Element.objects.filter(course=course, section__in=list(next_place)).exclude(pk__in=imported)
    moved = []
    for other in others.order_by("section_id", "position").only("section_id", "position"):
        other.position = next_place[other.section_id]
        next_place[other.section_id] += 1
        moved.append(other)
    Element.objects.bulk_update(moved, ["position"], batch_size=_BATCH)


def save_files(course: Course, drafts: Sequence[FileDraft]) -> list[CourseFile]:
    """Write files by element and path; a file that stays keeps its address. Others of these elements go."""
    elements = {draft.element.pk for draft in drafts if draft.element}
    known = CourseFile.objects.filter(course=course)
    old = {(file.element_id, file.path): file for file in known}
    files, added, changed = [], [], []
    for draft in drafts:
        element = draft.element.pk if draft.element else None
        file = old.pop((element, draft.path), None)
        if file is None:
            file = CourseFile(course=course, element=draft.element, path=draft.path)
            added.append(file)
        else:
            changed.append(file)
        file.blob, file.embedded = draft.blob, draft.embedded
        files.append(file)
    gone = [file.pk for (element, _), file in old.items() if element in elements]
    CourseFile.objects.filter(pk__in=gone).delete()
    CourseFile.objects.bulk_create(added, batch_size=_BATCH)
    CourseFile.objects.bulk_update(changed, ["blob", "embedded"], batch_size=_BATCH)
    return files


def save_bodies(elements: Sequence[Element]) -> None:
    """Write HTML, size and duration of elements that are there already."""
    Element.objects.bulk_update(elements, ["body_html", "size_bytes", "duration_minutes"], batch_size=200)


def save_chapters(element: Element, drafts: Sequence[ChapterDraft]) -> list[Chapter]:
    """Write the chapters of a book by their order; a chapter that stays keeps its id."""
    old = {chapter.position: chapter for chapter in element.chapters.all()}
    chapters = []
    for place, draft in enumerate(drafts):
        chapter = old.pop(place, None) or Chapter(element=element, position=place)
        chapter.title, chapter.body_html, chapter.is_subchapter = draft.title, draft.body_html, draft.is_subchapter
        chapters.append(chapter)
    Chapter.objects.filter(pk__in=[chapter.pk for chapter in old.values()]).delete()
    fields = ["title", "body_html", "is_subchapter"]
    Chapter.objects.bulk_update([chapter for chapter in chapters if chapter.pk], fields, batch_size=200)
    Chapter.objects.bulk_create([chapter for chapter in chapters if not chapter.pk], batch_size=_BATCH)
    return chapters


def save_groups(course: Course, drafts: Sequence[GroupDraft]) -> list[CourseGroup]:
    """Write groups by origin. Members are added, nobody is taken out."""
    old = {group.origin: group for group in CourseGroup.objects.filter(course=course).exclude(origin="")}
    groups = [old.get(draft.origin) or CourseGroup(course=course, origin=draft.origin) for draft in drafts]
    for group, draft in zip(groups, drafts, strict=True):
        group.title, group.description_html = draft.title, draft.description_html
    CourseGroup.objects.bulk_update([group for group in groups if group.pk], ["title", "description_html"])
    CourseGroup.objects.bulk_create([group for group in groups if not group.pk])
    places = CourseGroup.members.through
    places.objects.bulk_create(
        [
            places(coursegroup_id=group.pk, person_id=person)
            for group, draft in zip(groups, drafts, strict=True)
            for person in draft.members
        ],
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    return groups


_GRADES = """COPY learning_gradehistory (course_id, source, element_id, person_id, source_user, item_title, grade,
    grade_max, feedback_html, graded_at) FROM STDIN"""


def replace_grade_history(course: Course, source: str, drafts: Iterable[GradeDraft]) -> int:
    """Write the grades of one source anew, streaming; answers how many. Grades of other sources stay."""
    GradeHistory.objects.filter(course=course, source=source).delete()
    written = 0
    with connection.cursor() as cursor, cursor.copy(_GRADES) as copy:
        for draft in drafts:
            copy.write_row(
                (
                    course.pk, source, draft.element, draft.person, draft.source_user, draft.item_title, draft.grade,
                    draft.grade_max, draft.feedback_html, draft.graded_at,
                )
            )  # fmt: skip
            written += 1
    return written


def people_of(course: Course) -> set[int]:
    """Everybody with a place in an offering that is taught in this course."""
    return set(
        Person.objects.filter(enrolments__offering__course_link__course=course, enrolments__ended_at=None).values_list(
            "pk", flat=True
        )
    )
