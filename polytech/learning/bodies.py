"""The part of a course page that its readers share: kept in the process by version, rendered once, laid under marks.

A body is kept for readers who see hidden things and for those who do not. Its pieces (one list item, one heading)
are rendered by the kit when first needed, in each language and state, and joined for each reader.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import islice
from threading import Lock
from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language
from markupsafe import Markup

from polytech.kernel import clock
from polytech.learning.models import ElementKind

KEPT_BODIES = 200
KEPT_PIECES = 5_000
DAYS_THAT_STAND_OUT = 14
ICONS = {
    "page": "file-text",
    "book": "book-open",
    "label": "info",
    "file": "file",
    "folder": "folder",
    "link": "external-link",
    "video": "circle-play",
    "assignment": "clipboard-list",
    "test": "list-checks",
    "forum": "messages-square",
    "other": "package",
}


@dataclass(frozen=True, slots=True)
class BodyElement:
    id: int
    kind: str
    title: str
    minutes: int | None
    bytes: int
    opens_at: datetime | None
    due_at: datetime | None
    visible: bool
    label_html: str | None

    @property
    def counts(self) -> bool:
        """Whether a student can complete it."""
        return self.kind != "label"

    @property
    def kind_words(self) -> str:
        return str(ElementKind(self.kind).label)

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


@dataclass(frozen=True, slots=True)
class BodySection:
    id: int
    week: int | None
    title: str
    summary_html: str
    visible: bool
    elements: tuple[BodyElement, ...]
    total: int


@dataclass(slots=True)
class CourseBody:
    """A version of a course, as parsed from the statement, with the pieces rendered so far."""

    course_id: int
    version: int
    sections: tuple[BodySection, ...]
    moments: tuple[datetime, ...]
    pieces: dict[object, Markup] = field(default_factory=dict)

    def phase(self, now: datetime) -> str:
        """Changes when the page looks otherwise because time went by: the day, and what opened or fell due."""
        return f"{now.date().isoformat()}:{sum(moment <= now for moment in self.moments)}"


def body_from(course_id: int, version: int, sections: Sequence[Mapping[str, Any]]) -> CourseBody:
    built = tuple(_section(section) for section in sections)
    moments = (moment for section in built for one in section.elements for moment in (one.opens_at, one.due_at))
    return CourseBody(course_id, version, built, tuple(moment for moment in moments if moment))


def _section(row: Mapping[str, Any]) -> BodySection:
    elements = tuple(
        BodyElement(
            id=id, kind=kind, title=title, minutes=minutes, bytes=size, opens_at=_moment(opens_at),
            due_at=_moment(due_at), visible=visible and row["visible"], label_html=label,
        )
        for id, kind, title, minutes, size, opens_at, due_at, visible, label in row["elements"]
    )  # fmt: skip
    return BodySection(
        id=row["id"],
        week=row["week"],
        title=row["title"],
        summary_html=row["summary_html"],
        visible=row["visible"],
        elements=elements,
        total=sum(one.counts and one.visible for one in elements),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class _Shelf:
    """The bodies this process keeps: those read last."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[tuple[int, bool], CourseBody] = OrderedDict()
        self._lock = Lock()

    def find(self, course_id: int, with_hidden: bool) -> CourseBody | None:
        with self._lock:
            found = self._bodies.get((course_id, with_hidden))
            if found is not None:
                self._bodies.move_to_end((course_id, with_hidden))
            return found

    def keep(self, body: CourseBody, with_hidden: bool) -> None:
        with self._lock:
            self._bodies[body.course_id, with_hidden] = body
            self._bodies.move_to_end((body.course_id, with_hidden))
            while len(self._bodies) > KEPT_BODIES:
                self._bodies.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._bodies.clear()


shelf = _Shelf()


@cache
def _macros() -> Any:
    template: Any = get_template("learning/pieces.html")
    return template.template.module


@dataclass(frozen=True, slots=True)
class Marks:
    """What one reader sees on the shared body: completed elements, this week, the language, and the moment."""

    done: Collection[int]
    is_student: bool
    week: int | None
    language: str
    now: datetime


def open_sections(body: CourseBody, marks: Marks) -> frozenset[int]:
    """Which sections stand open: this week's; without one, the introduction and the first that is not completed."""
    of_this_week = frozenset(one.id for one in body.sections if one.week is not None and one.week == marks.week)
    if of_this_week:
        return of_this_week
    unfinished = (one.id for one in body.sections if any(_is_waiting(element, marks) for element in one.elements))
    return frozenset(one.id for one in body.sections[:1]) | frozenset(islice(unfinished, 1))


def _is_waiting(element: BodyElement, marks: Marks) -> bool:
    return element.counts and element.visible and element.id not in marks.done


@dataclass(frozen=True, slots=True)
class Overlay:
    """The shared body under one reader's marks.

    Attributes:
        html: the sections.
        done: how many elements that count are completed.
        next: the first element that is open and not completed.
    """

    html: Markup
    done: int
    next: BodyElement | None


def compose(body: CourseBody, marks: Marks) -> Overlay:
    """Join the pieces for one reader; nothing is rendered twice."""
    out: list[str] = []
    pieces, language, is_student = body.pieces, (marks.language, marks.now.year), marks.is_student
    open_ids = open_sections(body, marks)
    done, following = 0, None
    for section in body.sections:
        states = [_state(element, marks) for element in section.elements]
        count = states.count("done")
        done += count
        is_now = section.week is not None and section.week == marks.week
        is_open = section.id in open_ids
        key: tuple[object, ...] = (language, "section", section.id, is_open, is_now, count, is_student)
        out.append(pieces.get(key) or _draw(body, key, "section", section, is_open, is_now, count, is_student))
        for element, state in zip(section.elements, states, strict=True):
            key = (language, element.id, state)
            out.append(pieces.get(key) or _draw(body, key, "element", body.course_id, element, state))
            if following is None and state not in _NOT_NEXT and element.counts:
                following = element
        if not section.elements:
            key = (language, "nothing")
            out.append(pieces.get(key) or _draw(body, key, "nothing_here"))
        out.append(_SECTION_END)
    html = Markup("".join(out))  # noqa: S704 every piece was escaped by its template
    return Overlay(html, done, following)


_NOT_NEXT = frozenset({"done", "locked", "hidden"})
_SECTION_END = "</ul></details>\n"


def _draw(body: CourseBody, key: object, macro: str, *arguments: object) -> Markup:
    piece: Markup = getattr(_macros(), macro)(*arguments)
    if len(body.pieces) >= KEPT_PIECES:
        body.pieces.clear()
    body.pieces[key] = piece
    return piece


def draw_once(body: CourseBody, macro: str, key: object, *arguments: object) -> Markup:
    """A piece around the sections (the heading, what stands beside), kept by `key`: all that decides what it shows."""
    key = (macro, get_language(), key)
    return body.pieces.get(key) or _draw(body, key, macro, *arguments)


def _state(element: BodyElement, marks: Marks) -> str | int:
    """`done`, `locked`, `overdue`, `hidden`, the days left when few, or "": one piece is kept for each."""
    if not element.visible:
        return "hidden"
    if element.id in marks.done and element.counts:
        return "done"
    if element.opens_at is not None and element.opens_at > marks.now:
        return "locked"
    if element.due_at is None or not marks.is_student:
        return ""
    if element.due_at <= marks.now:
        return "overdue"
    left = _days_between(marks.now.date(), element.due_at)
    return left if left <= DAYS_THAT_STAND_OUT else ""


def _days_between(today: date, due_at: datetime) -> int:
    return (due_at.astimezone(clock.now().tzinfo).date() - today).days
