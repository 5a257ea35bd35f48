"""The portal signs people in to the university's other systems, as a client of OIDC sees it."""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from polytech.people.actions import add_client
from polytech.people.models import Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-08")]

BACK = "https://library.example.kz/callback"


@pytest.fixture
def library():
    return add_client(viewer=None, name="Library", redirect_uris=[BACK])


def ask(client: Client, client_id: str, **more: str):
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": client_id, "redirect_uri": BACK, "response_type": "code", "scope": "openid profile email",
        "state": "s1", "nonce": "n1", "code_challenge": challenge, "code_challenge_method": "S256", **more,
    }  # fmt: skip
    return client.get("/identity/o/authorize", query), verifier


def exchange(client_id: str, secret: str, code: str, verifier: str):
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return Client().post(
        "/identity/o/api/token",
        {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier},
        headers={"Authorization": f"Basic {basic}"},
    )


def userinfo(token: str):
    return Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {token}"})


def code_of(answer) -> str:
    return parse_qs(urlsplit(answer["Location"]).query)["code"][0]


@pytest.mark.parametrize(
    "more",
    [
        {"redirect_uri": BACK + "?next=https://evil.example"},
        {"redirect_uri": "https://name@library.example.kz/callback"},
        {"redirect_uri": "https://library.example.kz:444/callback"},
        {"redirect_uri": "https://evil.example/;script-src-elem *"},
        {"code_challenge_method": "plain"},
    ],
)
def test_only_the_registered_address_and_a_digest_pass(make_person, signed_in, library, more: dict[str, str]) -> None:
    answer, _verifier = ask(signed_in(make_person("aigerim", Role.STUDENT)), library[0].id, **more)

    assert answer.status_code == 400
    assert "evil" not in answer.headers["Content-Security-Policy"]


