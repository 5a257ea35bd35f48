from datetime import datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.test import Client

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.models import Person, Session, Throttle
from polytech.people.throttle import take
from tests.conftest import SetClock

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def aigerim() -> Person:
    return Person.objects.create(
        username="aigerim", email="aigerim@polytech.kz", given_kk="Айгерім", password=make_password(PASSWORD)
    )


def sign_in(client: Client, name: str = "aigerim", password: str = PASSWORD, **more: str):
    return client.post("/account/login/", {"login": name, "password": password, **more})


def test_right_password_leads_to_the_page_that_was_asked_for(client: Client, aigerim: Person) -> None:
    answer = sign_in(client, next="/timetable/")

    assert (answer.status_code, answer["Location"]) == (302, "/timetable/")
    assert Session.objects.get().person == aigerim


def test_sign_in_never_leads_to_another_site(client: Client, aigerim: Person) -> None:
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize("name", ["aigerim", "aigerim@polytech.kz"])
def test_sign_in_takes_two_statements(client: Client, aigerim: Person, django_assert_num_queries, name: str) -> None:
    # Counting, with the person; the session with the footprint and the count taken back.
    with django_assert_num_queries(2):
        assert sign_in(client, name)["Location"] == "/"


def test_both_counters_refuse_and_the_longer_wait_is_told(at: SetClock) -> None:
    at(datetime(2026, 11, 23, 10))
    of_a_person = [take("a", "192.0.2.1").wait for _ in range(7)]
    of_others = [take(f"other {number}", "192.0.2.1").wait for number in range(114)]
    both = [take(name, "192.0.2.1").wait for name in ("b", "a")]

    assert of_a_person == [0] * 6 + [50]
    assert of_others == [0] * 113 + [2]
    assert both == [2, 50]


@pytest.mark.parametrize("name", ["AIGERIM", " aigerim ", "aigerim@polytech.kz"])
def test_name_may_be_in_capitals_or_an_email_address(client: Client, aigerim: Person, name: str) -> None:
    assert sign_in(client, name)["Location"] == "/"


def test_wrong_password_and_unknown_name_get_the_same_words(client: Client, aigerim: Person) -> None:
    answers = [
        client.post(
            "/account/login/", {"login": name, "password": "something else"}, headers={"Accept-Language": "en"}
        ).content.decode()
        for name in ("aigerim", "nobody", "aigerim@polytech.kz", "nobody@polytech.kz")
    ]

    assert ["The name or the password is not right." in text for text in answers] == [True] * 4
    assert ["needs your attention" in text for text in answers] == [False] * 4
    assert Session.objects.filter(person=aigerim).count() == 0


def test_sign_in_and_its_failure_stand_in_the_footprint_with_the_method(client: Client, aigerim: Person) -> None:
    sign_in(client, password="something else entirely")
    sign_in(client)

    statements = [(s.verb, s.actor_id, s.extra["method"]) for s in Statement.objects.order_by("at")]
    assert statements == [
        ("sign-in-failed", aigerim.pk, "password"),
        ("signed-in", aigerim.pk, "password"),
    ]


@pytest.mark.parametrize("name", ["aigerim@polytech.kz", "Aigerim@Polytech.kz", " AIGERIM "])
def test_failure_belongs_to_the_person_by_whatever_name(client: Client, aigerim: Person, name: str) -> None:
    sign_in(client, name, password="something else entirely")

    assert list(Statement.objects.values_list("verb", "actor_id")) == [("sign-in-failed", aigerim.pk)]


@pytest.mark.parametrize(("others", "name"), [([], "nobody@polytech.kz"), (["b", "c"], "shared@polytech.kz")])
def test_failure_by_an_address_of_nobody_or_of_several_belongs_to_no_person(client: Client, others, name: str) -> None:
    for username in others:
        Person.objects.create(username=username, email=name)

    sign_in(client, name, password="something else entirely")

    assert list(Statement.objects.values_list("verb", "actor_id")) == [("sign-in-failed", None)]


def test_session_key_changes_when_somebody_signs_in(client: Client, aigerim: Person) -> None:
    client.get("/account/login/")
    client.session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ended_at": clock.now()}, "have ended"),
        ({"is_active": False}, "is blocked"),
    ],
)
def test_ended_and_blocked_persons_are_told_so_and_whom_to_ask(
    client: Client, aigerim: Person, settings, change: dict[str, object], words: str
) -> None:
    settings.CONTACT = "registrar@polytech.kz"
    Person.objects.filter(pk=aigerim.pk).update(**change)

    answer = client.post(
        "/account/login/", {"login": "aigerim", "password": PASSWORD}, headers={"Accept-Language": "en"}
    )

    text = answer.content.decode()
    assert answer.status_code == 403
    assert words in text
    assert "registrar@polytech.kz" in text
    assert Statement.objects.get().verb == "refused"


