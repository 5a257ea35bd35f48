"""What other rooms may use of learning."""

from polytech.learning.models import (
    Chapter,
    Completion,
    Course,
    CourseFile,
    CourseGroup,
    CourseOffering,
    Element,
    ElementKind,
    GradeHistory,
    Section,
)

__all__ = [
    "Chapter",
    "Completion",
    "Course",
    "CourseFile",
    "CourseGroup",
    "CourseOffering",
    "Element",
    "ElementKind",
    "GradeHistory",
    "Section",
]
