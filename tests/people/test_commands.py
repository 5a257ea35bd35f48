import pytest
from allauth.idp.oidc.models import Client
from typer.testing import CliRunner

from polytech.people.commands import oidc_client, person, token
from polytech.people.models import ApiToken, Person

pytestmark = pytest.mark.django_db

run = CliRunner().invoke


def test_operator_makes_the_first_administrator_with_a_password_printed_once() -> None:
    result = run(person, ["add", "Aigerim", "--family", "Нұрлан", "--role", "administrator"])

    made = Person.objects.get(username="aigerim")
    assert made.check_password(result.output.split()[-1])
    assert list(made.grants.values_list("role", "org")) == [("administrator", None)]
    assert made.source == "hand"


def test_new_password_replaces_the_old_one() -> None:
    made = Person.objects.create(username="aigerim")

    result = run(person, ["password", "aigerim"])

    made.refresh_from_db()
    assert made.check_password(result.output.strip())


def test_unknown_person_is_a_wrong_usage() -> None:
    assert run(person, ["password", "nobody"]).exit_code == 2


def test_key_is_printed_once_and_opens_what_it_was_made_for() -> None:
    from django.test import RequestFactory

    from polytech.people.api import token_with_scope

    key = run(token, ["add", "Student portal", "--scope", "sis:write", "--days", "30"]).output.strip()
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {key}"})

    assert token_with_scope(request, "sis:write") == ApiToken.objects.get()
    run(token, ["revoke", str(ApiToken.objects.get().pk)])
    assert token_with_scope(request, "sis:write") is None


def test_system_that_signs_in_through_the_portal_gets_a_name_and_a_secret() -> None:
    output = run(oidc_client, ["add", "Library", "--redirect-uri", "https://library.example.kz/callback"]).output

    words = output.split()
    client = Client.objects.get()
    assert words[:2] == ["client_id", client.pk]
    assert client.check_secret(words[3])
    run(oidc_client, ["remove", client.pk])
    assert Client.objects.count() == 0
