"""The schedule, and how fresh the data are."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from polytech.integrations.sis.api import freshness, sync_batch
from polytech.integrations.sis.jobs import UPLOADS_KEPT_SECONDS, forget_uploads, sync_scheduled
from polytech.integrations.sis.models import Batch
from polytech.people.api import Person
from tests.conftest import SetClock

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R1-07")
def test_schedule_brings_in_what_lies_in_the_folder(delivered: Path, settings: Settings) -> None:
    settings.SIS_URL = str(delivered)

    sync_scheduled(0)

    assert (Batch.objects.get().door, Batch.objects.get().state, Person.objects.count()) == ("schedule", "applied", 2)


def test_schedule_without_an_address_does_nothing(settings: Settings) -> None:
    settings.SIS_URL = ""

    sync_scheduled(0)

    assert Batch.objects.count() == 0


def test_address_that_may_not_be_fetched_is_seen_among_the_batches(settings: Settings) -> None:
    settings.SIS_URL = "https://user:secret@127.0.0.1/feed.zip?key=secret"

    sync_scheduled(0)

    batch = Batch.objects.get()
    assert (batch.state, batch.source, batch.findings.get().code) == (
        "refused",
        "https://127.0.0.1/feed.zip",
        "fetch-private",
    )


@pytest.mark.requirement("R1-07")
def test_data_are_late_without_a_batch_for_the_set_time(delivered: Path, at: SetClock, settings: Settings) -> None:
    settings.SIS_LATE_HOURS = 48
    assert freshness().is_late

    at(datetime(2026, 11, 23, 3, 30))
    sync_batch(delivered)
    at(datetime(2026, 11, 25, 3, 30))
    assert (freshness().is_late, freshness().applied_at) == (False, datetime(2026, 11, 22, 22, 30, tzinfo=UTC))

    at(datetime(2026, 11, 25, 3, 31))
    assert freshness().is_late


def test_uploads_that_nobody_applied_are_forgotten_in_a_week(tmp_path: Path, settings: Settings) -> None:
    settings.SIS_FOLDER = tmp_path
    for name, age in (("old.delivery", UPLOADS_KEPT_SECONDS + 60), ("new.delivery", 0)):
        (tmp_path / name).write_bytes(b"x")
        stamp = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (stamp, stamp))
        Batch.objects.create(door="page", state="previewed", source="x", stored_as=name)

    forget_uploads(0)

    assert [path.name for path in tmp_path.iterdir()] == ["new.delivery"]
    assert set(Batch.objects.values_list("stored_as", flat=True)) == {"", "new.delivery"}


@pytest.mark.parametrize("address", [f"https://{'x' * 64}.example.org/feed.zip", "https://[not-an-address/feed.zip"])
def test_address_that_is_none_is_seen_among_the_batches(address: str, settings: Settings) -> None:
    settings.SIS_URL = address

    sync_scheduled(0)

    assert (Batch.objects.get().state, Batch.objects.get().findings.get().code) == ("refused", "fetch-address-bad")


def test_full_disk_of_the_server_is_seen_among_the_batches(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIS_URL = "https://sis.example.org/feed.zip"
    monkeypatch.setattr("tempfile.tempdir", "/dev/null")

    sync_scheduled(0)

    assert (Batch.objects.get().state, Batch.objects.get().findings.get().code) == ("refused", "fetch-not-kept")
