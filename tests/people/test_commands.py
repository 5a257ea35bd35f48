import pytest
from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from typer.testing import CliRunner

from polytech.people import iin
from polytech.people.commands import oidc_client, person, token
from polytech.people.models import ApiToken, Person
from polytech.people.secrets import seal, unseal
from tests.people.test_iin import AIGERIM_IIN

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


def seal_by_the_old_key() -> None:
    """A number, an app and recovery codes (those of now, and those that another program had)."""
    person = Person.objects.create(
        username="aigerim", iin_encrypted=iin.encrypt(AIGERIM_IIN), iin_digest=iin.digest(AIGERIM_IIN)
    )
    Authenticator.objects.create(user=person, type="totp", data={"secret": seal("app")})
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": seal("seed"), "used_mask": 5})
    other = Person.objects.create(username="other")
    Authenticator.objects.create(user=other, type="recovery_codes", data={"migrated_codes": [seal("1"), seal("2")]})
    Authenticator.objects.create(user=other, type="webauthn", data={"credential": {}})


def opened() -> list[object]:
    """What the keys of now open of all that."""
    number = iin.decrypt(Person.objects.get(username="aigerim").iin_encrypted, person_id=1, actor_id=1, purpose="test")
    app, codes, others = Authenticator.objects.exclude(type="webauthn").order_by("pk").values_list("data", flat=True)
    return [
        number, unseal(app["secret"]), unseal(codes["seed"]), codes["used_mask"],
        [unseal(code) for code in others["migrated_codes"]],
    ]  # fmt: skip


def test_after_sealing_anew_the_new_key_alone_opens_everything(settings) -> None:
    settings.PERSONAL_DATA_KEY = ["old"]
    seal_by_the_old_key()
    settings.PERSONAL_DATA_KEY = ["new", "old"]

    outputs = [run(person, ["reseal"]).output for _ in range(2)]

    settings.PERSONAL_DATA_KEY = ["new"]
    assert outputs == ["4 sealed anew\n", "0 sealed anew\n"]
    assert opened() == [AIGERIM_IIN, "app", "seed", 5, ["1", "2"]]


def test_what_no_key_opens_is_left_as_it_is_and_told(settings) -> None:
    settings.PERSONAL_DATA_KEY = ["lost"]
    seal_by_the_old_key()
    settings.PERSONAL_DATA_KEY = ["new", "old"]
    Person.objects.create(username="third", iin_encrypted=iin.encrypt("800101300016"))

    result = run(person, ["reseal"])

    settings.PERSONAL_DATA_KEY = ["lost"]
    assert (result.exit_code, result.output.split("\n")[0]) == (3, "0 sealed anew")
    assert " ".join(result.output.split()).endswith(
        "4 can be opened by no key: put the old one into POLYTECH_PERSONAL_DATA_OLD_KEYS"
    )
    assert opened() == [AIGERIM_IIN, "app", "seed", 5, ["1", "2"]]


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
