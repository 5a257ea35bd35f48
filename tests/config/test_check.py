"""`polytech check`: what keeps an installation from being fit for production, each with what to do."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from pytest_django.fixtures import Settings

from polytech.config import database
from polytech.config.commands import check
from polytech.config.failures import Failure
from polytech.kernel.findings import Level
from polytech.people.api import encrypt
from polytech.people.resealing import reseal_all
from polytech.people.secrets import seal
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fit(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings as production has them, over the tests' own database."""
    settings.DEBUG = settings.DEMO = False
    settings.SECOND_FACTOR = "required"
    settings.BASE_URL = settings.STREAMS_URL = "https://online.example.kz"
    settings.ALLOWED_HOSTS = ["online.example.kz"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECRET_KEY, settings.PERSONAL_DATA_KEY = "k" * 48, ["k" * 48]
    settings.EMAIL_HOST = "mail.example.kz"
    monkeypatch.setenv("POLYTECH_PERSONAL_DATA_KEY", "k" * 48)
    # The tests' cluster is not durable on purpose; that is seen by a test of its own.
    monkeypatch.setattr(check, "CHECKS", tuple(one for one in check.CHECKS if one.__name__ != "_database"))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    return settings


def sentences() -> list[str]:
    """Every remark but that the tests run as root."""
    return [one.sentence for one in check.remarks_of_installation() if not one.sentence.startswith("This runs as root")]


def test_a_fit_installation_has_no_remarks(fit: Settings) -> None:
    assert sentences() == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", True, "POLYTECH_DEBUG is on: strangers would read the program's insides. Unset it."),
        ("DEMO", True, "POLYTECH_DEMO is on: the sign-in page shows passwords. Unset it."),
        ("SECOND_FACTOR", "", "POLYTECH_SECOND_FACTOR is not `required`: staff may sign in with a password alone."),
        ("SECRET_KEY", "short", "POLYTECH_SECRET_KEY has 5 characters; at least 32 are needed."),
        ("STREAMS_URL", "http://a", "POLYTECH_STREAMS_URL is http://a: browsers refuse it on an https page."),
        ("ALLOWED_HOSTS", ["other.kz"], "POLYTECH_HOSTS does not name online.example.kz: every page would be refused."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_to_do(fit: Settings, name: str, value: object, sentence: str) -> None:
    setattr(fit, name, value)
    assert sentences() == [sentence]


def test_an_old_key_may_go_when_nothing_is_sealed_by_it(fit: Settings) -> None:
    fit.PERSONAL_DATA_KEY = ["o" * 48]
    person = PersonFactory(iin_encrypted=encrypt("800101300016"))
    Authenticator.objects.create(user=person, type="totp", data={"secret": seal("secret")})
    found = []
    for keys in (["n" * 48, "o" * 48], ["n" * 48]):
        fit.PERSONAL_DATA_KEY = keys
        found += sentences()
    fit.PERSONAL_DATA_KEY = ["n" * 48, "o" * 48]
    reseal_all()
    found += sentences()

    assert found == [
        "An old key still seals 1 personal numbers and 1 second factors: polytech person reseal",
        "No key opens 1 personal numbers and 1 second factors: put the one that sealed them into "
        "POLYTECH_PERSONAL_DATA_OLD_KEYS.",
        "Nothing is sealed by an old key any more: remove POLYTECH_PERSONAL_DATA_OLD_KEYS.",
    ]


def test_plain_http_is_an_error(fit: Settings) -> None:
    fit.BASE_URL = "http://online.example.kz"
    assert [(one.level, one.sentence) for one in check._addresses()] == [
        (
            Level.ERROR,
            "POLYTECH_BASE_URL is http://online.example.kz: passwords would travel in the open. Serve it by https.",
        )
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("OIDC_SERVER_URL", "http://id.kz", "POLYTECH_OIDC_SERVER_URL is plain http: whoever is on the way reads and"),
        ("SIS_URL", "http://sis.kz/feed.zip", "POLYTECH_SIS_URL is plain http: IINs travel in the open."),
        ("LDAP_URL", "ldap://ldap.kz", "POLYTECH_LDAP_URL is ldap:// without POLYTECH_LDAP_START_TLS: passwords"),
        ("LDAP_URL", "ldaps://a.kz LDAP://b.kz", "POLYTECH_LDAP_URL is ldap:// without POLYTECH_LDAP_START_TLS"),
    ],
)
def test_a_connection_without_tls_is_told(
    fit: Settings, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"POLYTECH_{name}", value)
    [found] = sentences()
    assert found.startswith(sentence)


def test_directory_over_tls_or_a_socket_is_fit(fit: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for url, start_tls in (("ldaps://ldap.kz", ""), ("ldap://ldap.kz", "yes"), ("ldapi://%2Frun%2Fldapi", "")):
        monkeypatch.setenv("POLYTECH_LDAP_URL", url)
        monkeypatch.setenv("POLYTECH_LDAP_START_TLS", start_tls)
        found += sentences()

    assert found == []


def test_mail_without_tls_is_an_error(fit: Settings) -> None:
    fit.EMAIL_USE_TLS = False
    assert sentences() == ["POLYTECH_SMTP_TLS is off: links to new passwords would travel in the open."]


def test_a_database_elsewhere_whose_certificate_nobody_checks_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_is_local", lambda: False)
    monkeypatch.setattr(check, "_row", lambda sql, *_: ["on"])
    assert "The database's certificate is not checked" in [one.sentence for one in check._database()][-1]


def test_a_silent_worker_is_a_warning(fit: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    assert sentences() == ["No worker of background jobs gave a sign of life in the last minute: polytech worker"]


def test_a_missing_partition_of_the_footprint_is_an_error(fit: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check.clock, "today", lambda: date(2077, 12, 31))
    assert sentences() == ["The footprint has no partition for 2078-01: is the worker running? It makes them."]


def test_a_server_that_may_lose_what_it_acknowledged_is_an_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    found = [one.sentence for one in check._database()]
    assert "PostgreSQL runs with synchronous_commit=off: what was acknowledged can be lost." in found


def test_a_server_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # No server older than 15 is at hand, so the oldest one that is known moves instead.
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    with pytest.raises(Failure, match=r"is PostgreSQL \d\d; version 99 or newer is needed"):
        database.require_reachable()
