"""Announcements: who reads them, who writes them, and that nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from polytech.academics.api import Programme, StudentProgramme
from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.kernel.actions import Refused
from polytech.messaging.access import READ, WRITE
from polytech.messaging.actions import (
    change_announcement,
    publish_announcement,
    restore_announcement,
    withdraw_announcement,
)
from polytech.messaging.models import Announcement
from polytech.messaging.queries import ANNOUNCEMENTS_SQL, announcements_to
from polytech.people.api import OrgUnit, Person, Role, RoleGrant, Viewer, find_viewer
from tests.academics.university import person, signed_in

pytestmark = pytest.mark.django_db
WORDS: Any = {"title": {"kk": "Хабар", "en": "News"}, "body": {"kk": "Мәтін", "en": "Text"}}


class University:
    """A university with two faculties, a department in the first, and people of each."""

    def __init__(self) -> None:
        self.top = OrgUnit.objects.create(kind="university", title={"en": "University"})
        self.first = OrgUnit.objects.create(kind="faculty", title={"en": "First"}, parent=self.top)
        self.second = OrgUnit.objects.create(kind="faculty", title={"en": "Second"}, parent=self.top)
        self.department = OrgUnit.objects.create(kind="department", title={"en": "Department"}, parent=self.first)
        self.student = person("aigerim", Role.STUDENT)
        programme = Programme.objects.create(code="6B06101", title={"en": "Informatics"}, org=self.department)
        StudentProgramme.objects.create(person=self.student, programme=programme, study_form="full-time")
        self.other_student = person("dias", Role.STUDENT)
        self.dean = person("dean")
        RoleGrant.objects.create(person=self.dean, role=Role.DEAN, org=self.first)
        self.registrar = person("registrar", Role.REGISTRAR)

    @property
    def everybody(self) -> list[Person]:
        return [self.student, self.other_student, self.dean, self.registrar]


@pytest.fixture
def university() -> University:
    return University()


def viewer_of(someone: Person) -> Viewer:
    """The viewer that a page of this person has."""
    viewer = find_viewer(signed_in(someone).session.session_key)
    assert viewer is not None
    return viewer


def announce(**fields: Any) -> Announcement:
    return Announcement.objects.create(
        **{**WORDS, "published_at": clock.now() - timedelta(hours=1), **fields},
    )


def newest_by_page(someone: Person) -> list[int]:
    """What the fragment of the home page gives."""
    viewer = viewer_of(someone)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH viewer AS (SELECT %(person)s::bigint AS person_id, %(grants)s::json AS grants) "
            f"SELECT ({ANNOUNCEMENTS_SQL})",
            {
                "person": someone.pk,
                "grants": str([list(grant) for grant in viewer.grants]).replace("'", '"').replace("None", "null"),
                "now": clock.now(),
                "language": "en",
            },
        )
        return [row["id"] for row in cursor.fetchone()[0]]


def test_the_object_check_the_rows_and_the_home_page_agree(university: University) -> None:
    now = clock.now()
    for org in (None, university.top, university.first, university.second, university.department):
        for role in ("", "student", "dean"):
            announce(audience_org=org, audience_role=role)
    announce(published_at=now + timedelta(hours=1))
    announce(expires_at=now - timedelta(minutes=1))
    announce(withdrawn_at=now)

    for someone in university.everybody:
        viewer = viewer_of(someone)
        for rule in (READ, WRITE):
            allowed = {row.pk for row in Announcement.objects.all() if rule.allows(viewer, row)}
            assert allowed == set(rule.visible(viewer).values_list("pk", flat=True)), (someone, rule.name)
        assert newest_by_page(someone) == list(announcements_to(viewer).values_list("pk", flat=True)[:3])


def test_an_announcement_of_a_faculty_reaches_the_students_of_its_departments_only(university: University) -> None:
    found = announce(audience_org=university.first)

    assert newest_by_page(university.student) == [found.pk]
    assert newest_by_page(university.other_student) == []


def test_a_dean_writes_for_the_own_faculty_and_below_only(university: University) -> None:
    dean = viewer_of(university.dean)

    for unit in (university.first, university.department):
        publish_announcement(viewer=dean, words=WORDS, audience_org_id=unit.pk)
    for elsewhere in (None, university.top.pk, university.second.pk):
        with pytest.raises(PermissionDenied):
            publish_announcement(viewer=dean, words=WORDS, audience_org_id=elsewhere)

    assert Announcement.objects.count() == 2


def test_a_dean_cannot_move_an_announcement_out_of_the_faculty(university: University) -> None:
    dean = viewer_of(university.dean)
    own = publish_announcement(viewer=dean, words=WORDS, audience_org_id=university.first.pk)

    with pytest.raises(PermissionDenied):
        change_announcement(viewer=dean, announcement_id=own.pk, words=WORDS, audience_org_id=university.second.pk)

    own.refresh_from_db()
    assert own.audience_org_id == university.first.pk


def test_a_student_cannot_withdraw(university: University) -> None:
    found = announce()

    with pytest.raises(PermissionDenied):
        withdraw_announcement(viewer=viewer_of(university.student), announcement_id=found.pk)


def test_withdrawing_is_undone(university: University) -> None:
    registrar = viewer_of(university.registrar)
    found = publish_announcement(viewer=registrar, words=WORDS)

    withdraw_announcement(viewer=registrar, announcement_id=found.pk)
    assert newest_by_page(university.student) == []
    restore_announcement(viewer=registrar, announcement_id=found.pk)

    assert newest_by_page(university.student) == [found.pk]
    assert list(Statement.objects.order_by("id").values_list("verb", "object_id")) == [
        ("created", found.pk), ("ended", found.pk), ("changed", found.pk),
    ]  # fmt: skip


def test_words_in_no_language_are_refused(university: University) -> None:
    with pytest.raises(Refused) as refusal:
        publish_announcement(
            viewer=viewer_of(university.registrar), words={"title": {"kk": "Хабар"}, "body": {"ru": "Текст"}}
        )

    assert refusal.value.code == "words"


def test_a_period_that_ends_before_it_begins_is_refused(university: University) -> None:
    now = clock.now()

    with pytest.raises(Refused) as refusal:
        publish_announcement(
            viewer=viewer_of(university.registrar), words=WORDS, published_at=now, expires_at=now - timedelta(days=1)
        )

    assert refusal.value.code == "period"


def test_the_written_form_appears_on_the_page(university: University) -> None:
    client = signed_in(university.registrar)

    response = client.post(
        "/announcements/write/",
        {"title_kk": "Кесте өзгерді", "body_kk": "Бірінші жол\n\nЕкінші жол", "title_en": "New", "body_en": "One <b>"},
    )

    found = Announcement.objects.get()
    assert response["Location"] == f"/announcements/{found.pk}/"
    assert (found.title, found.audience_role, found.audience_org) == (
        {"kk": "Кесте өзгерді", "en": "New"}, "", None,
    )  # fmt: skip
    page = client.get(response["Location"]).content.decode()
    assert "One &lt;b&gt;" in page
    assert "Missing: Russian." in page


def test_a_half_written_language_is_pointed_at_and_the_words_stay(university: University) -> None:
    response = signed_in(university.registrar).post("/announcements/write/", {"title_ru": "Только заголовок"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "There is a title in this language: write the text too." in page
    assert 'value="Только заголовок"' in page
    assert Announcement.objects.count() == 0


def test_strangers_get_404_readers_403(university: University) -> None:
    elsewhere = announce(audience_org=university.second)
    to_all = announce()
    dean, student = signed_in(university.dean), signed_in(university.student)

    assert student.get(f"/announcements/{elsewhere.pk}/").status_code == 404
    assert student.get(f"/announcements/{to_all.pk}/").status_code == 200
    assert student.get("/announcements/write/").status_code == 403
    assert dean.get(f"/announcements/{to_all.pk}/change/").status_code == 403
    assert dean.get(f"/announcements/{elsewhere.pk}/change/").status_code == 404


def test_another_language_is_shown_with_a_note(university: University) -> None:
    found = announce()

    page = signed_in(university.student, "ru").get(f"/announcements/{found.pk}/").content.decode()

    assert '<h1 lang="kk">Хабар</h1>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    university: University, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        announce(audience_org=university.first)
    client = signed_in(university.student)

    with django_assert_num_queries(4):
        page = client.get("/announcements/").content.decode()

    assert page.count('class="item"') == count


def test_older_pages_go_on_where_the_first_one_ended(university: University) -> None:
    moment = timezone.now() - timedelta(days=1)
    made = [announce(published_at=moment).pk for _ in range(25)]
    client = signed_in(university.student)

    first, second = client.get("/announcements/"), client.get(f"/announcements/?before={made[5]}")

    assert [first.content.decode().count('class="item"'), second.content.decode().count('class="item"')] == [20, 5]
