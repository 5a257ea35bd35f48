"""Sign-in through the university's SAML identity provider, whose assertions are really signed and checked."""

import base64
import zlib
from datetime import UTC, datetime

import pytest
from django.test import Client

from polytech.config.settings_sign_in import SAML_ATTRIBUTES, saml_provider
from polytech.footprint.api import Statement
from polytech.people.models import Person, Session
from tests.people.identity_provider import ENTITY, IdentityProvider

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-08")]

AUDIENCE = "http://online.polytech.example/account/saml/university/metadata/"
USERNAME = SAML_ATTRIBUTES["username"]


@pytest.fixture(scope="module")
def university() -> IdentityProvider:
    return IdentityProvider()


@pytest.fixture
def browser(university: IdentityProvider, settings) -> Client:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "saml": saml_provider(
            entity_id=ENTITY, name="Polytech SAML", sso_url=f"{ENTITY}/sso", certificate=university.certificate,
            attributes=SAML_ATTRIBUTES,
        )
    }  # fmt: skip
    settings.CONTACT = "registrar@polytech.kz"
    settings.ALLOWED_HOSTS = ["online.polytech.example"]
    return Client(headers={"Accept-Language": "en", "Host": "online.polytech.example"})


def sign_in(browser: Client, university: IdentityProvider, attributes: dict[str, str], **how: object):
    start = browser.get("/account/saml/university/login/?next=/timetable/")
    request_id = university.request_id(start["Location"])
    response = university.response(request_id, attributes, **{"audience": AUDIENCE, **how})
    posted = browser.post("/account/saml/university/acs/", {"SAMLResponse": response})
    return browser.get(posted["Location"])


def test_person_of_the_feed_comes_in(browser: Client, university: IdentityProvider) -> None:
    aigerim = Person.objects.create(username="a.nurlan")

    answer = sign_in(browser, university, {USERNAME: "A.Nurlan"})

    assert answer["Location"] == "/timetable/"
    assert Session.objects.get(person__isnull=False).person == aigerim
    assert Statement.objects.get(verb="signed-in").extra["method"] == "saml"


def test_somebody_whom_the_feed_does_not_know_is_told_whom_to_ask_and_nobody_is_made(
    browser: Client, university: IdentityProvider
) -> None:
    answer = sign_in(browser, university, {USERNAME: "stranger"})

    assert (answer.status_code, "registrar@polytech.kz" in answer.content.decode()) == (403, True)
    assert Person.objects.count() == 0


@pytest.mark.parametrize("how", [{"signed": False}, {"late": True}, {"audience": "https://other.example/"}])
def test_unsigned_late_and_misdirected_assertions_are_refused(
    browser: Client, university: IdentityProvider, how: dict
) -> None:
    Person.objects.create(username="a.nurlan")

    answer = sign_in(browser, university, {USERNAME: "a.nurlan"}, **how)

    assert "Sign-in did not work" in answer.content.decode()
    assert Session.objects.filter(person__isnull=False).count() == 0


def test_assertion_of_another_key_is_refused(browser: Client) -> None:
    Person.objects.create(username="a.nurlan")

    answer = sign_in(browser, IdentityProvider(), {USERNAME: "a.nurlan"})

    assert "Sign-in did not work" in answer.content.decode()


def test_answer_that_nobody_asked_for_is_refused(browser: Client, university: IdentityProvider) -> None:
    Person.objects.create(username="a.nurlan")

    response = university.response("_unasked", {USERNAME: "a.nurlan"}, audience=AUDIENCE)
    posted = browser.post("/account/saml/university/acs/", {"SAMLResponse": response})
    answer = browser.get(posted["Location"])

    assert Session.objects.filter(person__isnull=False).count() == 0
    assert answer.status_code != 302


def test_another_site_cannot_begin_a_sign_in(browser: Client) -> None:
    path = "/account/saml/university/login/?next=/timetable/"

    by_others = [browser.get(path, headers={"Sec-Fetch-Site": site}) for site in ("cross-site", "same-site")]
    own = [browser.get(path, headers={"Sec-Fetch-Site": site}) for site in ("same-origin", "none")]

    assert [answer["Location"] for answer in by_others] == ["/account/login/?next=/timetable/"] * 2
    assert [answer["Location"].startswith(f"{ENTITY}/sso?") for answer in own] == [True, True]


def test_sign_out_that_nobody_has_signed_ends_nothing(browser: Client, university: IdentityProvider) -> None:
    Person.objects.create(username="a.nurlan")
    sign_in(browser, university, {USERNAME: "A.Nurlan"})
    now = datetime.now(UTC)
    request = (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        f'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" '
        f'IssueInstant="{now:%Y-%m-%dT%H:%M:%SZ}"'
        f"><saml:Issuer>{ENTITY}</saml:Issuer><saml:NameID>a.nurlan</saml:NameID></samlp:LogoutRequest>"
    )
    packed = base64.b64encode(zlib.compress(request.encode())[2:-4]).decode()

    answer = browser.get("/account/saml/university/sls/", {"SAMLRequest": packed})

    assert answer.status_code == 404
    assert Session.objects.filter(person__isnull=False).count() == 1


def test_metadata_for_the_identity_provider_is_there(browser: Client) -> None:
    answer = browser.get("/account/saml/university/metadata/")

    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert b'Location="http://online.polytech.example/account/saml/university/acs/"' in answer.content


def test_assertion_lets_in_once(browser: Client, university: IdentityProvider) -> None:
    Person.objects.create(username="a.nurlan")
    start = browser.get("/account/saml/university/login/")
    request_id = university.request_id(start["Location"])
    response = university.response(request_id, {USERNAME: "a.nurlan"}, audience=AUDIENCE)
    first = browser.get(browser.post("/account/saml/university/acs/", {"SAMLResponse": response})["Location"])
    browser.post("/account/logout/")

    again = browser.get(browser.post("/account/saml/university/acs/", {"SAMLResponse": response})["Location"])

    assert first["Location"] == "/"
    assert again.status_code != 302
    assert Session.objects.filter(person__isnull=False).count() == 0
