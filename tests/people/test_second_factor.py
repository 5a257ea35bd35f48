"""Second factors: an app and its codes; who must have one, on plain and on hot pages."""

import re
from datetime import timedelta

import pytest
from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from typer.testing import CliRunner

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.commands import person
from polytech.people.models import Role, Session, Throttle
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    import time

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    """Turn the app on, proving the password first. Returns the app's secret."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    return secret


def test_proving_again_who_one_is_gives_a_new_key_and_no_longer_session(make_person, with_password, signed_in) -> None:
    client = signed_in(make_person("aigerim", Role.STUDENT, password=with_password))
    before = Session.objects.get()
    end = clock.now() + timedelta(minutes=7)
    Session.objects.update(expire_date=end, idle_minutes=5)

    client.post("/account/reauthenticate/", {"password": PASSWORD})

    after = Session.objects.get()
    assert after.session_key != before.session_key
    assert (after.expire_date, after.idle_minutes, after.created_at) == (end, 5, before.created_at)


@pytest.fixture
def registrar(make_person, with_password):
    return make_person("registrar", Role.REGISTRAR, password=with_password)


def test_app_is_turned_on_with_a_picture_and_a_code_and_asked_for_at_the_next_sign_in(
    registrar, signed_in, client: Client
) -> None:
    secret = set_up(signed_in(registrar))

    first = client.post("/account/login/", {"login": "registrar", "password": PASSWORD})
    half_way = client.get("/account/")
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    # A code counts once: the one of setting up is not taken again.
    cache.clear()
    right = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})

    assert first["Location"] == "/account/2fa/authenticate/"
    assert half_way["Location"].startswith("/account/login/")
    assert wrong.status_code == 200
    assert right["Location"] == "/"
    verbs = list(
        Statement.objects.filter(object_kind__in=["session", "sign-in"])
        .order_by("at")
        .values_list("verb", "extra__method")
    )
    assert verbs == [("sign-in-failed", "totp"), ("signed-in", "password+totp")]


def test_codes_cannot_be_guessed_without_end(registrar, signed_in, client: Client) -> None:
    secret = set_up(signed_in(registrar))
    cache.clear()
    client.post("/account/login/", {"login": "registrar", "password": PASSWORD})
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "no code"})

    refused = client.post("/account/2fa/authenticate/", {"code": code_of(secret)}, headers={"Accept-Language": "en"})

    assert (refused.status_code, "Too many attempts." in refused.content.decode()) == (200, True)
    assert Session.objects.exclude(person=None).count() == 1
    cache.clear()
    assert client.post("/account/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"


def test_right_password_is_not_counted_while_its_code_is_still_to_come(registrar, signed_in, client: Client) -> None:
    set_up(signed_in(registrar))
    for _ in range(8):
        answer = client.post("/account/login/", {"login": "registrar", "password": PASSWORD})
        # Back to the first step; the session that has a row already is taken up again.
        client.get("/account/login/")

    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not Throttle.objects.filter(free_at__gt=clock.now()).exists()


def test_right_password_is_not_counted_though_another_tab_ends_the_session_meanwhile(
    registrar, signed_in, client: Client
) -> None:
    set_up(signed_in(registrar))
    client.post("/account/login/", {"login": "registrar", "password": PASSWORD})

    def another_tab(**_: object) -> None:
        Session.objects.all().delete()

    authentication_step_completed.connect(another_tab)
    try:
        answer = client.post("/account/login/", {"login": "registrar", "password": PASSWORD})
    finally:
        authentication_step_completed.disconnect(another_tab)

    assert answer.status_code == 400
    assert not Throttle.objects.filter(free_at__gt=clock.now()).exists()


def test_passkey_that_is_not_accepted_is_recorded(registrar, signed_in, client: Client) -> None:
    set_up(signed_in(registrar))
    client.post("/account/login/", {"login": "registrar", "password": PASSWORD})

    client.post("/account/2fa/authenticate/", {"credential": '{"id": "unknown"}'})
    Client().post("/account/2fa/webauthn/login/", {"credential": '{"id": "unknown"}'})

    failed = Statement.objects.filter(verb="sign-in-failed").order_by("at")
    assert list(failed.values_list("actor_id", "extra__method")) == [(registrar.pk, "passkey"), (None, "passkey")]


def test_recovery_code_lets_in_once(registrar, signed_in) -> None:
    client = signed_in(registrar)
    set_up(client)
    page = client.get("/account/2fa/recovery-codes/")
    code = re.findall(r"<li><code>([^<]+)</code>", page.content.decode())[0]

    outcomes = []
    for _ in range(2):
        stranger = Client()
        stranger.post("/account/login/", {"login": "registrar", "password": PASSWORD})
        outcomes.append(stranger.post("/account/2fa/authenticate/", {"code": code}).status_code)

    assert outcomes == [302, 200]
    assert "no-store" in page["Cache-Control"]


def test_secret_of_the_app_is_sealed_in_the_database(registrar, signed_in) -> None:
    secret = set_up(signed_in(registrar))

    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_app_and_recovery_codes_outlive_the_key_that_sealed_them(registrar, signed_in, settings) -> None:
    settings.PERSONAL_DATA_KEY = ["old"]
    browser = signed_in(registrar)
    secret = set_up(browser)
    code = re.findall(r"<li><code>([^<]+)</code>", browser.get("/account/2fa/recovery-codes/").content.decode())[0]
    settings.PERSONAL_DATA_KEY = ["new", "old"]

    CliRunner().invoke(person, ["reseal"])

    settings.PERSONAL_DATA_KEY = ["new"]
    cache.clear()
    answers = []
    for proof in (code_of(secret), code):
        client = Client()
        client.post("/account/login/", {"login": "registrar", "password": PASSWORD})
        answers.append(client.post("/account/2fa/authenticate/", {"code": proof}).get("Location"))
    assert answers == ["/", "/"]


@pytest.mark.requirement("R4-47")
@pytest.mark.parametrize("role", [role for role in Role.values if role != "student"])
def test_staff_without_a_second_factor_are_led_to_set_one_up_and_nowhere_else(
    make_person, signed_in, settings, role: str
) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in(make_person("staff", Role(role)))

    assert client.get("/people/")["Location"] == "/account/2fa/"
    assert client.get("/courses/")["Location"] == "/account/2fa/"
    assert client.get("/")["Location"] == "/account/2fa/"
    assert "Your role reaches other people" in client.get("/account/2fa/").content.decode()


def test_student_needs_no_second_factor(make_person, signed_in, settings) -> None:
    settings.SECOND_FACTOR = "required"

    assert signed_in(make_person("student", Role.STUDENT)).get("/account/").status_code == 200


def test_staff_with_a_second_factor_go_on(registrar, signed_in, settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in(registrar)
    set_up(client)

    assert client.get("/people/").status_code == 200


def test_staff_cannot_remove_their_last_second_factor(registrar, signed_in, settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in(registrar)
    set_up(client)

    client.post("/account/2fa/totp/deactivate/")

    assert Authenticator.objects.filter(type="totp").count() == 1


def test_changing_ways_to_sign_in_asks_for_the_password_again(registrar, signed_in) -> None:
    client = signed_in(registrar)

    answer = client.get("/account/2fa/totp/activate/")

    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F"


def test_proving_again_who_one_is_changes_the_session_key(registrar, signed_in) -> None:
    client = signed_in(registrar)
    before = client.session.session_key

    client.post("/account/reauthenticate/", {"password": PASSWORD})

    assert client.cookies["session"].value != before
    assert client.get("/account/").status_code == 200


def test_support_removes_lost_second_factors_but_not_those_of_the_powerful(
    registrar, make_person, signed_in, with_password
) -> None:
    student = make_person("student", Role.STUDENT, password=with_password)
    set_up(signed_in(student))
    set_up(signed_in(registrar))
    client = signed_in(make_person("support", Role.SUPPORT))
    reason = {"reason": "The phone was lost in the river"}

    client.post(f"/people/{student.pk}/second-factor/", reason)
    refused = client.post(f"/people/{registrar.pk}/second-factor/", reason)

    assert refused.status_code == 403
    assert Authenticator.objects.filter(user=student).count() == 0
    assert Authenticator.objects.filter(user=registrar, type="totp").count() == 1
    assert Statement.objects.get(extra__was="reset").extra["reason"] == "The phone was lost in the river"
