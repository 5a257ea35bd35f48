"""The door for other systems."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from polytech.integrations.sis.api import sync_batch
from polytech.integrations.sis.models import Batch
from polytech.people.api import ApiToken, Person
from polytech.people.tokens import digest_of, new_key
from tests.integrations.sis.deliveries import pack, university, write
from tests.writes import no_writes

pytestmark = pytest.mark.django_db

ADDRESS = "/api/sis/batches"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.SIS_FOLDER = tmp_path / "feed"
    return settings.SIS_FOLDER


@pytest.fixture
def zipped(delivered: Path, tmp_path: Path) -> Path:
    return pack(delivered, tmp_path / "delivery.zip")


def key(*scopes: str) -> dict[str, str]:
    secret = new_key()
    ApiToken.objects.create(name="SIS", digest=digest_of(secret), scopes=list(scopes))
    return {"Authorization": f"Bearer {secret}"}


def send(path: Path, headers: dict[str, str], query: str = "") -> "object":
    upload = SimpleUploadedFile("delivery.zip", path.read_bytes())
    return Client(enforce_csrf_checks=True).post(ADDRESS + query, {"delivery": upload}, headers=headers)


@pytest.mark.requirement("R1-07")
def test_delivery_with_a_token_is_applied_and_counted(zipped: Path, folder: Path) -> None:
    answer = send(zipped, key("sis:write"))

    assert (answer.status_code, answer.json()["state"]) == (200, "applied")
    assert answer.json()["counts"]["users"] == {
        "mode": "bulk", "rows": 2, "created": 2, "changed": 0, "returned": 0, "ended": 0, "unchanged": 0,
        "quarantined": 0,
    }  # fmt: skip
    assert (Person.objects.count(), Batch.objects.get().door, list(folder.iterdir())) == (2, "api", [])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer pt_wrong"}])
def test_without_a_token_nothing_is_taken(headers: dict[str, str], zipped: Path) -> None:
    answer = send(zipped, headers)

    assert (answer.status_code, Person.objects.count()) == (401, 0)


def test_token_of_another_scope_opens_nothing(zipped: Path) -> None:
    assert send(zipped, key("other:read")).status_code == 401


def test_preview_writes_nothing(zipped: Path) -> None:
    headers = key("sis:write")
    with no_writes(besides=("people_apitoken",)):
        answer = send(zipped, headers, "?preview=true")

    assert (answer.status_code, answer.json()["state"], answer.json()["id"]) == (200, "previewed", None)


def test_delivery_that_would_end_too_much_is_asked_about(zipped: Path, tmp_path: Path) -> None:
    headers = key("sis:write")
    send(zipped, headers)
    files = university()
    files["enrollments"].pop()
    smaller = pack(write(tmp_path / "smaller", files), tmp_path / "smaller.zip")

    asked = send(smaller, headers)
    accepted = send(smaller, headers, "?accept_large_end=true")

    assert (asked.status_code, asked.json()["state"], accepted.json()["state"]) == (409, "stopped", "applied")
    assert [one["code"] for one in asked.json()["findings"]] == ["large-end"]


def test_unreadable_delivery_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 and nothing more")

    answer = send(tmp_path / "d.zip", key("sis:write"))

    finding = answer.json()["findings"][0]
    assert (answer.status_code, finding["code"]) == (422, "archive-damaged")
    assert finding["sentence"] != finding["code"]


def test_batch_is_read_again_by_its_number(zipped: Path) -> None:
    headers = key("sis:write")
    number = send(zipped, headers).json()["id"]

    assert Client().get(f"{ADDRESS}/{number}", headers=headers).json()["state"] == "applied"
    assert Client().get(f"{ADDRESS}/999999", headers=headers).status_code == 404
    assert Client().get(f"{ADDRESS}/{number}").status_code == 401


def test_token_that_may_only_read_reads_a_batch_and_brings_none(zipped: Path) -> None:
    batch = sync_batch(zipped)
    headers = key("sis:read")

    assert Client().get(f"/api/sis/batches/{batch.pk}", headers=headers).status_code == 200
    assert Client().post("/api/sis/batches", headers=headers).status_code == 401


def test_description_is_published() -> None:
    described = Client().get("/api/openapi.json").json()

    assert set(described["paths"]) == {"/api/sis/batches", "/api/sis/batches/{batch_id}"}
    assert set(described["paths"]["/api/sis/batches"]["post"]["responses"]) == {"200", "409", "422", "503"}
