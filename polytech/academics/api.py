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
from polytech.academics.queries import CLOCK_PARAMETERS, TERM_SQL, days_sql, today_sql

__all__ = [
    "CLOCK_PARAMETERS",
    "TERM_SQL",
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
    "days_sql",
    "today_sql",
]
