"""Passkeys in a real browser, with the authenticator that Chromium's own protocol offers to tests."""

import re
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator

from polytech.people.models import Person, Role, RoleGrant
from tests.people.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.requirement("R4-47")]


@pytest.fixture
def registrar(with_password) -> Person:
    person = Person.objects.create(username="registrar", password=with_password)
    RoleGrant.objects.create(person=person, role=Role.REGISTRAR)
    return person


@pytest.fixture
def local_page(open_page, live_server) -> "Page":
    """Passkeys belong to a name, never to a number: the same server as `localhost`."""
    return open_page(base_url=live_server.url.replace("127.0.0.1", "localhost"))


def authenticator(page: "Page") -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def sign_in_by_password(page: "Page") -> None:
    page.goto("/account/login/")
    page.fill("#id_login", "registrar")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_registrar_adds_a_passkey_and_signs_in_with_it_instead_of_a_password(
    local_page: "Page", registrar: Person, settings
) -> None:
    settings.SECOND_FACTOR = "required"
    page = local_page
    authenticator(page)

    sign_in_by_password(page)
    page.wait_for_url("**/account/2fa/")
    page.get_by_role("link", name="Add").click()
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.fill("#id_name", "my phone")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/account/2fa/recovery-codes/")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))

    names = [passkey.wrap().name for passkey in Authenticator.objects.filter(type="webauthn")]
    assert names == ["my phone"]
    page.goto("/people/")
    assert page.get_by_role("heading", name="People").is_visible()


def test_refusing_the_passkey_says_so_and_leaves_the_password(local_page: "Page", registrar: Person) -> None:
    page = local_page
    page.goto("/account/login/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}},
    )

    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('refused')); }")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.get_by_text("The passkey was not accepted.").wait_for()
    sign_in_by_password(page)
    page.wait_for_url(re.compile(r"localhost:\d+/$"))


def test_sign_in_page_has_no_fault_that_axe_finds(local_page: "Page") -> None:
    from tests.browser import axe

    local_page.goto("/account/login/")

    assert axe(local_page) == []
