"""What rooms above add to a course: pages for its teachers, listed beside the course's own settings."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CourseTool:
    """A page about one course, for those who may change it. `view` takes the course's id."""

    view: str
    text: Any
    icon: str


_tools: list[CourseTool] = []


def add_course_tool(tool: CourseTool) -> None:
    """Called once by a room when it is loaded."""
    if tool not in _tools:
        _tools.append(tool)


def course_tools() -> tuple[CourseTool, ...]:
    return tuple(_tools)
