"""Who sees which offerings, classes and places in programmes.

A role reaches its organisational unit with everything below it; without a unit it reaches the whole university.
"""

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from polytech.academics.models import Offering, Slot, StudentProgramme
from polytech.kernel import clock
from polytech.kernel.access import Rule
from polytech.people.api import Role, Viewer

OFFICES = (Role.DEAN, Role.REGISTRAR, Role.METHODOLOGIST, Role.QUALITY, Role.ADMINISTRATOR)

_ABOVE = """
WITH RECURSIVE unit AS (
    SELECT id, parent_id FROM people_orgunit WHERE id = ANY (%s)
     UNION
    SELECT next.id, next.parent_id FROM people_orgunit next JOIN unit ON next.id = unit.parent_id
)
SELECT id FROM unit
"""


def _with_those_above(units: set[int]) -> frozenset[int]:
    if not units:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [sorted(units)])
        return frozenset(row[0] for row in cursor.fetchall())


def units_of(viewer: Viewer) -> frozenset[int]:
    """The units that the viewer belongs to, by a role or by studying in a programme, and the units above them."""
    by_role = {org for _role, org in viewer.grants if org is not None}
    by_study = (
        StudentProgramme.objects.current()
        .filter(person_id=viewer.person_id, programme__org_id__isnull=False)
        .values_list("programme__org_id", flat=True)
    )
    return _with_those_above(by_role | {org for org in by_study if org is not None})


def _in_reach(reach: frozenset[int] | None, unit: int | None) -> bool:
    return reach is None or unit in reach


def _reached(reach: frozenset[int] | None, path: str) -> Q:
    return Q(pk__isnull=False) if reach is None else Q(**{f"{path}__in": reach})


def _unit_of_offering(offering: Offering) -> int | None:
    return offering.org_id or offering.discipline.org_id


def _may_read_offering(viewer: Viewer, offering: Offering) -> bool:
    taking_part = offering.enrolments.filter(person_id=viewer.person_id, ended_at=None).exists()
    return taking_part or _in_reach(viewer.units(*OFFICES), _unit_of_offering(offering))


def _readable_offerings(viewer: Viewer) -> QuerySet[Offering]:
    taking_part = Q(pk__in=Offering.objects.filter(enrolments__person=viewer.person_id, enrolments__ended_at=None))
    return Offering.objects.annotate(unit=Coalesce("org_id", "discipline__org_id")).filter(
        taking_part | _reached(viewer.units(*OFFICES), "unit")
    )


def _may_read_slot(viewer: Viewer, slot: Slot) -> bool:
    return slot.teacher_id == viewer.person_id or _may_read_offering(viewer, slot.offering)


def _readable_slots(viewer: Viewer) -> QuerySet[Slot]:
    return Slot.objects.filter(
        Q(teacher_id=viewer.person_id) | Q(offering__in=_readable_offerings(viewer).values("pk"))
    )


STUDENT_OFFICES = (Role.DEAN, Role.REGISTRAR, Role.QUALITY, Role.ADMINISTRATOR)


def _may_read_study(viewer: Viewer, study: StudentProgramme) -> bool:
    if viewer.person_id in (study.person_id, study.adviser_id):
        return True
    return _in_reach(viewer.units(*STUDENT_OFFICES), study.programme.org_id)


def _readable_studies(viewer: Viewer) -> QuerySet[StudentProgramme]:
    return StudentProgramme.objects.filter(
        Q(person_id=viewer.person_id)
        | Q(adviser_id=viewer.person_id)
        | _reached(viewer.units(*STUDENT_OFFICES), "programme__org_id")
    )


def _advises(viewer: Viewer, study: StudentProgramme) -> bool:
    over = study.ends_on is not None and study.ends_on < clock.today()
    return study.adviser_id == viewer.person_id and study.ended_at is None and not over


def _advised(viewer: Viewer) -> QuerySet[StudentProgramme]:
    still = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    return StudentProgramme.objects.filter(still, adviser_id=viewer.person_id, ended_at=None)


READ_OFFERING = Rule[Offering]("academics:offering:read", _may_read_offering, _readable_offerings)
READ_SLOT = Rule[Slot]("academics:slot:read", _may_read_slot, _readable_slots)
READ_STUDY = Rule[StudentProgramme]("academics:study:read", _may_read_study, _readable_studies)
ADVISE = Rule[StudentProgramme]("academics:study:advise", _advises, _advised)
