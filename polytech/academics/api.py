"""What other rooms may use of academics."""

from polytech.academics import feed
from polytech.academics.access import ADVISE, READ_OFFERING, READ_SLOT, READ_STUDY, units_of
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
    "ADVISE",
    "CLOCK_PARAMETERS",
    "READ_OFFERING",
    "READ_SLOT",
    "READ_STUDY",
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
    "feed",
    "today_sql",
    "units_of",
]