def test_seventh_attempt_at_once_is_told_when_to_try_again(
    client: Client, aigerim: Person, at: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    at(datetime(2026, 11, 23, 10))
    for _ in range(6):
        sign_in(client, password="something else entirely")

    answer = client.post(
        "/account/login/", {"login": "aigerim", "password": PASSWORD}, headers={"Accept-Language": "en"}
    )

    assert "Too many attempts. Try again in 50 seconds." in answer.content.decode()
    [line] = [record.getMessage() for record in caplog.records if record.name == "polytech.people.throttle"]
    assert line.startswith("Too many attempts to sign in from 127.0.0.1: sign-in person:")
    assert "aigerim" not in line
    Throttle.objects.update(free_at=clock.now() - timedelta(seconds=1))
    assert sign_in(client)["Location"] == "/"


@pytest.mark.parametrize(
    "names",
    [
        ["aigerim", "aigerim@polytech.kz", "AIGERIM@POLYTECH.KZ", "Aigerim", " aigerim@polytech.kz", "aigerim"],
        ["aigerim@polytech.kz"] * 6,
    ],
)
@pytest.mark.parametrize("last", ["aigerim", "aigerim@polytech.kz"])
def test_username_and_email_address_are_counted_together(
    client: Client, aigerim: Person, at: SetClock, names, last: str
) -> None:
    at(datetime(2026, 11, 23, 10))
    for name in names:
        sign_in(client, name, password="something else entirely")

    answer = client.post("/account/login/", {"login": last, "password": PASSWORD}, headers={"Accept-Language": "en"})

    assert "Too many attempts. Try again in 50 seconds." in answer.content.decode()


def test_address_that_two_people_share_is_counted_for_both(aigerim: Person) -> None:
    Person.objects.create(username="other", email=aigerim.email)
    for _ in range(6):
        take(aigerim.email, "192.0.2.1")

    refused = [take(name, "192.0.2.1").wait > 0 for name in ("aigerim", "other", "somebody")]

    assert refused == [True, True, False]


def test_address_of_nobody_is_counted_like_any_other_name() -> None:
    refused = [take("nobody@polytech.kz", "192.0.2.1").wait > 0 for _ in range(7)]

    assert refused == [False] * 6 + [True]


@pytest.mark.parametrize("name", ["aigerim", "aigerim@polytech.kz"])
def test_right_passwords_are_never_counted(client: Client, aigerim: Person, name: str) -> None:
    for _ in range(8):
        assert sign_in(Client(), name)["Location"] == "/"


def test_right_password_of_somebody_who_has_left_is_not_counted_either(client: Client, aigerim: Person) -> None:
    Person.objects.filter(pk=aigerim.pk).update(ended_at=clock.now())

    assert [sign_in(client).status_code for _ in range(8)] == [403] * 8


def test_no_browser_keeps_the_sign_in_page_nor_the_name_typed_into_it(client: Client, aigerim: Person) -> None:
    answers = [client.get("/account/login/"), sign_in(client, password="something else entirely")]

    assert ["no-store" in answer["Cache-Control"] for answer in answers] == [True, True]


def test_sign_up_is_closed_with_whom_to_ask(client: Client, settings) -> None:
    settings.CONTACT = "registrar@polytech.kz"

    answer = client.get("/account/signup/")

    assert (answer.status_code, "registrar@polytech.kz" in answer.content.decode()) == (403, True)


def test_light_page_asks_the_database_nothing_and_is_small(client: Client, django_assert_num_queries) -> None:
    import gzip

    with django_assert_num_queries(0):
        answer = client.get("/account/login/")

    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) <= 5_000


def test_signing_out_ends_the_session_and_is_recorded(client: Client, aigerim: Person) -> None:
    client.force_login(aigerim)

    answer = client.post("/account/logout/")

    assert answer["Location"] == "/account/login/"
    assert Session.objects.filter(person=aigerim).count() == 0
    assert [s.verb for s in Statement.objects.all()] == ["signed-out"]


def test_signing_out_clears_what_the_browser_has_kept(client: Client, aigerim: Person, settings) -> None:
    settings.HTTPS = True
    client.force_login(aigerim)

    before, answer = client.get("/account/"), client.post("/account/logout/")

    assert (before.has_header("Clear-Site-Data"), answer["Clear-Site-Data"]) == (False, '"cache"')


def two_of_the_demo() -> list[tuple[str, str, str]]:
    return [("student", "demo.student", "a made-up word"), ("teacher", "demo.teacher", "a made-up word")]


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_sign_ins_of_the_demo_stand_on_the_page_only_in_a_demo(client: Client, settings, demo: bool, shown) -> None:
    settings.DEMO = demo
    settings.DEMO_SIGN_INS = "tests.people.test_sign_in.two_of_the_demo"

    text = client.get("/account/login/", headers={"Accept-Language": "ru"}).content.decode()

    assert ("demo.teacher" in text, "Преподаватель" in text) == (shown, shown)


def test_whoever_was_sending_while_the_session_ended_comes_back_to_where_it_stood(client: Client) -> None:
    page = "http://testserver/announcements/write/"

    answer = client.post("/announcements/write/", {"title_en": "x"}, headers={"Referer": page})
    sent_elsewhere = client.post(
        "/courses/1/2/complete/", headers={"Referer": "http://testserver/courses/1/2/", "Accept-Language": "en"}
    )
    told = client.get(sent_elsewhere["Location"], headers={"Accept-Language": "en"}).content.decode()

    assert answer["Location"] == "/account/login/?next=/announcements/write/"
    assert sent_elsewhere["Location"] == "/account/login/?next=/courses/1/2/"
    assert "nothing was saved" in told


def test_coming_to_sign_in_again_forgets_a_second_step_that_was_left_open(client: Client, aigerim: Person) -> None:
    TOTP.activate(aigerim, "A" * 32)
    assert sign_in(client)["Location"] == "/account/2fa/authenticate/"

    client.get("/account/login/")

    assert client.get("/account/2fa/authenticate/")["Location"] == "/account/login/"
