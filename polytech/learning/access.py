"""Who reads which courses, what is hidden in them, and their people.

The hot pages say the same in SQL (`sql/standing.sql`); tests/learning/test_access.py holds object checks, querysets
and SQL together on generated universities.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from polytech.academics.api import Enrolment, Offering, StudentProgramme
from polytech.kernel import clock
from polytech.kernel.access import Rule
from polytech.learning.models import Course, CourseFile, CourseOffering, Element
from polytech.people.api import Viewer

OVERSEERS = frozenset({"methodologist", "quality", "administrator", "dean"})
GAP_READERS = frozenset({"methodologist", "registrar", "administrator"})
COVERAGE_READERS = OVERSEERS
GRADE_READERS = OVERSEERS
BUILDERS = frozenset({"methodologist", "administrator"})


def active_enrolments() -> QuerySet[Enrolment]:
    """Enrolments that give access: neither they nor their offering ended, last day not over."""
    return Enrolment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=clock.today()), ended_at=None, offering__ended_at=None
    )


def _enrolled(viewer: Viewer, role: str) -> Exists:
    """Whether the viewer is in an offering of the course at hand."""
    links = CourseOffering.objects.filter(
        course=OuterRef("pk"),
        offering__in=active_enrolments().filter(person_id=viewer.person_id, role=role).values("offering"),
    )
    return Exists(links)


def _advised(viewer: Viewer) -> Exists:
    students = StudentProgramme.objects.current().filter(adviser_id=viewer.person_id)
    return Exists(
        CourseOffering.objects.filter(
            course=OuterRef("pk"),
            offering__in=active_enrolments()
            .filter(role="student", person__in=students.values("person"))
            .values("offering"),
        )
    )


def _in_units(units: frozenset[int] | None) -> Q:
    """Courses whose discipline, offering or the offering's discipline belongs to one of the units."""
    if units is None:
        return Q(pk__isnull=False)
    if not units:
        return Q(pk__in=[])
    links = CourseOffering.objects.filter(
        Q(offering__org__in=units) | Q(offering__discipline__org__in=units), course=OuterRef("pk")
    )
    return Q(discipline__org__in=units) | Q(Exists(links))


def _held_over(viewer: Viewer, course: Course, roles: frozenset[str]) -> bool:
    units = viewer.units(*roles)
    if units is None:
        return True
    orgs = {course.discipline.org_id if course.discipline else None}
    for link in course.offerings.select_related("offering__discipline"):
        orgs |= {link.offering.org_id, link.offering.discipline.org_id}
    return bool(orgs & units)


def _has_place(viewer: Viewer, course: Course, role: str) -> bool:
    offerings = course.offerings.values_list("offering", flat=True)
    return active_enrolments().filter(person_id=viewer.person_id, role=role, offering__in=list(offerings)).exists()


def _advises(viewer: Viewer, course: Course) -> bool:
    offerings = list(course.offerings.values_list("offering", flat=True))
    students = active_enrolments().filter(role="student", offering__in=offerings).values_list("person", flat=True)
    return (
        StudentProgramme.objects.current().filter(adviser_id=viewer.person_id, person__in=list(set(students))).exists()
    )


def sees_hidden(viewer: Viewer, course: Course) -> bool:
    """Teachers of the course and the offices over it: they read drafts and hidden things."""
    return _has_place(viewer, course, "teacher") or _held_over(viewer, course, OVERSEERS)


def _reads(viewer: Viewer, course: Course) -> bool:
    if sees_hidden(viewer, course):
        return True
    return course.published and (_has_place(viewer, course, "student") or _advises(viewer, course))


def _insiders(viewer: Viewer, roles: frozenset[str]) -> Q:
    return Q(_enrolled(viewer, "teacher")) | _in_units(viewer.units(*roles))


