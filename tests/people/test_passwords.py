"""Passwords: what they may be, how they are changed, and those that the portal makes up."""

import re
from datetime import datetime, timedelta

import pytest
from allauth.account.forms import default_token_generator
from django.core import mail
from django.test import Client

from polytech.kernel import clock
from polytech.people.actions import reset_password
from polytech.people.models import Person, Role, Session
from tests.people.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R4-47")]


def change(client: Client, new: str, old: str = PASSWORD, again: str | None = None):
    data = {"oldpassword": old, "password1": new, "password2": again if again is not None else new}
    return client.post("/account/password/change/", data)


@pytest.fixture
def aigerim(make_person, with_password) -> Person:
    return make_person("aigerim", Role.STUDENT, password=with_password, family_latin="Nurlanova")


@pytest.mark.parametrize(
    "password",
    ["бұл менің ұзақ сөзім", "x" * 64 + " y", "only small letters", "     eight spaces and more     "],
)
def test_any_characters_and_any_length_are_welcome(aigerim, signed_in, password: str) -> None:
    answer = change(signed_in(aigerim), password)

    aigerim.refresh_from_db()
    assert answer.status_code == 302
    assert aigerim.check_password(password)


@pytest.mark.parametrize(
    "password",
    ["short", "1234567890", "password123", "polytech2026", "Satbayev-2026!", "nurlanova26"],
)
def test_short_common_and_local_passwords_are_refused(aigerim, signed_in, password: str) -> None:
    answer = change(signed_in(aigerim), password)

    aigerim.refresh_from_db()
    assert answer.status_code == 200
    assert aigerim.check_password(PASSWORD)


def test_present_password_is_asked_for(aigerim, signed_in) -> None:
    text = change(signed_in(aigerim), "a quite new sentence", old="wrong one").content.decode()

    assert "The password is not right." in text


@pytest.mark.requirement("R2-02")
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("kk", "Құпиясөз логиніңізге, атыңызға немесе поштаңызға тым ұқсас."),
        ("ru", "Пароль слишком похож на ваш логин, имя или почту."),
        ("en", "The password is too much like your username, name or email."),
    ],
)
def test_a_password_like_the_name_is_refused_in_the_readers_words(
    aigerim, signed_in, language: str, sentence: str
) -> None:
    client = signed_in(aigerim)
    client.cookies["language"] = language

    answer = change(client, "nurlanova26")

    assert sentence in answer.content.decode()


def test_change_ends_the_other_sessions_and_keeps_this_one(aigerim, signed_in) -> None:
    here, there = signed_in(aigerim), signed_in(aigerim)

    change(here, "a quite new sentence")

    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_made_up_password_opens_nothing_but_its_own_change(aigerim) -> None:
    made_up = reset_password(viewer=None, person=aigerim)
    client = Client(headers={"Accept-Language": "en"})
    client.post("/account/login/", {"login": "aigerim", "password": made_up})

    before = [client.get(path)["Location"] for path in ("/", "/account/", "/timetable/")]
    page = client.get("/account/password/change/").content.decode()
    change(client, "a quite new sentence", old=made_up)

    assert before == ["/account/password/change/"] * 3
    assert "made up by the portal" in page
    assert client.get("/account/").status_code == 200


def test_made_up_password_works_for_a_week_only(aigerim) -> None:
    made_up = reset_password(viewer=None, person=aigerim)
    until = Person.objects.get().initial_password_until
    Person.objects.update(initial_password_until=clock.now() - timedelta(seconds=1))

    answer = Client().post("/account/login/", {"login": "aigerim", "password": made_up})

    assert timedelta(days=6, hours=23) < until - clock.now() <= timedelta(days=7)
    assert answer.status_code == 200
    assert Session.objects.filter(person=aigerim).count() == 0


def test_made_up_passwords_are_long_and_differ(aigerim) -> None:
    passwords = {reset_password(viewer=None, person=aigerim) for _ in range(3)}

    assert len(passwords) == 3
    assert all(re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password) for password in passwords)


def test_forgotten_password_is_changed_by_a_link_that_works_once(aigerim, settings) -> None:
    settings.EMAIL_HOST = "mail.polytech.example"
    Person.objects.update(email="aigerim@polytech.kz")
    client = Client(headers={"Accept-Language": "en"})

    client.post("/account/password/reset/", {"email": "aigerim@polytech.kz"})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(link)["Location"]
    client.post(form, {"password1": "a quite new sentence", "password2": "a quite new sentence"})
    again = Client(headers={"Accept-Language": "en"}).get(link)

    aigerim.refresh_from_db()
    assert aigerim.check_password("a quite new sentence")
    assert "This link has been used or is too old." in again.content.decode()
    assert mail.outbox[0].subject == "A new password for Polytech Online"


def test_link_for_a_forgotten_password_works_for_a_day(aigerim, monkeypatch: pytest.MonkeyPatch) -> None:
    link = default_token_generator.make_token(aigerim)
    ages = [timedelta(hours=23), timedelta(hours=25)]

    valid = []
    for age in ages:
        monkeypatch.setattr(default_token_generator, "_now", lambda age=age: datetime.now() + age)
        valid.append(default_token_generator.check_token(aigerim, link))

    assert valid == [True, False]


def test_unknown_address_gets_the_same_answer_and_no_letter(settings) -> None:
    settings.EMAIL_HOST = "mail.polytech.example"

    answer = Client().post("/account/password/reset/", {"email": "nobody@polytech.kz"})

    assert (answer["Location"], mail.outbox) == ("/account/password/reset/sent/", [])


def test_without_mail_there_is_no_link_and_no_page(client: Client) -> None:
    assert client.get("/account/password/reset/").status_code == 404
    assert "/account/password/reset/" not in client.get("/account/login/").content.decode()


def test_password_of_the_directory_is_not_changed_here(make_person, signed_in) -> None:
    client = signed_in(make_person("aigerim", Role.STUDENT))

    assert "directory keeps your password" in client.get("/account/password/change/").content.decode()
