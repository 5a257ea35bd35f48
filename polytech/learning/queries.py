"""Reads of learning: one function is one round trip and one page model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Avg, Count, Max, Min, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest

from polytech.academics.api import AcademicPeriod, Offering
from polytech.kernel import clock
from polytech.learning import access
from polytech.learning.bodies import ICONS, CourseBody, Marks, body_from, shelf
from polytech.learning.models import AccessGap, Course, GradeHistory
from polytech.learning.statements import (
    ACCESS_GAPS_SQL,
    COURSE_PAGE_SQL,
    COURSES_SQL,
    COVERAGE_SQL,
    ELEMENT_PAGE_SQL,
    PARTICIPANTS_SQL,
)
from polytech.people.api import Viewer, read_page
from polytech.regulation.api import Finding, TimetabledClass, live_share

COURSES_A_PAGE = 50
PEOPLE_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class CoursePage:
    """The course page for one reader.

    Attributes:
        head: what is not shared, as the statement's JSON.
        body: the shared sections.
        tag: everything the page depends on besides its shell.
    """

    head: dict[str, Any]
    body: CourseBody
    marks: Marks
    tag: bytes

    @property
    def live_share(self) -> Finding | None:
        """The share of live classes in this group's timetable (R4-04), where credits and timetable are known."""
        discipline, offering = self.head["discipline"], self.head["offering"]
        if not discipline or not discipline["credits"] or not offering or not offering["slots"]:
            return None
        classes = tuple(tuple(slot) for slot in offering["slots"])
        return _live_share(str(discipline["credits"]), classes, self.marks.now.date())


@lru_cache(maxsize=1024)
def _live_share(credits: str, slots: tuple[tuple[Any, ...], ...], on: date) -> Finding:
    classes = [
        TimetabledClass(
            format=format,
            minutes=minutes,
            times=clock.times_held(
                weekday=weekday,
                parity=parity,
                starts_on=date.fromisoformat(starts_on),
                ends_on=date.fromisoformat(ends_on),
            ),
        )
        for format, weekday, parity, starts_on, ends_on, minutes in slots
    ]
    return live_share(credits=Decimal(credits), classes=classes, on=on)


def week_of(starts_on: str | None, today: date) -> int | None:
    """Which week of the period a day is in, counted from 1; None before it begins or without a period."""
    if not starts_on:
        return None
    week = (today - clock.monday_of(date.fromisoformat(starts_on))).days // 7 + 1
    return week if week >= 1 else None


def read_course_page(request: HttpRequest, course_id: int, language: str) -> CoursePage:
    """The course page.

    Raises:
        Http404: the course is not there for this reader.
        SignInNeeded: nobody is signed in.
    """
    kept_shown, kept_hidden = shelf.find(course_id, False), shelf.find(course_id, True)
    data = read_page(
        request,
        COURSE_PAGE_SQL,
        {
            "course_id": course_id,
            "kept_shown": kept_shown.version if kept_shown else 0,
            "kept_hidden": kept_hidden.version if kept_hidden else 0,
        },
        object_kind="course",
        object_id=course_id,
    )
    if data.text is None:
        raise Http404
    head = orjson.loads(data.text)
    sections, with_hidden = head.pop("sections"), head["sees_hidden"]
    body = kept_hidden if with_hidden else kept_shown
    if sections is not None:
        body = body_from(course_id, head["version"], sections)
        shelf.keep(body, with_hidden)
    assert body is not None  # noqa: S101 the statement omits the sections only when this process keeps them
    now = clock.now()
    marks = Marks(
        done=frozenset(head["done"]),
        is_student=head["studies"],
        week=week_of(head["offering"]["starts_on"] if head["offering"] else None, now.date()),
        language=language,
        now=now,
    )
    return CoursePage(head, body, marks, orjson.dumps(head) + body.phase(now).encode())


@dataclass(frozen=True, slots=True)
class ElementPage:
    """One element for one reader; `data` is the statement's JSON."""

    data: dict[str, Any]
    tag: str
    now: datetime

    @property
    def icon(self) -> str:
        return ICONS[self.data["kind"]]

    @property
    def is_locked(self) -> bool:
        return bool(self.data["locked"])

    @property
    def chapter_place(self) -> int | None:
        """Which of the book's chapters is shown, from 0."""
        chapter = self.data["chapter"]
        if chapter is None:
            return None
        return next(place for place, one in enumerate(self.data["chapters"]) if one[0] == chapter["id"])


def read_element_page(request: HttpRequest, course_id: int, element_id: int, chapter_id: int) -> ElementPage:
    """An element with its way back and forth.

    Args:
        chapter_id: of a book; 0 for its first.

    Raises:
        Http404: the element or the chapter is not there for this reader.
        SignInNeeded: nobody is signed in.
    """
    data = read_page(
        request,
        ELEMENT_PAGE_SQL,
        {"course_id": course_id, "element_id": element_id, "chapter_id": chapter_id},
        object_kind="element",
        object_id=element_id,
        course_id=course_id,
    )
    if data.text is None:
        raise Http404
    page = orjson.loads(data.text)
    if chapter_id and page["chapter"] is None:
        raise Http404
    return ElementPage(page, data.text, clock.now())


@dataclass(frozen=True, slots=True)
class CoursesPage:
    """The list of courses for one reader."""

    data: dict[str, Any]
    tag: str
    search: str
    is_later: bool

    @property
    def found(self) -> list[Any]:
        return list(self.data["all"][:COURSES_A_PAGE])

    @property
    def after(self) -> int | None:
        """The last course of this page when there are more."""
        return self.found[-1][0] if len(self.data["all"]) > COURSES_A_PAGE else None