def test_discovery_says_where_everything_is_and_nothing_that_is_not_there(client: Client) -> None:
    found = client.get("/.well-known/openid-configuration").json()

    assert found["issuer"] == "http://testserver"
    assert found["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert "device_authorization_endpoint" not in found
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert client.get(urlsplit(found[name]).path).status_code != 404


def test_student_signed_in_once_is_signed_in_to_the_library_with_names_and_roles(
    make_person, signed_in, library
) -> None:
    student = make_person(
        "aigerim", Role.STUDENT, given_kk="Айгерім", family_kk="Нұрлан", family_latin="Nurlan", given_latin="Aigerim",
        email="a.nurlan@polytech.kz", source="feed", sourced_id="S-1",
    )  # fmt: skip
    record, secret = library

    answer, verifier = ask(signed_in(student), record.pk)
    tokens = exchange(record.pk, secret, code_of(answer), verifier).json()

    keys = Client().get("/.well-known/jwks.json").json()["keys"]
    claims = jwt.decode(
        tokens["id_token"], jwt.PyJWK(keys[0]).key, algorithms=["RS256"], audience=record.pk,
        issuer="http://testserver",
    )  # fmt: skip
    told = (
        Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    )
    assert parse_qs(urlsplit(answer["Location"]).query)["state"] == ["s1"]
    assert (claims["sub"], claims["nonce"]) == (str(student.pk), "n1")
    assert {**told, "sub": ""} == {
        "sub": "",
        "name": "Айгерім Нұрлан",
        "given_name": "Айгерім",
        "family_name": "Нұрлан",
        "name_kk": "Айгерім Нұрлан",
        "name_en": "Aigerim Nurlan",
        "preferred_username": "aigerim",
        "locale": "kk",
        "roles": [{"role": "student", "org": None}],
        "sourced_id": "S-1",
        "email": "a.nurlan@polytech.kz",
        "email_verified": True,
    }


def test_stranger_signs_in_first_and_comes_back(client: Client, library) -> None:
    answer, _verifier = ask(client, library[0].pk)

    assert answer["Location"].startswith("/account/login/?next=/identity/o/authorize")


def test_code_is_worth_nothing_without_the_verifier_or_the_secret_or_twice(make_person, signed_in, library) -> None:
    record, secret = library
    client = signed_in(make_person("aigerim", Role.STUDENT))
    answer, verifier = ask(client, record.pk)
    code = code_of(answer)

    assert exchange(record.pk, secret, code, "x" * 64).status_code == 400
    assert exchange(record.pk, "wrong", code, verifier).status_code == 401
    assert exchange(record.pk, secret, code, verifier).status_code == 200
    assert exchange(record.pk, secret, code, verifier).status_code == 400


def test_nobody_is_sent_to_an_address_that_was_not_registered(make_person, signed_in, library) -> None:
    client = signed_in(make_person("aigerim", Role.STUDENT))

    answer, _verifier = ask(client, library[0].pk, redirect_uri="https://evil.example/")

    assert (answer.status_code, "Location" in answer) == (400, False)


def test_person_is_asked_where_the_system_is_not_the_universitys_own(make_person, signed_in) -> None:
    record, _secret = add_client(viewer=None, name="Partner", redirect_uris=[BACK], ask=True)
    client = signed_in(make_person("aigerim", Role.STUDENT))

    page, _verifier = ask(client, record.pk)
    text = page.content.decode()
    request = re.search(r'name="request"[^>]*value="([^"]+)"', text)[1]
    scopes = ["openid", "profile"]
    answer = client.post("/identity/o/authorize", {"request": request, "scopes": scopes, "action": "grant"})

    assert "Go on to Partner?" in text
    assert "form-action 'self' https://library.example.kz;" in page["Content-Security-Policy"]
    assert answer["Location"].startswith(BACK + "?code=")


def test_person_is_always_asked_where_the_system_has_no_secret(make_person, signed_in) -> None:
    record, _secret = add_client(viewer=None, name="App", redirect_uris=[BACK], public=True)

    page, _verifier = ask(signed_in(make_person("aigerim", Role.STUDENT)), record.pk)

    assert (page.status_code, "Go on to App?" in page.content.decode()) == (200, True)


def test_system_learns_no_more_than_it_was_given(make_person, signed_in) -> None:
    record, secret = add_client(viewer=None, name="Doors", redirect_uris=[BACK], scopes=["email"])
    client = signed_in(make_person("aigerim", Role.STUDENT, email="a@polytech.kz"))

    refused, _verifier = ask(client, record.pk)
    answer, verifier = ask(client, record.pk, scope="openid email")
    tokens = exchange(record.pk, secret, code_of(answer), verifier).json()

    assert parse_qs(urlsplit(refused["Location"]).query)["error"] == ["invalid_scope"]
    assert set(userinfo(tokens["access_token"]).json()) == {"sub", "email", "email_verified"}


def test_staff_without_the_second_factor_get_nowhere_else_either(make_person, signed_in, library, settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = signed_in(make_person("registrar", Role.REGISTRAR))

    answer, _verifier = ask(client, library[0].pk)

    assert answer["Location"] == "/account/2fa/"


def test_ended_person_is_nobody_to_other_systems(make_person, signed_in, library) -> None:
    from polytech.kernel import clock

    record, secret = library
    student = make_person("aigerim", Role.STUDENT)
    answer, verifier = ask(signed_in(student), record.pk)
    tokens = exchange(record.pk, secret, code_of(answer), verifier).json()
    Person.objects.update(ended_at=clock.now(), is_active=False)

    basic = base64.b64encode(f"{record.pk}:{secret}".encode()).decode()
    refreshed = Client().post(
        "/identity/o/api/token",
        {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
        headers={"Authorization": f"Basic {basic}"},
    )

    assert userinfo(tokens["access_token"]).status_code in (401, 403)
    assert refreshed.status_code in (400, 401)


def test_signing_out_everywhere_ends_what_other_systems_hold(make_person, signed_in, library) -> None:
    record, secret = library
    student = make_person("aigerim", Role.STUDENT)
    here = signed_in(student)
    answer, verifier = ask(here, record.pk)
    tokens = exchange(record.pk, secret, code_of(answer), verifier).json()

    here.post("/account/sessions/end-others/")

    assert userinfo(tokens["access_token"]).status_code == 401


def test_address_without_https_or_with_a_wildcard_is_not_registered() -> None:
    from polytech.kernel.actions import Refused

    for address in ("http://library.example.kz/", "https://*.example.kz/", "https://a.kz/#x", "javascript:alert(1)"):
        with pytest.raises(Refused):
            add_client(viewer=None, name="x", redirect_uris=[address])
