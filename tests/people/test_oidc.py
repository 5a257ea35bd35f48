"""Sign-in through the university's OIDC provider: a real one (npm `oidc-provider`), started here."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client

from polytech.config.settings_sign_in import oidc_provider
from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people import iin
from polytech.people.models import Person, Session
from tests.people.outside import answers, free_port, program, running

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-08")]

HERE = Path(__file__).resolve().parent
CALLBACK = "http://testserver/account/oidc/university/login/callback/"
IIN = "040512650125"


class University:
    """The running provider, and who sits in front of it."""

    def __init__(self, port: int, claims: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.claims = claims

    def knows(self, name: str, **claims: object) -> None:
        self.claims.write_text(json.dumps({name: claims}))
        self.claims.with_suffix(".json.who").write_text(name)

    def refuses(self) -> None:
        self.claims.with_suffix(".json.who").write_text("")

    def sign_in(self, client: Client, query: str = ""):
        """Follow the browser's way: from the portal through the provider and back."""
        answer = client.get(f"/account/oidc/university/login/{query}")
        with httpx.Client(base_url=self.url) as browser:
            where = answer["Location"]
            while not where.startswith(CALLBACK):
                response = browser.get(where)
                assert response.is_redirect, response.text
                where = response.headers["location"]
        return client.get(f"{urlsplit(where).path}?{urlsplit(where).query}")


@pytest.fixture(scope="module")
def provider(tmp_path_factory, node_modules: Path) -> Iterator[University]:
    node = program("node", "nodejs")
    folder, port = tmp_path_factory.mktemp("oidc"), free_port()
    university = University(port, folder / "claims.json")
    university.knows("nobody")
    script = [node, str(HERE / "oidc_provider.mjs"), str(port), CALLBACK, str(university.claims)]
    with running(script, is_ready=lambda: answers(port), log=folder / "log"):
        yield university


@pytest.fixture
def university(provider: University, settings) -> University:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": oidc_provider(
            server_url=provider.url, name="Polytech ID", client_id="portal",
            secret="a secret of the tests and of nobody else",
        )
    }  # fmt: skip
    settings.CONTACT = "registrar@polytech.kz"
    return provider


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Accept-Language": "en"})


def test_sign_in_page_names_the_universitys_door(university: University, browser: Client) -> None:
    page = browser.get("/account/login/?next=/timetable/").content.decode()

    assert "Sign in with Polytech ID" in page
    assert 'href="/account/oidc/university/login/?next=/timetable/"' in page


@pytest.mark.parametrize(
    ("match_by", "claims", "person"),
    [
        ("username", {"preferred_username": "A.Nurlan"}, {"username": "a.nurlan"}),
        ("sourced_id", {"sourced_id": "S-1"}, {"sourced_id": "S-1"}),
        ("email", {"email": "A@Polytech.kz", "email_verified": True}, {"email": "a@polytech.kz"}),
        ("iin", {"iin": IIN}, {}),
    ],
)
def test_person_of_the_feed_comes_in_by_what_the_operator_chose(
    university: University, browser: Client, settings, match_by: str, claims: dict, person: dict
) -> None:
    settings.MATCH_BY = [match_by]
    number = {"iin_encrypted": iin.encrypt(IIN), "iin_digest": iin.digest(IIN)} if match_by == "iin" else {}
    aigerim = Person.objects.create(**{"username": "somebody", **person, **number})
    university.knows("u1", **claims)

    answer = university.sign_in(browser, "?next=/timetable/")

    assert answer["Location"] == "/timetable/"
    assert Session.objects.get(person__isnull=False).person == aigerim
    assert Statement.objects.get(verb="signed-in").extra["method"] == "oidc"


def test_somebody_whom_the_feed_does_not_know_is_told_whom_to_ask_and_nobody_is_made(
    university: University, browser: Client
) -> None:
    university.knows("u2", preferred_username="stranger", email="s@polytech.kz", email_verified=True)

    answer = university.sign_in(browser)

    text = answer.content.decode()
    assert answer.status_code == 403
    assert "The university&#39;s feed does not know you yet" in text
    assert "registrar@polytech.kz" in text
    assert Person.objects.count() == 0
    assert Statement.objects.get().extra == {"reason": "unknown", "method": "oidc"}


def test_unverified_address_names_nobody(university: University, browser: Client, settings) -> None:
    settings.MATCH_BY = ["email"]
    Person.objects.create(username="a", email="a@polytech.kz")
    university.knows("u3", email="a@polytech.kz", email_verified=False)

    assert university.sign_in(browser).status_code == 403


def test_address_that_two_persons_have_names_nobody(university: University, browser: Client, settings) -> None:
    settings.MATCH_BY = ["email"]
    for username in "ab":
        Person.objects.create(username=username, email="a@polytech.kz")
    university.knows("u4", email="a@polytech.kz", email_verified=True)

    assert university.sign_in(browser).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"), [({"ended_at": clock.now()}, "have ended"), ({"is_active": False}, "is blocked")]
)
def test_ended_and_blocked_persons_are_refused_with_their_own_sentence(
    university: University, browser: Client, change: dict, words: str
) -> None:
    Person.objects.create(username="a.nurlan", **change)
    university.knows("u5", preferred_username="a.nurlan")

    answer = university.sign_in(browser)

    assert (answer.status_code, words in answer.content.decode()) == (403, True)
    assert Session.objects.filter(person__isnull=False).count() == 0


def test_second_factor_of_the_portal_is_asked_after_the_universitys_sign_in(
    university: University, browser: Client
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    person = Person.objects.create(username="a.nurlan")
    TOTP.activate(person, "A" * 32)
    university.knows("u6", preferred_username="a.nurlan")

    assert university.sign_in(browser)["Location"] == "/account/2fa/authenticate/"
    assert Session.objects.filter(person=person).count() == 0


def test_refusal_at_the_university_leads_back_with_a_sentence(university: University, browser: Client) -> None:
    university.refuses()

    answer = university.sign_in(browser)

    assert "/account/3rdparty/cancelled/" in answer.get("Location", "") or answer.status_code in (200, 401)


def test_answer_of_another_browser_is_worth_nothing(university: University, browser: Client) -> None:
    Person.objects.create(username="a.nurlan")
    university.knows("u7", preferred_username="a.nurlan")

    answer = browser.get("/account/oidc/university/login/callback/?code=stolen&state=other")

    assert Session.objects.filter(person__isnull=False).count() == 0
    assert "Sign-in did not work" in answer.content.decode()


def test_nothing_of_the_universitys_answer_is_kept(university: University, browser: Client) -> None:
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.models import SocialAccount, SocialToken

    Person.objects.create(username="a.nurlan")
    university.knows("u8", preferred_username="a.nurlan", email="other@example.com", email_verified=True)

    university.sign_in(browser)

    assert [model.objects.count() for model in (SocialAccount, SocialToken, EmailAddress)] == [0, 0, 0]
    assert Person.objects.get().email == ""
