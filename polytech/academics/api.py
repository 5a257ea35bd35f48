"""What other rooms may use of academics."""

from polytech.academics.models import (
    AcademicPeriod,
    CalendarLink,
    ClassFormat,
    ClassKind,
    Discipline,
    Enrolment,
    EnrolmentRole,
    LearningOutcome,
    Offering,
    Programme,
    ProgrammeDiscipline,
    Room,
    Slot,
    StudentProgramme,
    StudyForm,
)

__all__ = [
    "AcademicPeriod",
    "CalendarLink",
    "ClassFormat",
    "ClassKind",
    "Discipline",
    "Enrolment",
    "EnrolmentRole",
    "LearningOutcome",
    "Offering",
    "Programme",
    "ProgrammeDiscipline",
    "Room",
    "Slot",
    "StudentProgramme",
    "StudyForm",
]
