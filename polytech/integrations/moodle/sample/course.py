"""The form in which a made-up course is written down, before it becomes a backup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from polytech.integrations.moodle.sample.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Page:
    """A text. `{{name}}` in it shows the drawing of that name, `[[other title]]` links to an activity."""

    title: str
    html: str
    drawings: Mapping[str, tuple[str, Drawing]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    title: str
    intro: str
    chapters: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Label:
    html: str


@dataclass(frozen=True, slots=True)
class Files:
    """A folder, or one file where there is only one."""

    title: str
    intro: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    address: str
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task due on a day (1 is Monday) of its week, at 23:59."""

    title: str
    html: str
    points: int = 100
    weekday: int = 7


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one right answer, the first."""

    name: str
    html: str
    answers: Sequence[str]
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    title: str
    intro: str
    questions: Sequence[Question]
    minutes: int = 20
    weekday: int = 7


@dataclass(frozen=True, slots=True)
class Forum:
    title: str
    intro: str


Activity = Page | Book | Label | Files | Link | Assignment | Quiz | Forum


@dataclass(frozen=True, slots=True)
class Week:
    title: str
    summary: str
    activities: Sequence[Activity]


@dataclass(frozen=True, slots=True)
class MadeUpCourse:
    """`weeks[0]` is what stands before the first week."""

    title: str
    short_title: str
    language: str
    summary: str
    weeks: Sequence[Week]
