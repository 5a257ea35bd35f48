"""What a registrar sees before deciding about a delivery: who would be ended, and that the look is still true."""

from pathlib import Path

import pytest
from django.test import Client

from polytech.integrations.sis.batches import sync_batch
from polytech.integrations.sis.jobs import look_at_waiting
from polytech.integrations.sis.models import Batch
from polytech.people.api import Person
from tests.integrations.sis.deliveries import pack, university, user, write
from tests.integrations.sis.test_pages import apply, folder, number_of, registrar, upload

__all__ = ["folder", "registrar"]
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-07")]


def delivery(tmp_path: Path, name: str, *guests: str) -> Path:
    files = university()
    files["users"] = [*files["users"], *(user(guest) for guest in guests)]
    return pack(write(tmp_path / name, files), tmp_path / f"{name}.zip")


def test_preview_names_those_who_would_be_ended(registrar: Client, tmp_path: Path) -> None:
    sync_batch(delivery(tmp_path, "first", "guest", "visitor"))

    page = registrar.get(upload(registrar, delivery(tmp_path, "second", "visitor"))).content.decode()

    assert ("would be ended: 1" in page, "Test Guest (guest)" in page, "visitor" in page) == (True, True, False)
    assert Person.objects.get(sourced_id="guest").ended_at is None


def test_a_look_that_something_else_has_overtaken_is_repeated_before_it_is_applied(
    registrar: Client, tmp_path: Path
) -> None:
    report = upload(registrar, delivery(tmp_path, "looked-at", "guest"))
    sync_batch(delivery(tmp_path, "newer", "visitor"))

    apply(registrar, report)
    page = registrar.get(report).content.decode()

    assert ("Look at it again" in page, ">Apply<" in page) == (True, False)
    assert not Person.objects.filter(sourced_id="guest").exists()

    registrar.post(f"{report}look/")
    look_at_waiting.func(batch_id=number_of(report))
    apply(registrar, report, accept_large_end="yes")

    assert Batch.objects.get(pk=number_of(report)).state == "applied"
    assert Person.objects.filter(sourced_id="guest").exists()
