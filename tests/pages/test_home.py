"""The home page of every role: one statement, its sections, and what stands first."""

import gzip
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from polytech.academics.api import Programme, StudentProgramme
from polytech.integrations.sis.api import Batch
from polytech.learning.api import Course, CourseOffering, Element, Section
from polytech.messaging.api import Announcement
from polytech.pages.home import greeting
from polytech.people.api import OrgUnit, Person, Role, RoleGrant
from tests.academics.university import MONDAY, at, enrol, offering, person, signed_in, slot, stop_clock
from tests.messaging.test_announcements import viewer_of

__all__ = ["stop_clock"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning(stop_clock: Any) -> None:
    stop_clock(at(MONDAY, 9))


@pytest.fixture
def student() -> Person:
    found = person("aigerim", Role.STUDENT, given_latin="Aigerim", given_kk="Айгерім", family_kk="Сәрсенова")
    programme = Programme.objects.create(code="6B06101", title={"en": "Informatics"})
    StudentProgramme.objects.create(person=found, programme=programme, study_form="full-time", study_year=2)
    return found


def course_with_work(
    who: Person, title: str, hour: int = 10, role: str = "student", due: datetime | None = None
) -> Any:
    """An offering with a class on Monday, a course, and in it one thing to hand in."""
    taken = offering(title)
    enrol(who, taken, role=role)
    slot(taken, starts_at=time(hour), ends_at=time(hour, 50))
    course = Course.objects.create(title=title, discipline=taken.discipline)
    CourseOffering.objects.create(course=course, offering=taken)
    section = Section.objects.create(course=course, position=1, title="Week 1")
    Element.objects.create(
        course=course, section=section, position=1, kind="assignment", title=f"Report in {title}",
        due_at=due or at(MONDAY, 23, 59),
    )  # fmt: skip
    return course


def page_of(who: Person, language: str = "en") -> str:
    response = signed_in(who, language).get("/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", ["student", "teacher"])
def test_one_statement_for_one_course_and_for_three(
    count: int, role: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who = person("someone", Role(role))
    for number in range(count):
        course_with_work(who, f"Databases {number}", hour=10 + number)
        Announcement.objects.create(title={"en": f"News {number}"}, published_at=at(MONDAY, 8))
    client = signed_in(who)

    with django_assert_num_queries(1):
        page = client.get("/").content.decode()

    assert (page.count("News "), page.count('<li class="day">')) == (count, count)


@pytest.mark.requirement("R4-16")
def test_a_student_sees_today_what_is_due_courses_and_news(student: Person) -> None:
    course = course_with_work(student, "Databases")
    Announcement.objects.create(title={"en": "Library is open"}, published_at=at(MONDAY, 8))

    page = page_of(student)

    assert "Good morning, Aigerim" in page
    assert "6B06101" in page
    assert f'href="/courses/{course.pk}/"' in page
    assert "Report in Databases" in page
    assert "today 23:59" in page
    assert "Library is open" in page


def test_a_full_day_is_small(student: Person) -> None:
    for number in range(8):
        course_with_work(student, f"Discipline with a rather long name number {number}", hour=8 + number)
    for number in range(3):
        Announcement.objects.create(title={"en": f"An announcement number {number}"}, published_at=at(MONDAY, 8))

    assert len(gzip.compress(signed_in(student).get("/").content)) < 10_000


def test_an_unchanged_home_is_not_sent_again_until_a_class_begins(student: Person, stop_clock: Any) -> None:
    course_with_work(student, "Databases")
    client = signed_in(student)
    tag = client.get("/")["ETag"]

    def again(hour: int, minute: int) -> int:
        stop_clock(at(MONDAY, hour, minute))
        return client.get("/", headers={"if-none-match": tag}).status_code

    assert [again(9, 0), again(9, 59), again(10, 0)] == [304, 304, 200]


def test_home_says_that_work_is_overdue_as_soon_as_it_is(student: Person, stop_clock: Any) -> None:
    course_with_work(student, "Databases", hour=8, due=at(MONDAY, 14))
    stop_clock(at(MONDAY, 13, 30))
    client = signed_in(student)
    tag = client.get("/")["ETag"]

    stop_clock(at(MONDAY, 14, 1))
    later = client.get("/", headers={"if-none-match": tag})

    assert (later.status_code, "overdue since" in later.content.decode()) == (200, True)


def test_the_running_live_class_has_the_only_loud_button(student: Person, stop_clock: Any) -> None:
    taken = offering("Databases")
    enrol(student, taken)
    slot(taken, format="synchronous", link="https://rooms.example/now")
    slot(taken, format="synchronous", link="https://rooms.example/later", starts_at=time(15), ends_at=time(15, 50))
    stop_clock(at(MONDAY, 10, 5))

    page = page_of(student)

    assert page.count('class="button main') == 1
    assert 'href="https://rooms.example/now"' in page
    assert 'href="https://rooms.example/later"' not in page


def test_without_classes_today_the_next_day_is_named(student: Person) -> None:
    taken = offering("Databases")
    enrol(student, taken)
    slot(taken, weekday=4)

    assert "No classes today. Next: Thursday, 26 November" in page_of(student)


def test_ended_enrolments_vanish(student: Person) -> None:
    course_with_work(student, "Databases")
    student.enrolments.update(ended_at=at(MONDAY, 0))

    assert "Databases" not in page_of(student)


def test_work_that_is_done_overdue_and_far_away(student: Person) -> None:
    course_with_work(student, "Physics", 11, due=at(MONDAY - timedelta(days=1), 12))
    course_with_work(student, "Chemistry", 12, due=at(MONDAY + timedelta(days=1), 10))
    course_with_work(student, "Philosophy", 13, due=at(MONDAY + timedelta(days=60), 10))

    page = page_of(student)

    assert "overdue since 22 Nov" in page
    assert "tomorrow 10:00" in page
    assert "Report in Philosophy" not in page.split('id="due"')[1].split("</section>")[0]


@pytest.mark.requirement("R4-16")
def test_a_teacher_sees_what_waits(student: Person) -> None:
    teacher = person("seitkali", Role.TEACHER)
    course_with_work(teacher, "Databases", role="teacher")
    bare = offering("Physics", code="PHY-1")
    enrol(teacher, bare, role="teacher")
    empty = offering("Chemistry")
    enrol(teacher, empty, role="teacher")
    CourseOffering.objects.create(course=Course.objects.create(title="Chemistry"), offering=empty)

    page = page_of(teacher)

    waiting = page.split('id="waiting"')[1].split("</section>")[0]
    assert [word in waiting for word in ("Physics", "no course yet", "Chemistry", "no content yet")] == [True] * 4
    assert "Databases" not in waiting
    assert 'id="due"' not in page


SECTIONS = {
    Role.STUDENT: ["classes", "due", "news", "courses"],
    Role.TEACHER: ["classes", "news", "courses"],
    Role.ADVISER: ["desk-adviser", "news"],
    Role.DEAN: ["desk-dean", "news"],
    Role.REGISTRAR: ["desk-registrar", "news"],
    Role.METHODOLOGIST: ["desk-methodologist", "news"],
    Role.PROCTOR: ["desk-proctor", "news"],
    Role.RESEARCHER: ["desk-researcher", "news"],
    Role.LIBRARIAN: ["desk-librarian", "news"],
    Role.SUPPORT: ["desk-support", "news"],
    Role.QUALITY: ["desk-quality", "news"],
    Role.ADMINISTRATOR: ["desk-administrator", "news"],
}


def sections_of(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('aria-labelledby="')[1:]]


@pytest.mark.requirement("R4-16")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_a_home_with_its_sections(role: str, language: str) -> None:
    page = page_of(person("someone", Role(role)), language)

    assert sections_of(page) == SECTIONS[Role(role)]


def test_a_person_of_several_roles_has_one_page_with_all_sections() -> None:
    page = page_of(person("someone", Role.TEACHER, Role.ADVISER, Role.DEAN))

    assert sections_of(page) == ["classes", "news", "courses", "desk-adviser", "desk-dean"]


@pytest.mark.parametrize("role", [role for role in Role.values if role not in ("student", "teacher")])
def test_a_desk_takes_the_same_queries_however_much_there_is(
    role: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queries = {
        "adviser": 2, "dean": 3, "registrar": 4, "methodologist": 3, "proctor": 1, "researcher": 1, "librarian": 3,
        "support": 2, "quality": 3, "administrator": 4,
    }  # fmt: skip
    who = person("someone", Role(role))
    for number in range(3):
        studying = person(f"student{number}", Role.STUDENT)
        programme = Programme.objects.create(code=f"6B0610{number}", title={"en": "Informatics"})
        StudentProgramme.objects.create(person=studying, programme=programme, study_form="online", adviser=who)
        course_with_work(studying, f"Databases {number}")
    client = signed_in(who)

    with django_assert_num_queries(queries[role]):
        client.get("/")


def test_a_dean_counts_the_own_faculty_only() -> None:
    own, other = (OrgUnit.objects.create(kind="faculty", title={"en": name}) for name in ("Own", "Other"))
    dean = person("dean")
    RoleGrant.objects.create(person=dean, role=Role.DEAN, org=own)
    for number, unit in enumerate((own, own, other)):
        programme = Programme.objects.create(code=f"6B0610{number}", title={"en": "Informatics"}, org=unit)
        studying = person(f"student{number}")
        StudentProgramme.objects.create(person=studying, programme=programme, study_form="online")

    assert '<strong>2</strong><span class="meta">students</span>' in page_of(dean)


def test_staff_without_a_second_factor_are_asked_first(settings: LazySettings) -> None:
    settings.SECOND_FACTOR = "asked"
    page = page_of(person("dean", Role.DEAN))

    assert page.index("/account/2fa/") < page.index('id="desk-dean"')


def test_a_student_without_a_programme_is_told_who_acts_next() -> None:
    assert "The registrar&#39;s office acts next" in page_of(person("new", Role.STUDENT))


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4, "Hello"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (18, "Good evening"),
        (23, "Hello"),
    ],
)
def test_the_greeting_knows_the_hour(hour: int, words: str) -> None:
    who = viewer_of(person("aigerim"))

    with translation.override("en"):
        assert greeting(who, hour) == f"{words}, aigerim"


def test_a_stranger_is_asked_to_sign_in(client: Any) -> None:
    assert client.get("/")["Location"].startswith("/account/login/")


def test_the_date_on_the_page_is_today(student: Person) -> None:
    assert "Monday, 23 November" in page_of(student)
    assert date(2026, 11, 23) == MONDAY


@pytest.mark.requirement("R1-07")
@pytest.mark.parametrize(("hours", "is_late"), [(1, False), (24 * 30, True)])
def test_the_registrar_is_alarmed_when_no_delivery_comes(hours: int, is_late: bool) -> None:
    registrar = person("registrar", Role.REGISTRAR)
    Batch.objects.create(
        door="page", state="applied", source="delivery.zip", finished_at=at(MONDAY, 9) - timedelta(hours=hours)
    )

    assert ("none for more than" in page_of(registrar)) is is_late


def test_the_registrar_is_alarmed_before_the_first_delivery() -> None:
    assert "no delivery was applied yet" in page_of(person("registrar", Role.REGISTRAR))
