"""The course page: one statement, few bytes, and what each reader sees on the body that all share."""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.learning.bodies import shelf
from polytech.learning.models import Completion, Course, Element, Section
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
A_HUNDRED_ELEMENTS_AT_MOST = 12_000


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    shelf.clear()


def _read(client: Client, course: Course) -> str:
    response = client.get(f"/courses/{course.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def _fill(course: Course, sections: int, elements: int) -> list[Element]:
    made = Section.objects.bulk_create(
        Section(course=course, position=place, week=place + 1, title=f"Апта тақырыбы {place}")
        for place in range(sections)
    )
    return Element.objects.bulk_create(
        Element(
            course=course, section=section, position=place, kind=("page", "video", "assignment", "test")[place % 4],
            title=f"Анықталған интеграл, {section.position}.{place}", duration_minutes=10 + place,
            size_bytes=52_000 + 1000 * place, due_at=clock.now() + timedelta(days=place) if place % 4 > 1 else None,
        )
        for section in made for place in range(elements)
    )  # fmt: skip


@pytest.mark.parametrize("elements", [1, 3])
def test_course_page_is_one_statement_whether_the_process_keeps_its_body_or_not(
    cast: Cast, elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _fill(cast.course, 1, elements)
    client = sign_in(cast.aigerim)

    with django_assert_num_queries(1):
        first = _read(client, cast.course)
    with django_assert_num_queries(1):
        assert _read(client, cast.course) == first


def test_course_page_of_a_hundred_elements_is_small(cast: Cast) -> None:
    _fill(cast.course, 15, 7)
    response = sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/")
    assert response.content.count(b'<a class="item"') == 106  # the elements and the participants
    assert len(gzip.compress(response.content)) <= A_HUNDRED_ELEMENTS_AT_MOST


@pytest.mark.requirement("R4-06", "R3-02")
def test_element_of_the_course_page_says_kind_duration_size_and_due_date(cast: Cast) -> None:
    factories.ElementFactory(
        section=cast.section, kind="assignment", title="Жеке тапсырма № 3", duration_minutes=12, size_bytes=9_800_000,
        due_at=clock.now().replace(hour=23, minute=55) + timedelta(days=2),
    )  # fmt: skip
    page = _read(sign_in(cast.aigerim, language="en"), cast.course)
    row = page[page.index("Жеке тапсырма № 3</span>") :]
    assert row.index("Assignment") < row.index("12 min".replace(" ", "\N{NO-BREAK SPACE}")) < row.index("9.8")
    assert "2 days" in row


def test_own_progress_lies_over_the_shared_body(cast: Cast) -> None:
    first, *_others = _fill(cast.course, 2, 2)
    Completion.objects.create(person=cast.aigerim, element=first, course=cast.course, completed_at=clock.now())

    hers = _read(sign_in(cast.aigerim, language="en"), cast.course)
    his = _read(sign_in(cast.classmate, language="en"), cast.course)

    assert (hers.count('class="is-done"'), his.count('class="is-done"')) == (1, 0)
    assert ("1 of 4 completed" in hers, "0 of 4 completed" in his) == (True, True)


def test_the_week_of_today_stands_out_and_is_open(cast: Cast, at: Callable[[datetime], None]) -> None:
    _fill(cast.course, 3, 1)
    starts_on = cast.period.starts_on
    client = sign_in(cast.aigerim)
    at(datetime(starts_on.year, starts_on.month, starts_on.day, 12) + timedelta(days=8))
    page = _read(client, cast.course)
    assert page.count('<details class="section now" open>') == 1
    assert page[: page.index('id="now"')].count('<details class="section') == 2
    assert 'href="#now"' in page


def test_hidden_things_are_for_teachers_and_offices(cast: Cast) -> None:
    hidden_section = factories.SectionFactory(course=cast.course, position=2, visible=False, title="Құпия бөлім")
    factories.ElementFactory(section=hidden_section, title="Құпия дәріс")
    factories.ElementFactory(section=cast.section, title="Дайын емес дәріс", visible=False)

    seen = {
        who: [title in _read(sign_in(getattr(cast, who)), cast.course)
              for title in ("Құпия бөлім", "Құпия дәріс", "Дайын емес дәріс")]
        for who in ("aigerim", "teacher", "methodologist")
    }  # fmt: skip

    assert seen == {"aigerim": [False] * 3, "teacher": [True] * 3, "methodologist": [True] * 3}


@pytest.mark.parametrize("order", [("teacher", "aigerim"), ("aigerim", "teacher")])
def test_what_a_teacher_sees_is_not_kept_for_a_student(cast: Cast, order: tuple[str, str]) -> None:
    factories.ElementFactory(section=cast.section, title="Дайын емес дәріс", visible=False)
    seen = {who: "Дайын емес" in _read(sign_in(getattr(cast, who)), cast.course) for who in order * 2}
    assert seen == {"teacher": True, "aigerim": False}


def test_change_of_an_element_is_there_at_once(cast: Cast) -> None:
    client = sign_in(cast.aigerim)
    assert cast.element.title in _read(client, cast.course)
    Element.objects.filter(pk=cast.element.pk).update(title="Жаңа атау")
    assert "Жаңа атау" in _read(client, cast.course)


def test_element_that_opens_later_is_locked_and_says_when(cast: Cast) -> None:
    factories.ElementFactory(section=cast.section, title="Аралық бақылау", opens_at=clock.now() + timedelta(days=3))
    page = _read(sign_in(cast.aigerim, language="en"), cast.course)
    assert page.count('class="is-locked"') == 1
    assert "opens " in page[page.index("Аралық бақылау") :]


def test_page_that_the_browser_has_is_not_sent_again_until_something_changes(cast: Cast) -> None:
    address, client = f"/courses/{cast.course.pk}/", sign_in(cast.aigerim)
    cast_element = cast.element
    tag = client.get(address)["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})
    Completion.objects.create(person=cast.aigerim, element=cast_element, course=cast.course, completed_at=clock.now())
    changed = client.get(address, headers={"If-None-Match": tag})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)


def test_reading_is_recorded_in_the_footprint(cast: Cast) -> None:
    _read(sign_in(cast.aigerim), cast.course)
    sign_in(cast.stranger).get(f"/courses/{cast.course.pk}/")
    assert list(
        Statement.objects.filter(verb="viewed").values_list("actor_id", "object_kind", "object_id", "course_id")
    ) == [(cast.aigerim.pk, "course", cast.course.pk, cast.course.pk)]


@pytest.mark.requirement("R4-04", "R4-18")
def test_share_of_live_classes_stands_with_its_least_number(cast: Cast) -> None:
    assert cast.slot.format == "synchronous"
    page = _read(sign_in(cast.aigerim, language="en"), cast.course)
    assert "live classes 10\N{NO-BREAK SPACE}% (at least 20\N{NO-BREAK SPACE}%)" in page
    assert "15 of 150" in page


@pytest.mark.requirement("R4-06")
def test_outcomes_of_the_discipline_and_teachers_stand_on_the_page(cast: Cast) -> None:
    factories.LearningOutcomeFactory(discipline=cast.discipline, code="ОН1")
    texts = {
        "kk": ("Туындыны есептейді", "Данияр Сейітқали"),
        "ru": ("Вычисляет производную", "Данияр Сейткали"),
        "en": ("Computes a derivative", "Daniyar Seitkali"),
    }
    for language, expected in texts.items():
        page = _read(sign_in(cast.aigerim, language=language), cast.course)
        assert [text in page for text in expected] == [True, True]


def test_course_without_a_timetable_or_a_discipline_says_nothing_of_them(cast: Cast) -> None:
    Course.objects.filter(pk=cast.course.pk).update(discipline=None)
    cast.offering.discipline.credits = None
    cast.offering.discipline.save()
    page = _read(sign_in(cast.aigerim, language="en"), cast.course)
    assert "live classes" not in page


def test_title_of_an_element_is_text_not_html(cast: Cast) -> None:
    factories.ElementFactory(section=cast.section, title="<script>alert(1)</script>")
    assert "<script>alert" not in _read(sign_in(cast.aigerim), cast.course)


@pytest.mark.requirement("R6-04")
def test_course_reads_without_javascript(cast: Cast) -> None:
    """Sections are native disclosure, the way on is links: nothing of the page waits for a script."""
    _fill(cast.course, 2, 2)
    page = _read(sign_in(cast.aigerim), cast.course)
    body = page[page.index("<main") :]
    assert (body.count("<details"), body.count("<script"), body.count(" onclick")) == (2, 0, 0)
