"""Support acts for somebody: timed, announced, recorded, and never against the powerful."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction

from polytech.academics.actions import make_calendar_link
from polytech.academics.models import CalendarLink
from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.kernel.feeding import apply_differences, create_stage, find_differences
from polytech.people import feed
from polytech.people.actions import start_acting
from polytech.people.models import Person, Role, RoleGrant, Session
from polytech.people.viewer import find_viewer
from tests.learning.test_two_at_once import at_once

pytestmark = pytest.mark.django_db

REASON = {"reason": "The student cannot find the assignment"}


@pytest.fixture
def student(make_person):
    return make_person("aigerim", Role.STUDENT, given_latin="Aigerim", family_latin="Nurlan")


@pytest.fixture
def support(make_person):
    return make_person("support", Role.SUPPORT)


def test_support_sees_what_the_person_sees_and_every_page_says_so(student, support, signed_in) -> None:
    client = signed_in(support)

    client.post(f"/people/{student.pk}/act/", REASON)
    home, timetable = (client.get(path).content.decode() for path in ("/", "/timetable/"))

    assert ["You act as" in page and "Aigerim" in page for page in (home, timetable)] == [True, True]
    assert client.get("/people/").status_code == 404


def test_start_reads_and_stop_are_recorded_with_both_names_and_the_reason(student, support, signed_in) -> None:
    client = signed_in(support)

    client.post(f"/people/{student.pk}/act/", REASON)
    client.get("/timetable/")
    client.post("/account/acting/stop/")

    recorded = Statement.objects.filter(actor_id=student.pk).order_by("at")
    assert list(recorded.values_list("verb", "acted_by_id")) == [
        ("started-acting", support.pk),
        ("viewed", support.pk),
        ("stopped-acting", support.pk),
    ]
    assert recorded[0].extra["reason"] == REASON["reason"]


def test_it_ends_by_itself(student, support, signed_in, at) -> None:
    at(datetime(2026, 11, 23, 10, 0))
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)

    until = Session.objects.get().acting_until
    Session.objects.update(acting_until=clock.now() - timedelta(seconds=1))

    assert until - clock.now() == timedelta(minutes=30)
    assert "You act as" not in client.get("/").content.decode()
    assert client.get("/people/").status_code == 200


def test_stopping_takes_a_button_so_that_no_other_site_can_do_it(student, support, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)

    page = client.get("/account/acting/stop/").content.decode()

    assert "Stop acting for Aigerim Nurlan?" in page
    assert Session.objects.get().acting_for == student


def test_without_a_reason_nothing_begins(student, support, signed_in) -> None:
    client = signed_in(support)

    client.post(f"/people/{student.pk}/act/", {"reason": "because"})

    assert Session.objects.get().acting_for is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REGISTRAR, Role.SUPPORT, Role.QUALITY])
def test_nobody_acts_for_the_powerful(make_person, support, signed_in, role: Role) -> None:
    powerful = make_person("powerful", role)

    assert signed_in(support).post(f"/people/{powerful.pk}/act/", REASON).status_code == 403


@pytest.mark.parametrize("role", [Role.TEACHER, Role.REGISTRAR, Role.DEAN])
def test_only_support_acts(make_person, student, signed_in, role: Role) -> None:
    answer = signed_in(make_person("other", role)).post(f"/people/{student.pk}/act/", REASON)

    assert answer.status_code in (403, 404)
    assert Session.objects.filter(acting_for=student).count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/account/", "/account/sessions/", "/account/2fa/", "/account/2fa/totp/activate/", "/account/password/change/",
        "/account/reauthenticate/", "/account/footprint/", "/identity/o/authorize",
    ],
)  # fmt: skip
def test_ways_to_sign_in_stay_the_persons_own(student, support, signed_in, path: str) -> None:
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)

    assert client.get(path).status_code == 403


def test_secret_link_of_the_calendar_stays_the_persons_own(student, support, signed_in) -> None:
    link = make_calendar_link(viewer=find_viewer(signed_in(student).session.session_key))
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)

    answers = [
        client.get("/timetable/subscribe/"),
        client.post("/timetable/subscribe/new/"),
        client.post("/timetable/subscribe/revoke/"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert list(CalendarLink.objects.values_list("pk", "revoked_at")) == [(link.pk, None)]


def test_acting_needs_ones_own_second_factor_where_it_is_required(student, support, signed_in, settings) -> None:
    client = signed_in(support)
    settings.SECOND_FACTOR = "required"

    assert client.post(f"/people/{student.pk}/act/", REASON)["Location"] == "/account/2fa/"
    assert Session.objects.get().acting_for is None


def test_person_who_is_ended_meanwhile_is_not_acted_for(student, support, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)
    student.ended_at = clock.now()
    student.save()

    assert client.get("/timetable/")["Location"].startswith("/account/login/")


def test_it_ends_at_midnight_when_roles_begin_and_end(student, support, signed_in, at) -> None:
    at(datetime(2026, 11, 23, 23, 50))
    client = signed_in(support)

    client.post(f"/people/{student.pk}/act/", REASON)

    assert Session.objects.get().acting_until - clock.now() == timedelta(minutes=10)


@pytest.fixture
def teacher(make_person, units) -> Person:
    return make_person("ayan", Role.TEACHER, org=units["department"], given_latin="Ayan")


@pytest.fixture
def root(make_person) -> Person:
    return make_person("root", Role.ADMINISTRATOR)


def stops() -> list[tuple[int | None, int | None]]:
    """In whose name acting has stopped, and who had acted."""
    return list(Statement.objects.filter(verb="stopped-acting").values_list("actor_id", "acted_by_id"))


def test_it_stops_when_the_person_is_given_power_over_others(teacher, support, root, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{teacher.pk}/act/", REASON)

    given = signed_in(root).post(f"/people/{teacher.pk}/role/", {"role": "administrator"})

    assert given.status_code == 302
    assert find_viewer(client.session.session_key).person_id == support.pk
    assert stops() == [(teacher.pk, support.pk)]


def test_it_goes_on_when_the_person_is_given_a_role_without_such_power(teacher, support, root, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{teacher.pk}/act/", REASON)

    signed_in(root).post(f"/people/{teacher.pk}/role/", {"role": "dean"})

    assert find_viewer(client.session.session_key).person_id == teacher.pk
    assert stops() == []


def test_it_stops_when_support_loses_the_role(teacher, support, root, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{teacher.pk}/act/", REASON)

    signed_in(root).post(f"/people/{support.pk}/role/{support.grants.get().pk}/end/")

    assert find_viewer(client.session.session_key).person_id == support.pk
    assert Session.objects.get(person=support).acting_reason == ""
    assert stops() == [(teacher.pk, support.pk)]


def test_end_of_the_session_is_recorded_as_the_end_of_acting(teacher, support, root, signed_in) -> None:
    signed_in(support).post(f"/people/{teacher.pk}/act/", REASON)

    signed_in(root).post(f"/people/{support.pk}/role/", {"role": "teacher"})

    assert Session.objects.filter(person=support).count() == 0
    assert stops() == [(teacher.pk, support.pk)]


def feed_roles(*rows: tuple[str, str, str]) -> None:
    """The feed delivers all roles it knows: (its identifier, the person's, the role)."""
    with transaction.atomic(), connection.cursor() as cursor:
        create_stage(cursor, feed.GRANTS)
        for line, (sourced_id, person, role) in enumerate(rows):
            cursor.execute(
                f"INSERT INTO {feed.GRANTS.stage} (line, sourced_id, op, role, person) VALUES (%s, %s, 'a', %s, %s)",
                [line, sourced_id, role, person],
            )
        find_differences(cursor, feed.GRANTS, complete=True)
        apply_differences(cursor, feed.GRANTS)
        feed.end_sessions_of_new_staff(cursor)


@pytest.mark.parametrize(
    ("delivered", "stopped"),
    [
        ([("g1", "p1", "support"), ("g2", "p2", "teacher"), ("g3", "p2", "administrator")], True),
        ([("g2", "p2", "teacher")], True),
        ([("g1", "p1", "teacher"), ("g2", "p2", "teacher")], True),
        ([("g1", "p1", "support"), ("g2", "p2", "teacher"), ("g3", "p2", "dean")], False),
    ],
)
def test_it_stops_when_the_feed_moves_the_power(make_person, signed_in, delivered, stopped: bool) -> None:
    support, teacher = make_person("ruslan", sourced_id="p1"), make_person("ayan", sourced_id="p2")
    RoleGrant.objects.create(person=support, role=Role.SUPPORT, sourced_id="g1")
    RoleGrant.objects.create(person=teacher, role=Role.TEACHER, sourced_id="g2")
    client = signed_in(support)
    client.post(f"/people/{teacher.pk}/act/", REASON)

    feed_roles(*delivered)

    assert Session.objects.filter(acting_for=teacher).exists() is not stopped
    assert stops() == ([(teacher.pk, support.pk)] if stopped else [])


def test_it_stops_on_the_record_when_the_feed_ends_the_person(make_person, support, signed_in) -> None:
    left = make_person("left", Role.TEACHER, sourced_id="p2")
    signed_in(support).post(f"/people/{left.pk}/act/", REASON)

    with transaction.atomic(), connection.cursor() as cursor:
        create_stage(cursor, feed.PERSONS)
        find_differences(cursor, feed.PERSONS, complete=True)
        apply_differences(cursor, feed.PERSONS)
        feed.end_sessions_of_inactive(cursor)

    assert list(Session.objects.values_list("person_id", "acting_for_id", "acting_reason")) == [(support.pk, None, "")]
    assert stops() == [(left.pk, support.pk)]


@pytest.mark.django_db(transaction=True)
def test_it_does_not_begin_while_the_person_is_being_given_power(teacher, support, root, signed_in) -> None:
    client = signed_in(support)
    key = client.session.session_key
    viewer = find_viewer(key)

    def begin() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            start_acting(viewer=viewer, person=teacher, reason=REASON["reason"], session_key=key)

    with transaction.atomic():
        signed_in(root).post(f"/people/{teacher.pk}/role/", {"role": "administrator"})
        at_once(begin)

    assert Session.objects.filter(acting_for=teacher).count() == 0
