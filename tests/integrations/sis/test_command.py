"""`polytech sync` and `polytech sis-sample`: what they print and how they end."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from polytech.integrations.sis.api import sync_batch
from polytech.integrations.sis.commands import sis_sample, sync
from polytech.people.api import Person
from tests.integrations.sis.deliveries import slot, university, write
from tests.writes import no_writes

pytestmark = pytest.mark.django_db


def run(function: object, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(function)  # type: ignore[type-var]
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


@pytest.mark.requirement("R1-07")
def test_sync_applies_and_ends_with_0(delivered: Path) -> None:
    result = run(sync, str(delivered))

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Applied.")
    assert Person.objects.count() == 2


def test_preview_writes_nothing(delivered: Path) -> None:
    with no_writes():
        result = run(sync, str(delivered), "--preview")

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Preview: nothing was written.")


def test_rows_kept_out_end_with_3_and_name_their_place(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", weekday="9")]

    result = run(sync, str(write(tmp_path / "d", files)))

    assert result.exit_code == 3
    assert "x-slots.csv:2:weekday" in result.stdout


def test_too_much_to_end_ends_with_4_until_it_is_accepted(delivered: Path, tmp_path: Path) -> None:
    run(sync, str(delivered))
    files = university()
    files["enrollments"].pop()
    smaller = str(write(tmp_path / "smaller", files))

    assert run(sync, smaller).exit_code == 4
    assert run(sync, smaller, "--accept-large-end").exit_code == 0


def test_nothing_readable_ends_with_4(tmp_path: Path) -> None:
    assert run(sync, str(tmp_path / "none.zip")).exit_code == 4


def test_address_out_of_reach_ends_with_5() -> None:
    result = run(sync, "https://127.0.0.1/feed.zip")

    assert (result.exit_code, "private network" in result.stdout) == (5, True)


def test_sample_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    result = run(sis_sample, "--out", str(tmp_path / "s.zip"), "--students", "30", "--today", "2026-11-23")

    assert (result.exit_code, (tmp_path / "s.zip").is_file()) == (0, True)


def test_findings_repeat_no_signs_that_act_on_a_terminal(tmp_path: Path) -> None:
    files = university()
    files["users"][0]["username"] = "\x1b[2J\u202eevil"

    batch = sync_batch(write(tmp_path / "d", files))

    finding = batch.findings.get(code="username-bad")
    assert finding.values["value"] == "\ufffd[2J\ufffdevil"