def read_courses(request: HttpRequest, *, search: str, after: int) -> CoursesPage:
    """Own courses with progress, earlier ones, and for offices those of their units.

    Args:
        search: a part of a title, for offices; letters like % mean themselves.
        after: the last course of the page before; 0 for the first page.
    """
    words = " ".join(search.split())[:100]
    pattern = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in words)
    data = read_page(
        request,
        COURSES_SQL,
        {"search": f"%{pattern}%" if words else "", "after_id": after},
        object_kind="courses",
    )
    return CoursesPage(orjson.loads(data.text or "{}"), data.text or "", words, bool(after))


@dataclass(frozen=True, slots=True)
class ParticipantsPage:
    """A hundred people of a course."""

    data: dict[str, Any]
    tag: str
    group_id: int
    is_later: bool

    @property
    def people(self) -> list[Any]:
        return list(self.data["people"][:PEOPLE_A_PAGE])

    @property
    def after(self) -> int | None:
        return self.people[-1][0] if len(self.data["people"]) > PEOPLE_A_PAGE else None

    def group_tabs(self, address: str) -> list[tuple[str, str, bool]]:
        return [(f"{address}?group={id}", title, id == self.group_id) for id, title in self.data["groups"]]


def read_participants(request: HttpRequest, course_id: int, *, after: int, group_id: int) -> ParticipantsPage:
    """The people of a course, teachers first, then by the Kazakh alphabet.

    Args:
        after: the last person of the page before; 0 for the first page.
        group_id: only members of this group of the course; 0 for all.

    Raises:
        Http404: the course is not there for this reader.
    """
    data = read_page(
        request,
        PARTICIPANTS_SQL,
        {"course_id": course_id, "after": after, "group_id": group_id},
        object_kind="participants",
        object_id=course_id,
    )
    if data.text is None:
        raise Http404
    return ParticipantsPage(orjson.loads(data.text), data.text, group_id, bool(after))


def grades_of_person(person_id: int) -> list[tuple[str, list[GradeHistory]]]:
    """Grades that other systems gave to a person, course by course: (title of the course, grades)."""
    rows = (
        GradeHistory.objects.filter(person=person_id).select_related("course").order_by("course__title", "course", "id")
    )
    return [(grades[0].course.title, grades) for grades in _by_course(rows)]


def _by_course(rows: Iterable[GradeHistory]) -> list[list[GradeHistory]]:
    return [list(group) for _key, group in groupby(rows, key=lambda row: row.course_id)]


def grades_of_course(course: Course) -> QuerySet[GradeHistory, Any]:
    """The items of a course's history with the number of grades and their mean."""
    return (
        course.grade_history.values("item_title")
        .annotate(count=Count("id"), mean=Avg("grade"), most=Max("grade_max"), first=Min("id"))
        .order_by("first")
    )


@dataclass(frozen=True, slots=True)
class ItemGrades:
    rows: list[GradeHistory]
    after: int | None


def grades_of_item(course: Course, item_title: str, *, after: int) -> ItemGrades:
    """A hundred grades of one item in the order in which they came; `after` is the last one of the page before."""
    rows = list(
        course.grade_history.filter(item_title=item_title, id__gt=after)
        .select_related("person")
        .order_by("id")[: PEOPLE_A_PAGE + 1]
    )
    more = len(rows) > PEOPLE_A_PAGE
    return ItemGrades(rows[:PEOPLE_A_PAGE], rows[PEOPLE_A_PAGE - 1].pk if more else None)


def courses_to_connect(viewer: Viewer, offering: Offering) -> QuerySet[Course]:
    """Courses of the offering's discipline that the viewer may let serve it."""
    return access.change_course.visible(viewer).filter(discipline=offering.discipline_id).order_by("title", "id")[:50]


def refresh_access_gaps() -> int:
    """Look for offerings whose students have nothing to read and keep the list of them; how many there are."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ACCESS_GAPS_SQL, {"now": now, "today": now.date()})
        row = cursor.fetchone()
    return int(row[0])


def access_gaps(units: frozenset[int] | None) -> list[AccessGap]:
    """What the last nightly check found, most students first, in the given organisational units (None: everywhere)."""
    gaps = AccessGap.objects.select_related("offering__discipline", "offering__course_link").prefetch_related(
        Prefetch(
            "offering__enrolments",
            access.active_enrolments().filter(role="teacher").select_related("person"),
            to_attr="teachers",
        )
    )
    if units is not None:
        gaps = gaps.filter(Q(offering__org__in=units) | Q(offering__discipline__org__in=units))
    return list(gaps.order_by("-students", "offering__code", "id")[:500])


def running_period() -> AcademicPeriod | None:
    """The term of today, else the next one."""
    terms = AcademicPeriod.objects.current().filter(kind="term", ends_on__gte=clock.today())
    return terms.order_by("starts_on", "id").first()


@dataclass(frozen=True, slots=True)
class ProgrammeCoverage:
    """Of `total` disciplines of a programme `covered` have a course with contents; `holes` are the others."""

    id: int
    code: str
    title: dict[str, str]
    total: int
    covered: int
    holes: list[tuple[str, dict[str, str], int | None]]

    @property
    def percent(self) -> int:
        return 100 * self.covered // self.total


def programme_coverage(units: frozenset[int] | None, period: AcademicPeriod) -> list[ProgrammeCoverage]:
    """The programmes of the given organisational units (None: all) with their coverage in a period."""
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE_SQL, {"period_id": period.pk, "whole": units is None, "units": sorted(units or ())})
        rows = cursor.fetchall()
    return [
        ProgrammeCoverage(id, code, _json(title), total, covered, _json(holes))
        for id, code, title, total, covered, holes in rows
    ]


def _json(value: Any) -> Any:
    """jsonb comes as text or parsed, as the connection is set up."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value
