"""`polytech`: one table of commands, loaded when called; failures in one sentence with a documented exit code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from polytech.config.cli import COMMANDS, Command, load, outcome
from polytech.config.failures import Exit
from tests.config.surroundings import ROOT, free_port, open_to_everybody, polytech

MANUAL = ROOT / "docs" / "operator.md"


def test_help_lists_every_command_without_loading_django() -> None:
    code = (
        "import sys\nfrom polytech.config.cli import outcome\nassert outcome(['--help']) == 0\n"
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for row in COMMANDS:
        assert re.search(rf"\b{row.name} +{re.escape(row.help[:20])}", done.stdout), row.name
    assert "Exit codes:" in done.stdout


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_every_command_is_there_and_explains_itself_with_an_example(row: Command) -> None:
    command = load(row)
    texts = [command.help or ""] + [part.help or "" for part in getattr(command, "commands", {}).values()]
    assert any(f"polytech {row.name}" in text for text in texts), f"no example in the help of {row.name}"


def test_a_misspelt_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["migrat"]) == Exit.USAGE
    assert "No such command 'migrat'. Did you mean 'migrate'?" in " ".join(capsys.readouterr().err.split())


def test_an_option_of_the_wrong_kind_is_wrong_usage() -> None:
    assert outcome(["run", "--port", "eighty"]) == Exit.USAGE


def test_a_setting_of_the_wrong_kind_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = polytech("migrate", var=tmp_path, POLYTECH_DEBUG="perhaps")
    assert (done.returncode, done.stderr) == (5, "polytech: POLYTECH_DEBUG is 'perhaps'; it must be yes or no.\n")


def test_djangos_own_commands_keep_their_exit_codes(tmp_path: Path) -> None:
    done = polytech(
        "django", "no-such-command", var=tmp_path, POLYTECH_DATABASE_URL=f"postgresql://x@localhost:{free_port()}/x"
    )
    assert done.returncode == 1
    assert "Unknown command: 'no-such-command'" in done.stderr


def test_an_embedded_database_is_started_for_a_command_and_stopped_after_it(tmp_path: Path) -> None:
    open_to_everybody(tmp_path)
    first = polytech("migrate", var=tmp_path / "var")
    assert first.returncode == 0, first.stderr
    assert re.fullmatch(r"Migrations …\n(?: .*\n)*Migrations: [\d.]+ s\n\d+ applied\n", first.stdout)
    again = polytech("migrate", var=tmp_path / "var")
    assert again.stdout.endswith("nothing to do\n")
    backup = tmp_path / "portal.dump"
    assert polytech("backup", str(backup), var=tmp_path / "var").returncode == 0
    assert oct(backup.stat().st_mode & 0o777) == "0o600"
    refused = polytech("restore", str(backup), var=tmp_path / "var")
    assert refused.returncode == Exit.REFUSED
    assert refused.stderr.startswith("polytech: the database is not empty (")
    restored = polytech("restore", str(backup), var=tmp_path / "other")
    assert restored.returncode == 0, restored.stderr
    assert not (tmp_path / "var" / "postgres" / "data" / "postmaster.pid").exists()


def test_a_database_elsewhere_is_used_without_a_word_on_standard_error(tmp_path: Path) -> None:
    done = polytech(
        "backup", str(tmp_path / "empty.dump"), var=tmp_path, POLYTECH_DATABASE_URL=os.environ["POLYTECH_DATABASE_URL"]
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_manual_names_every_setting_and_no_other() -> None:
    read = r"environment\.(?:text|flag|number|names|secret)\(\s*\"(\w+)\""
    written = set()
    for path in (ROOT / "polytech").rglob("*.py"):
        code = path.read_text()
        written |= {f"POLYTECH_{name.upper()}" for name in re.findall(read, code)}
        written |= set(re.findall(r"envvar=\"(POLYTECH_\w+)\"", code))
        written |= set(re.findall(r"environ(?:\.get\(|\[)\"(POLYTECH_\w+)\"", code))
    table = MANUAL.read_text().split("## Settings")[1].split("\n## ")[0]
    explained = {
        name
        for line in table.splitlines()
        if line.startswith("| ")
        for name in re.findall(r"POLYTECH_\w+", line.split("|")[1])
    }
    assert written == explained


def test_the_manual_lists_every_exit_code() -> None:
    table = MANUAL.read_text().split("## Exit codes")[1].split("\n## ")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == {code.value for code in Exit}


def test_an_interrupted_command_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(typer.Typer, "__call__", interrupted)
    assert outcome(["run"]) == Exit.INTERRUPTED


def test_lines_are_plain_where_there_is_no_terminal(tmp_path: Path) -> None:
    done = polytech("--help", var=tmp_path)
    assert "\x1b[" not in done.stdout
