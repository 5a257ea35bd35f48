"""What the sample university does not have: a course with a hundred elements, two sign-ins, and announcements.

Runs inside the measured installation (`inside.py`) and says where the measured pages are.
"""

from datetime import timedelta

from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse

from polytech.academics.api import Enrolment, EnrolmentRole, Offering
from polytech.kernel import clock
from polytech.learning.api import Completion, Course, CourseOffering, Element, ElementKind, Section
from polytech.messaging.api import Announcement
from polytech.people.api import Person

SECTIONS, ELEMENTS_OF_A_SECTION = 10, 10
COMPLETED = 40
PARTICIPANTS = 120
PASSWORD = "measured-by-nobody-else"  # noqa: S105 – of a university that lives for minutes
PARAGRAPH = (
    "Функцияның нүктедегі шегі — аргумент сол нүктеге ұмтылғанда функция мәндері жақындайтын сан. "
    "Егер кез келген оң эпсилон үшін сәйкес дельта табылса, шек бар деп айтамыз. "
)
KINDS = (
    ElementKind.PAGE, ElementKind.VIDEO, ElementKind.FILE, ElementKind.ASSIGNMENT, ElementKind.TEST,
    ElementKind.LINK, ElementKind.PAGE, ElementKind.BOOK, ElementKind.FORUM, ElementKind.PAGE,
)  # fmt: skip


def build() -> dict[str, str]:
    """Fill in, and say where: path or name → value."""
    offering = _largest_offering()
    student = _enrolment(offering, EnrolmentRole.STUDENT).person
    teacher = _enrolment(offering, EnrolmentRole.TEACHER).person
    _fill_up(offering)
    course = _course_of(offering)
    _complete_some(student, course)
    _other_courses(student, offering)
    _announce()
    for person in (student, teacher):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    with connection.cursor() as cursor:
        # What autovacuum does within a minute in an installation that is not a minute old.
        cursor.execute("VACUUM ANALYZE")
    element = Element.objects.filter(course=course, kind=ElementKind.PAGE).order_by("id")[5]
    return {
        "home": "/",
        "course": reverse("learning:course", args=[course.pk]),
        "element": reverse("learning:element", args=[course.pk, element.pk]),
        "participants": reverse("learning:participants", args=[course.pk]),
        "sign_in": reverse("account_login"),
        "student": student.username,
        "teacher": teacher.username,
        "password": PASSWORD,
    }


def _largest_offering() -> Offering:
    today = clock.today()
    running = Offering.objects.filter(period__starts_on__lte=today, period__ends_on__gte=today)
    offerings = running if running.exists() else Offering.objects.all()
    students = Count("enrolments", filter=Q(enrolments__role=EnrolmentRole.STUDENT, enrolments__ended_at=None))
    return offerings.alias(students=students).order_by("-students", "pk")[0]


def _enrolment(offering: Offering, role: EnrolmentRole) -> Enrolment:
    return offering.enrolments.filter(role=role, ended_at=None).select_related("person").order_by("pk")[0]


def _fill_up(offering: Offering) -> None:
    """Enough students for a page of a hundred participants."""
    enrolled = offering.enrolments.filter(role=EnrolmentRole.STUDENT)
    others = Person.objects.filter(grants__role="student").exclude(enrolments__offering=offering).order_by("pk")
    Enrolment.objects.bulk_create(
        Enrolment(person=person, offering=offering, role=EnrolmentRole.STUDENT)
        for person in others[: max(0, PARTICIPANTS - enrolled.count())]
    )


def _course_of(offering: Offering, sections: int = SECTIONS, elements: int = ELEMENTS_OF_A_SECTION) -> Course:
    course = Course.objects.create(
        title=offering.title.get("kk", "Математикалық талдау"), discipline=offering.discipline, language="kk",
        summary_html=f"<p>{PARAGRAPH}</p>",
    )  # fmt: skip
    CourseOffering.objects.create(course=course, offering=offering)
    for week in range(1, sections + 1):
        section = Section.objects.create(
            course=course, position=week, week=week, title=f"{week}-тақырып. Шек және үзіліссіздік",
            summary_html="<p>Анықтама, қасиеттер, мысалдар.</p>",
        )  # fmt: skip
        Element.objects.bulk_create(
            Element(
                course=course, section=section, position=place, kind=KINDS[place % len(KINDS)],
                title=f"{week}.{place + 1} Шектерді есептеу тәсілдері", body_html=f"<p>{PARAGRAPH}</p>" * 12,
                duration_minutes=10 + place, size_bytes=100_000 * place,
                due_at=clock.now() + timedelta(days=week) if KINDS[place % len(KINDS)] == "assignment" else None,
            )
            for place in range(elements)
        )  # fmt: skip
    return course


def _complete_some(student: Person, course: Course) -> None:
    Completion.objects.bulk_create(
        Completion(person=student, element=element, course=course, completed_at=clock.now())
        for element in Element.objects.filter(course=course).order_by("pk")[:COMPLETED]
    )


def _other_courses(student: Person, offering: Offering) -> None:
    others = Offering.objects.filter(enrolments__person=student, course_link=None).exclude(pk=offering.pk).distinct()
    for other in others[:8]:
        _course_of(other, sections=3, elements=5)


def _announce() -> None:
    for number in range(1, 4):
        Announcement.objects.create(
            title={"kk": f"{number}-хабарландыру", "ru": f"Объявление {number}", "en": f"Announcement {number}"},
            body={"kk": PARAGRAPH, "ru": PARAGRAPH, "en": PARAGRAPH},
            published_at=clock.now() - timedelta(hours=number),
        )
