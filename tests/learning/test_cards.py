"""Cards of courses and what is due, as other rooms compose them: the same as the plain ORM answers on the same rows."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from polytech.kernel import clock
from polytech.learning.api import COURSE_CARDS_SQL, DUE_SQL
from polytech.learning.models import Completion, Course, Element
from polytech.people.models import Person
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _ask(fragment: str, name: str, person: Person, **parameters: object) -> list[dict[str, Any]]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH viewer AS (SELECT %(person_id)s::bigint AS person_id),\n"
            f"{fragment} SELECT row_to_json({name})::text FROM {name}",
            {"person_id": person.pk, "now": now, "today": now.date(), **parameters},
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def _cards(person: Person) -> dict[int, tuple[Any, ...]]:
    return {
        card["course_id"]: (card["title"], card["as_teacher"], card["done"], card["total"], card["next_id"])
        for card in _ask(COURSE_CARDS_SQL, "course_cards", person)
    }


def _by_orm(student: Person, course: Course) -> tuple[Any, ...]:
    elements = Element.objects.filter(course=course, visible=True, section__visible=True).exclude(kind="label")
    in_order = list(elements.order_by("section__position", "position").values_list("pk", flat=True))
    done = set(Completion.objects.filter(person=student, element__in=in_order).values_list("element", flat=True))
    following = next((pk for pk in in_order if pk not in done), None)
    return course.title, False, len(done), len(in_order), following


@pytest.fixture
def three_courses(cast: Cast) -> list[Course]:
    courses = [cast.course]
    for n in range(2):
        offering = factories.OfferingFactory(period=cast.period)
        factories.EnrolmentFactory(person=cast.aigerim, offering=offering)
        courses.append(factories.CourseOfferingFactory(offering=offering, course__title=f"Курс {n}").course)
    for course in courses:
        shown, hidden = (factories.SectionFactory(course=course, visible=visible) for visible in (True, False))
        factories.ElementFactory.create_batch(4, section=shown)
        factories.ElementFactory(section=shown, kind="label")
        factories.ElementFactory(section=shown, visible=False)
        factories.ElementFactory(section=hidden)
    return courses


def test_cards_say_what_the_orm_says_before_and_after_completions(cast: Cast, three_courses: list[Course]) -> None:
    def expected() -> dict[int, tuple[Any, ...]]:
        return {course.pk: _by_orm(cast.aigerim, course) for course in three_courses}

    assert _cards(cast.aigerim) == expected()
    for place, course in enumerate(three_courses):
        for element in list(course.elements.order_by("position", "pk"))[: place + 1]:
            factories.CompletionFactory(person=cast.aigerim, element=element)
    assert _cards(cast.aigerim) == expected()
    factories.CompletionFactory(person=cast.aigerim, element=three_courses[2].elements.get(section__visible=False))
    assert _cards(cast.aigerim) == expected()


def test_cards_follow_changes_of_the_course_after_the_summary_was_written(
    cast: Cast, three_courses: list[Course]
) -> None:
    first, second, *_others = three_courses[0].elements.filter(section__visible=True, visible=True).order_by("position")
    factories.CompletionFactory(person=cast.aigerim, element=first)
    second.delete()
    first.visible = False
    first.save()
    factories.ElementFactory(section=first.section, position=0)
    assert _cards(cast.aigerim)[three_courses[0].pk] == _by_orm(cast.aigerim, three_courses[0])


def test_course_that_is_finished_has_nothing_next(cast: Cast) -> None:
    factories.CompletionFactory(person=cast.aigerim, element=cast.element)
    assert _cards(cast.aigerim) == {cast.course.pk: (cast.course.title, False, 1, 1, None)}


def test_teacher_has_a_card_without_progress_even_of_a_draft(cast: Cast) -> None:
    Course.objects.filter(pk=cast.course.pk).update(published=False)
    assert _cards(cast.teacher) == {cast.course.pk: (cast.course.title, True, None, 0, None)}
    assert _cards(cast.aigerim) == {}


def test_ended_enrolment_and_past_period_give_no_card(cast: Cast) -> None:
    assert cast.course.pk in _cards(cast.aigerim)
    cast.enrolment.ended_at = clock.now()
    cast.enrolment.save()
    assert _cards(cast.aigerim) == {}
    cast.period.starts_on, cast.period.ends_on = (clock.today() - timedelta(days=days) for days in (90, 1))
    cast.period.save()
    assert _cards(cast.classmate) == {}


def test_card_names_the_teacher_and_the_credits(cast: Cast) -> None:
    assert cast.course.pk
    [card] = _ask(COURSE_CARDS_SQL, "course_cards", cast.aigerim)
    assert (card["teacher"]["kk"], card["credits"]) == ("Данияр Сейітқали", 5)


def test_due_is_what_is_not_completed_and_ends_soon(cast: Cast) -> None:
    now = clock.now()
    made = {
        days: factories.ElementFactory(section=cast.section, kind="assignment", due_at=now + timedelta(days=days))
        for days in (-8, -2, 1, 5, 20)
    }
    factories.ElementFactory(section=cast.section, due_at=now + timedelta(days=1), visible=False)
    factories.CompletionFactory(person=cast.aigerim, element=made[5])

    rows = {
        who.username: {row["element_id"] for row in _ask(DUE_SQL, "due", who, due_until=now + timedelta(days=14))}
        for who in (cast.aigerim, cast.classmate, cast.teacher, cast.stranger)
    }

    assert rows == {
        "aigerim": {made[-2].pk, made[1].pk},
        "artyom": {made[-2].pk, made[1].pk, made[5].pk},
        "daniyar": set(),
        "timur": set(),
    }


@pytest.mark.requirement("R4-16")
def test_list_of_courses_shows_cards_and_leads_to_them(cast: Cast, three_courses: list[Course]) -> None:
    page = sign_in(cast.aigerim, language="en").get("/courses/").content.decode()
    assert [page.count(f'href="/courses/{course.pk}/"') for course in three_courses] == [1, 1, 1]
    assert page.count("0 of 4 completed") == 3


def test_list_of_courses_says_which_groups_have_none(cast: Cast) -> None:
    offering = cast.offering
    page = sign_in(cast.teacher, language="en").get("/courses/").content.decode()
    assert f'href="/courses/new/?offering={offering.pk}"' in page


def test_office_searches_by_title_and_pages(cast: Cast) -> None:
    for n in range(60):
        factories.CourseFactory(title=f"100% курс {n:02}")
    client = sign_in(cast.methodologist)
    first = client.get("/courses/?q=100%25").content.decode()
    after = first[first.index("after=") + 6 :].split("&")[0]
    second = client.get(f"/courses/?q=100%25&after={after}").content.decode()
    assert (first.count("100% курс"), second.count("100% курс")) == (50, 10)
    assert "100% курс" not in client.get("/courses/?q=_00").content.decode()


def test_a_class_that_the_feed_has_ended_gives_no_card_no_work_and_no_access(cast: Cast) -> None:
    section = factories.SectionFactory(course=cast.course)
    factories.ElementFactory(section=section, due_at=clock.now() + timedelta(days=1))
    client, address = sign_in(cast.aigerim), f"/courses/{cast.course.pk}/"
    assert client.get(address).status_code == 200

    cast.offering.ended_at = clock.now()
    cast.offering.save()

    assert _cards(cast.aigerim) == {}
    assert _ask(DUE_SQL, "due", cast.aigerim, due_until=clock.now() + timedelta(days=7)) == []
    assert client.get(address).status_code == 404


def test_list_of_courses_names_the_disciplines_that_wait_for_materials(cast: Cast) -> None:
    link = factories.CourseOfferingFactory(offering=cast.offering, course__published=False)
    bare = factories.EnrolmentFactory(
        person=cast.aigerim, offering__period=cast.period,
        offering__discipline__title=factories.words("Физика", "Физика", "Physics"),
    )  # fmt: skip
    client = sign_in(cast.aigerim, language="en")

    def awaited() -> tuple[bool, ...]:
        page = client.get("/courses/").content.decode()
        return tuple(words in page for words in ("No materials yet", "MAT1101-1", "Physics"))

    assert (bare.role, awaited()) == ("student", (True, True, True))
    Course.objects.filter(pk=link.course_id).update(published=True, title="Шектер")
    assert awaited() == (True, False, True)
    assert "No materials yet" not in sign_in(cast.stranger, language="en").get("/courses/").content.decode()
