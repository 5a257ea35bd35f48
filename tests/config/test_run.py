"""`polytech run`: one real portal of processes, hurt in every way, loses nothing that was acknowledged."""

import os
import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from polytech.config import environment
from polytech.config.commands import run
from tests.config.surroundings import (
    Portal,
    answers,
    free_port,
    open_to_everybody,
    polytech,
    processes_with,
    small_disk,
    until,
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A running portal with an empty, migrated database and a table of its own for the tests."""
    folder = open_to_everybody(tmp_path_factory.mktemp("portal"))
    running = Portal(folder / "var")
    # What an earlier try with the demo left in the folder, whose database is another one now.
    running.var.mkdir()
    (running.var / "demo.json").write_text('{"state": "filled", "sign_ins": [["student", "aigerim", "told-at-start"]]}')
    running.start()
    with running.connect() as connection:
        connection.execute("CREATE TABLE acknowledged (number int PRIMARY KEY)")
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()


@pytest.fixture(autouse=True)
def all_is_well(request: pytest.FixtureRequest) -> None:
    """Each test begins with a portal that answers."""
    if "portal" in request.fixturenames:
        running: Portal = request.getfixturevalue("portal")
        if running.process is None or running.process.poll() is not None:
            running.start()
        until(running.healthy, "the portal answers")


def write_until_refused(portal: Portal, first: int, hurt_after: int, victim: int) -> list[int]:
    """Numbers that the database acknowledged before the victim's death was felt."""
    acknowledged = []
    with portal.connect() as connection:
        for number in range(first, first + 5000):
            try:
                connection.execute("INSERT INTO acknowledged VALUES (%s)", [number])
            except psycopg.OperationalError:
                break
            acknowledged.append(number)
            if len(acknowledged) == hurt_after:
                os.kill(victim, signal.SIGKILL)
    return acknowledged


def kept(portal: Portal, first: int) -> list[int]:
    with portal.connect() as connection:
        rows = connection.execute("SELECT number FROM acknowledged WHERE number >= %s ORDER BY 1", [first]).fetchall()
    return [int(str(number)) for (number,) in rows]


def test_without_the_demo_nobody_is_told_a_sign_in(portal: Portal) -> None:
    assert "told-at-start" not in portal.said()
    page = urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/account/login/").read().decode()
    assert ("told-at-start" in page, "aigerim" in page) == (False, False)


def test_a_killed_web_server_is_started_again(portal: Portal) -> None:
    before = portal.part("polytech.config.wsgi")
    os.kill(before, signal.SIGKILL)
    until(lambda: portal.part("polytech.config.wsgi") not in (0, before), "another web server")
    until(portal.healthy, "it answers")
    assert "the web server ended (code -9); starting it again" in portal.said()


def test_a_killed_stream_server_is_started_again(portal: Portal) -> None:
    before = portal.part("polytech.config.streams")
    os.kill(before, signal.SIGKILL)
    until(lambda: portal.part("polytech.config.streams") not in (0, before), "another stream server")
    until(portal.healthy, "it answers")


def test_a_killed_worker_is_started_again(portal: Portal) -> None:
    before = portal.part("polytech worker")
    os.kill(before, signal.SIGKILL)
    until(lambda: portal.part("polytech worker") not in (0, before), "another worker")


def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(portal: Portal) -> None:
    acknowledged = write_until_refused(portal, 10_000, 200, portal.part("bin/postgres"))
    assert len(acknowledged) >= 200
    until(lambda: portal.part("bin/postgres") and portal.cluster.answers(), "PostgreSQL is back")
    until(portal.healthy, "the servers have found it")
    assert set(acknowledged) <= set(kept(portal, 10_000))


def test_nothing_acknowledged_is_lost_when_the_supervisor_is_killed_and_no_process_stays_behind(portal: Portal) -> None:
    assert portal.process is not None
    acknowledged = write_until_refused(portal, 20_000, 200, portal.process.pid)
    portal.process.wait()
    portal.start()
    until(portal.healthy, "the portal answers again")
    assert set(acknowledged) <= set(kept(portal, 20_000))
    # Each part is there once: nothing of the run before is left.
    web = [pid for pid in processes_with(str(portal.var)) if pid in processes_with("polytech.config.wsgi")]
    assert len(web) == 2  # granian and its one worker


def test_a_second_run_is_told_where_the_first_one_is(portal: Portal) -> None:
    second = polytech("run", "--port", str(free_port()), "--streams-port", str(free_port()), var=portal.var)
    assert second.returncode == 5
    assert second.stderr == (
        f"polytech: Polytech Online already runs from this folder (process {portal.process.pid}, "
        f"http://localhost:{portal.port}). Stop that one first (Ctrl-C), or set POLYTECH_VAR to another folder for "
        "this one.\n"
    )
    assert portal.healthy()


def test_ctrl_c_stops_everything_with_exit_code_0(portal: Portal) -> None:
    assert portal.stop() == 0
    assert portal.said().endswith("Stopping …\nStopped.\n")
    until(lambda: not processes_with(str(portal.var)), "no process is left", 10)


def test_the_logs_are_for_their_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "VAR", tmp_path)
    with run._place("http://localhost"):
        assert (tmp_path / "log").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = polytech("run", "--port", str(port), var=tmp_path / "var")
    assert done.returncode == 5
    assert done.stderr == (
        f"polytech: port {port} of 127.0.0.1 is taken by another program (Address already in use). Stop it, or take "
        f"another port: POLYTECH_PORT={port + 80} make run\n"
    )
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    var = tmp_path / "file" / "var"
    done = polytech("run", var=var)
    assert done.returncode == 5
    assert done.stderr == (
        f"polytech: no permission to write into {var}. Make it yours (chown -R $USER {var}), or name another folder: "
        "POLYTECH_VAR=/some/folder.\n"
    )


def test_a_full_disk_is_told_before_anything_begins(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        done = polytech("run", "--port", str(free_port()), "--streams-port", str(free_port()), var=disk / "var")
    assert done.returncode == 5
    assert re.sub(r"1[56] MB", "… MB", done.stderr) == (
        f"polytech: the disk with {disk}/var is full: … MB are free, 64 MB are needed. Free some space, or set "
        "POLYTECH_VAR to a folder on another disk.\n"
    )


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://somebody:secret-word@127.0.0.1:{free_port()}/portal"
    done = polytech("run", "--port", str(free_port()), "--streams-port", str(free_port()), var=tmp_path / "var",
                    POLYTECH_DATABASE_URL=address)  # fmt: skip
    assert done.returncode == 5
    assert "polytech: the database of POLYTECH_DATABASE_URL (somebody@127.0.0.1:" in done.stderr
    assert "secret-word" not in done.stderr + done.stdout


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    done = polytech("migrate", var=tmp_path / "var", POLYTECH_DATABASE_URL="mysql:/what")
    assert done.returncode == 5
    assert done.stderr.startswith("polytech: POLYTECH_DATABASE_URL is no address of a PostgreSQL: ")


def test_whoever_sends_slowly_keeps_nobody_waiting(portal: Portal) -> None:
    slow = []
    for _ in range(3):
        line = socket.create_connection(("127.0.0.1", portal.port))
        line.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nlogin=")
        slow.append(line)
    answered = [answers(f"http://127.0.0.1:{portal.port}/account/login/") for _ in range(5)]
    for line in slow:
        line.close()
    assert answered == [True] * 5
