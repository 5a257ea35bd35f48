"""Support acts for somebody: timed, announced, recorded, and never against the powerful."""

from datetime import timedelta

import pytest

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.models import Role, Session

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


def test_it_ends_by_itself(student, support, signed_in) -> None:
    client = signed_in(support)
    client.post(f"/people/{student.pk}/act/", REASON)

    until = Session.objects.get().acting_until
    Session.objects.update(acting_until=clock.now() - timedelta(seconds=1))

    assert timedelta(minutes=29) < until - clock.now() <= timedelta(minutes=30)
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
