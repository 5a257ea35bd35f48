"""Which file of a delivery feeds which table, and by which columns it refers to others."""

from dataclasses import dataclass, field

from polytech.academics.api import feed as academics
from polytech.integrations.sis import layout, shaping
from polytech.integrations.sis.layout import FileLayout
from polytech.integrations.sis.shaping import Shape
from polytech.kernel.feeding import FedTable, Reference
from polytech.people.api import feed as people


@dataclass(frozen=True)
class Feed:
    """One file and its table. `columns` maps staged references to the columns of the file that hold them."""

    file: FileLayout
    fed: FedTable
    shape: Shape
    columns: dict[str, str] = field(default_factory=dict)

    def is_required(self, reference: Reference) -> bool:
        return next(one.required for one in self.file.own if one.name == self.columns[reference.name])


_USER, _CLASS, _COURSE, _ORG = "userSourcedId", "classSourcedId", "courseSourcedId", "orgSourcedId"
_PROGRAMME = "programmeSourcedId"

ORGS = Feed(layout.ORGS, people.UNITS, shaping.org, {"parent": "parentSourcedId"})
SESSIONS = Feed(layout.SESSIONS, academics.PERIODS, shaping.session, {"parent": "parentSourcedId"})
USERS = Feed(layout.USERS, people.PERSONS, shaping.user)
ROLES = Feed(layout.USER_ROLES, people.GRANTS, shaping.user_role, {"person": _USER, "org": _ORG})
PROGRAMMES = Feed(layout.PROGRAMMES, academics.PROGRAMMES, shaping.programme, {"org": _ORG})
COURSES = Feed(layout.COURSES, academics.DISCIPLINES, shaping.course, {"org": _ORG})
PROGRAMME_COURSES = Feed(
    layout.PROGRAMME_COURSES, academics.PROGRAMME_DISCIPLINES, shaping.programme_course,
    {"programme": _PROGRAMME, "discipline": _COURSE},
)  # fmt: skip
OUTCOMES = Feed(layout.OUTCOMES, academics.OUTCOMES, shaping.outcome, {"discipline": _COURSE})
STUDENT_PROGRAMMES = Feed(
    layout.STUDENT_PROGRAMMES, academics.STUDENT_PROGRAMMES, shaping.student_programme,
    {"person": _USER, "programme": _PROGRAMME, "adviser": "adviserSourcedId"},
)  # fmt: skip
CLASSES = Feed(
    layout.CLASSES, academics.OFFERINGS, shaping.class_,
    {"discipline": _COURSE, "period": "termSourcedIds", "org": "schoolSourcedId"},
)  # fmt: skip
ENROLMENTS = Feed(layout.ENROLMENTS, academics.ENROLMENTS, shaping.enrolment, {"person": _USER, "offering": _CLASS})
SLOTS = Feed(
    layout.SLOTS, academics.SLOTS, shaping.slot,
    {"offering": _CLASS, "room": "room", "teacher": "teacherSourcedId", "joint_with": "jointWithSourcedId"},
)  # fmt: skip

# In the order in which they are applied: each refers only to itself and to those before it.
FEEDS = (
    ORGS, SESSIONS, USERS, ROLES, PROGRAMMES, COURSES, PROGRAMME_COURSES, OUTCOMES, STUDENT_PROGRAMMES, CLASSES,
    ENROLMENTS, SLOTS,
)  # fmt: skip
BY_TABLE = {feed.fed.table: feed for feed in FEEDS}
