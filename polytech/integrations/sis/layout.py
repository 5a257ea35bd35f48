"""The files of a delivery and their columns: OneRoster 1.2 CSV and the portal's own `x-` files.

docs/sis-feed.md tells the same in tables; tests/integrations/sis/test_documentation.py holds the two together.
"""

from dataclasses import dataclass

from polytech.integrations.sis import values
from polytech.integrations.sis.values import Form


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the header, the form of its values, and whether it must have one.

    Attributes:
        form: None where the portal has no use for the column: it is read over.
        few: values repeat so often that their checked form is worth remembering.
        lenient: a value that does not fit is left out with a warning; elsewhere it keeps its row out.
    """

    name: str
    form: Form | None = values.text
    required: bool = False
    few: bool = False
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class FileLayout:
    """One file, without the extension `.csv`; the columns every file has come first."""

    name: str
    own: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*COMMON, *self.own)

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]


STATUS = values.one_of({"active": "a", "tobedeleted": "d"}, "status-unknown")
ORG_TYPES = {
    "national": "university", "state": "university", "local": "university", "district": "university",
    "school": "faculty", "department": "department",
}  # fmt: skip
SESSION_TYPES = {"schoolYear": "year", "semester": "term", "term": "term", "gradingPeriod": ""}
# OneRoster knows fewer roles than a university; the others ride as extension values.
ROLES = {
    "student": "student", "teacher": "teacher", "proctor": "proctor", "counselor": "adviser",
    "principal": "dean", "systemAdministrator": "administrator", "siteAdministrator": "administrator",
    "administrator": "administrator", "ext:adviser": "adviser", "ext:dean": "dean", "ext:registrar": "registrar",
    "ext:methodologist": "methodologist", "ext:researcher": "researcher", "ext:librarian": "librarian",
    "ext:support": "support", "ext:quality": "quality", "ext:proctor": "proctor",
    "ext:administrator": "administrator",
}  # fmt: skip
ENROLMENT_ROLES = {"student": "student", "teacher": "teacher"}
STUDY_FORMS = {"full-time": "full-time", "evening": "evening", "online": "online"}
WEEKS = {"all": "all", "odd": "odd", "even": "even"}
CLASS_FORMATS = {word: word for word in ("classroom", "synchronous", "asynchronous")}
CLASS_KINDS = {word: word for word in ("lecture", "practical", "laboratory")}

COMMON = (
    Column("sourcedId", values.identifier, required=True),
    Column("status", STATUS, few=True),
    Column("dateLastModified", values.moment, few=True),
)


def _unused(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, None) for name in names)


def _titles() -> tuple[Column, ...]:
    return tuple(Column(f"metadata.title{language}", few=True) for language in ("Kk", "Ru", "En"))


def _names(script: str) -> tuple[Column, ...]:
    return tuple(Column(f"metadata.{part}Name{script}", few=True) for part in ("family", "given", "middle"))


def _reference(name: str, *, required: bool = False) -> Column:
    return Column(name, values.identifier, required=required, few=True)


def _days(start: str, end: str, *, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, values.day, required=required, few=True) for name in (start, end))


ORGS = FileLayout(
    "orgs",
    (
        Column("name", required=True),
        Column("type", values.one_of(ORG_TYPES), required=True, few=True),
        *_unused("identifier"),
        _reference("parentSourcedId"),
        *_titles(),
    ),
)
SESSIONS = FileLayout(
    "academicSessions",
    (
        Column("title", required=True),
        Column("type", values.one_of(SESSION_TYPES), required=True, few=True),
        *_days("startDate", "endDate", required=True),
        _reference("parentSourcedId"),
        *_unused("schoolYear"),
        *_titles(),
    ),
)
COURSES = FileLayout(
    "courses",
    (
        *_unused("schoolYearSourcedId"),
        Column("title", required=True),
        Column("courseCode"),
        *_unused("grades"),
        _reference("orgSourcedId"),
        *_unused("subjects", "subjectCodes"),
        Column("metadata.credits", values.credits, few=True),
        *_titles(),
    ),
)
CLASSES = FileLayout(
    "classes",
    (
        Column("title", required=True, few=True),
        *_unused("grades"),
        _reference("courseSourcedId", required=True),
        Column("classCode"),
        *_unused("classType", "location"),
        _reference("schoolSourcedId"),
        Column("termSourcedIds", values.identifiers, required=True, few=True),
        *_unused("subjects", "subjectCodes", "periods"),
        *_titles(),
    ),
)
USERS = FileLayout(
    "users",
    (
        Column("enabledUser", values.truth, few=True),
        Column("username", values.username, required=True),
        Column("userIds"),
        Column("givenName", required=True, few=True),
        Column("familyName", required=True, few=True),
        Column("middleName", few=True),
        *_unused("identifier"),
        Column("email", values.email, lenient=True),
        *_unused(
            "sms",
            "phone",
            "agentSourcedIds",
            "grades",
            "password",
            "userMasterIdentifier",
            "resourceSourcedIds",
            "preferredGivenName",
            "preferredMiddleName",
            "preferredFamilyName",
            "primaryOrgSourcedId",
            "pronouns",
        ),
        Column("metadata.iin"),
        Column("metadata.language", values.language, few=True, lenient=True),
        *_names("Kk"),
        *_names("Ru"),
    ),
)
USER_ROLES = FileLayout(
    "roles",
    (
        Column("userSourcedId", values.identifier, required=True),
        *_unused("roleType"),
        Column("role", values.one_of(ROLES, "role-unknown"), required=True, few=True),
        *_days("beginDate", "endDate"),
        _reference("orgSourcedId"),
        *_unused("userProfileSourcedId"),
    ),
)
ENROLMENTS = FileLayout(
    "enrollments",
    (
        _reference("classSourcedId", required=True),
        *_unused("schoolSourcedId"),
        _reference("userSourcedId", required=True),
        Column("role", values.one_of(ENROLMENT_ROLES, "role-unknown"), required=True, few=True),
        Column("primary", values.truth, few=True),
        *_days("beginDate", "endDate"),
    ),
)
PROGRAMMES = FileLayout(
    "x-programmes",
    (
        Column("code", values.programme_code, required=True),
        Column("titleKk"),
        Column("titleRu"),
        Column("titleEn"),
        _reference("orgSourcedId"),
    ),
)
STUDENT_PROGRAMMES = FileLayout(
    "x-studentProgrammes",
    (
        Column("userSourcedId", values.identifier, required=True),
        _reference("programmeSourcedId", required=True),
        Column("studyForm", values.one_of(STUDY_FORMS), required=True, few=True),
        Column("studyYear", values.study_year, required=True, few=True),
        *_days("startDate", "endDate"),
        _reference("adviserSourcedId"),
    ),
)
PROGRAMME_COURSES = FileLayout(
    "x-programmeCourses",
    (
        _reference("programmeSourcedId", required=True),
        _reference("courseSourcedId", required=True),
        Column("studyYear", values.study_year, few=True),
    ),
)
OUTCOMES = FileLayout(
    "x-outcomes",
    (
        _reference("courseSourcedId", required=True),
        Column("code", required=True, few=True),
        Column("position", values.small_number, few=True),
        Column("textKk"),
        Column("textRu"),
        Column("textEn"),
    ),
)
SLOTS = FileLayout(
    "x-slots",
    (
        _reference("classSourcedId", required=True),
        Column("kind", values.one_of(CLASS_KINDS), required=True, few=True),
        Column("format", values.one_of(CLASS_FORMATS), required=True, few=True),
        Column("date", values.day, few=True),
        Column("weekday", values.weekday, few=True),
        *_days("startDate", "endDate"),
        Column("weeks", values.one_of(WEEKS), few=True),
        Column("startTime", values.clock_time, required=True, few=True),
        Column("endTime", values.clock_time, required=True, few=True),
        Column("room", few=True),
        Column("link", str.strip),
        _reference("teacherSourcedId"),
        _reference("jointWithSourcedId"),
    ),
)

# In the order in which they are applied: each refers only to itself and to those before it.
FILES = (
    ORGS, SESSIONS, USERS, USER_ROLES, PROGRAMMES, COURSES, PROGRAMME_COURSES, OUTCOMES, STUDENT_PROGRAMMES,
    CLASSES, ENROLMENTS, SLOTS,
)  # fmt: skip