def _readable(viewer: Viewer) -> QuerySet[Course]:
    return Course.objects.filter(
        _insiders(viewer, OVERSEERS) | Q(published=True) & (Q(_enrolled(viewer, "student")) | Q(_advised(viewer)))
    )


def _reads_element(viewer: Viewer, element: Element) -> bool:
    if sees_hidden(viewer, element.course):
        return True
    return element.visible and element.section.visible and _reads(viewer, element.course)


def _readable_elements(viewer: Viewer) -> QuerySet[Element]:
    inside = Course.objects.filter(_insiders(viewer, OVERSEERS)).values("pk")
    return Element.objects.filter(
        Q(course__in=inside) | Q(visible=True, section__visible=True, course__in=_readable(viewer).values("pk"))
    )


def _completes(viewer: Viewer, element: Element) -> bool:
    return element.kind != "label" and _reads_element(viewer, element) and _has_place(viewer, element.course, "student")


def _completable(viewer: Viewer) -> QuerySet[Element]:
    studied = Course.objects.filter(_enrolled(viewer, "student")).values("pk")
    return _readable_elements(viewer).filter(course__in=studied).exclude(kind="label")


def _reads_file(viewer: Viewer, file: CourseFile) -> bool:
    if sees_hidden(viewer, file.course):
        return True
    element = file.element
    if element is None:
        return _reads(viewer, file.course)
    is_open = element.opens_at is None or element.opens_at <= clock.now()
    return is_open and _reads_element(viewer, element)


def _readable_files(viewer: Viewer) -> QuerySet[CourseFile]:
    inside = Course.objects.filter(_insiders(viewer, OVERSEERS)).values("pk")
    is_open = Q(element__opens_at=None) | Q(element__opens_at__lte=clock.now())
    shown = Q(element=None) | Q(element__visible=True, element__section__visible=True) & is_open
    return CourseFile.objects.select_related("blob").filter(
        Q(course__in=inside) | shown & Q(course__in=_readable(viewer).values("pk"))
    )


def _teaches_offering(viewer: Viewer, offering: Offering) -> bool:
    units = viewer.units(*BUILDERS)
    return (
        units is None
        or bool({offering.org_id, offering.discipline.org_id} & units)
        or active_enrolments().filter(person_id=viewer.person_id, role="teacher", offering=offering).exists()
    )


def _offerings_to_build(viewer: Viewer) -> QuerySet[Offering]:
    units = viewer.units(*BUILDERS)
    if units is None:
        return Offering.objects.all()
    taught = active_enrolments().filter(person_id=viewer.person_id, role="teacher").values("offering")
    return Offering.objects.filter(Q(pk__in=taught) | Q(org__in=units) | Q(discipline__org__in=units))


def _course_rule(name: str, roles: frozenset[str]) -> Rule[Course]:
    """A rule for the course's teachers and those who hold one of the roles over it."""
    return Rule(
        name=name,
        allows=lambda viewer, course: _has_place(viewer, course, "teacher") or _held_over(viewer, course, roles),
        visible=lambda viewer: Course.objects.filter(_insiders(viewer, roles)),
    )


read_course: Rule[Course] = Rule(name="learning:course:read", allows=_reads, visible=_readable)
read_hidden = _course_rule("learning:hidden:read", OVERSEERS)
read_grades = _course_rule("learning:grades:read", GRADE_READERS)
change_course = _course_rule("learning:course:change", BUILDERS)
read_element: Rule[Element] = Rule(name="learning:element:read", allows=_reads_element, visible=_readable_elements)
complete_element: Rule[Element] = Rule(name="learning:element:complete", allows=_completes, visible=_completable)
read_file: Rule[CourseFile] = Rule(name="learning:file:read", allows=_reads_file, visible=_readable_files)
build_course: Rule[Offering] = Rule(
    name="learning:offering:build", allows=_teaches_offering, visible=_offerings_to_build
)
RULES = (read_course, read_hidden, read_grades, change_course, read_element, complete_element, read_file, build_course)
