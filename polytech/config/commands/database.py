"""Commands about the database: migrate, backup, restore."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from django.db import connection

from polytech.config import database
from polytech.config.failures import Exit, Failure
from polytech.config.postgres import server_programs
from polytech.config.screen import Screen
from polytech.config.settings import libpq_parameters


def migrate() -> None:
    """Bring the database to this version. Does nothing when it is there already.

    Example: `polytech migrate`
    """
    screen = Screen()
    with screen.step("Migrations") as report:
        number = database.migrate(report)
    screen.line(f"{number} applied" if number else "nothing to do")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; must not exist yet.")],
) -> None:
    """Write the whole database into one file (pg_dump's custom format). Copy the folder of files beside it.

    Example: `polytech backup /srv/backups/polytech-2026-09-01.dump`
    """
    if file.exists():
        raise Failure(f"{file} exists already.", Exit.REFUSED)
    unfinished = file.with_name(f".{file.name}.unfinished")
    screen = Screen()
    with screen.step("Backup"):
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        try:
            with unfinished.open("wb") as target:
                _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", stdout=target.fileno())
                os.fsync(target.fileno())
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.rename(file)
    screen.line(
        f"{file}: {file.stat().st_size / 2**20:.1f} MB. The files of the portal are not in it: see "
        "docs/operator.md, Backup."
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `polytech backup` wrote.", exists=True, dir_okay=False)],
) -> None:
    """Read a backup into an empty database, all of it or nothing.

    Example: `polytech restore /srv/backups/polytech-2026-09-01.dump`
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = cursor.fetchone()
    if tables:
        raise Failure(
            f"the database is not empty ({tables} tables). A backup is read into an empty one: create it, or move "
            "the folder var/postgres away, and try again.", Exit.REFUSED,
        )  # fmt: skip
    screen = Screen()
    with screen.step("Restore"), file.open("rb") as source:
        _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
             stdin=source.fileno())  # fmt: skip


def _run(program: str, *arguments: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL) -> None:
    """One of PostgreSQL's client programs. The database's address, password and all, is in a file that only we read."""
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder) / "service"
        service.touch(mode=0o600)
        address = libpq_parameters(connection.settings_dict)
        service.write_text("[polytech]\n" + "".join(f"{word}={value}\n" for word, value in address.items()))
        done = subprocess.run(
            [str(server_programs() / program), "--dbname=service=polytech", *arguments],
            stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False,
            env={"PGSERVICEFILE": str(service), "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        )  # fmt: skip
    if done.returncode:
        trouble = done.stderr.strip()
        if "No space left on device" in trouble:
            raise Failure("the disk is full. Free some space and try again.")
        raise Failure(f"{program} failed: {trouble}")
