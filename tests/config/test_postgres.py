"""The embedded PostgreSQL: what is in its way is told in a sentence, and nothing saved is lost."""

import os
import pwd
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from polytech.config import places
from polytech.config.failures import Exit
from polytech.config.postgres import LONGEST_SOCKET_PATH, SOCKET_FILE, Cluster, PostgresError, server_programs
from tests.config.surroundings import open_to_everybody, processes_with, small_disk, until

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that everybody can reach."""
    return open_to_everybody(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that is made once; each test starts and stops it."""
    base = open_to_everybody(tmp_path_factory.mktemp("cluster"))
    cluster = Cluster(base / "postgres", durable=False)
    cluster.start().stop()
    yield cluster


def test_a_cluster_is_private_asks_for_a_password_and_has_no_network(made: Cluster) -> None:
    server = made.start()
    try:
        with psycopg.connect(made.url) as connection:
            settings = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings"
                    " WHERE name IN ('listen_addresses', 'unix_socket_permissions')"
                ).fetchall()
            )
        assert settings == {"listen_addresses": "", "unix_socket_permissions": "0700"}
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(made.url.replace(made.password_file.read_text(), "wrong"))
    finally:
        server.stop()
    assert stat.S_IMODE(made.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.home.stat().st_mode) == 0o700


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_the_server_never_runs_as_root(made: Cluster) -> None:
    server = made.start()
    try:
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid
    finally:
        server.stop()
    assert owner == pwd.getpwnam("nobody").pw_uid


def test_a_start_waits_for_the_orphans_of_a_killed_server(made: Cluster) -> None:
    made = Cluster(made.folder, durable=True)
    first = made.start()
    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        # This session's own process outlives the server for a moment and holds its shared memory.
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        second = made.start()
    try:
        with psycopg.connect(made.url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
    finally:
        second.stop()


def test_a_stopped_server_leaves_no_process_behind(made: Cluster) -> None:
    server = made.start()
    server.stop()
    until(lambda: not processes_with(str(made.data)), "no process is left", 10)
    assert not made.answers()


def test_a_cluster_of_another_version_is_told_with_the_way_out(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError) as told:
        Cluster(folder / "postgres").start()
    assert told.value.code is Exit.SURROUNDINGS
    assert told.value.sentence == (
        f"{data} was made by PostgreSQL 14, and this version brings 18. Write a backup with the version of Polytech "
        "Online that made it (polytech backup), move the folder away, and read the backup into the new one (polytech "
        "restore)."
    )


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "thesis.txt").write_text("three years of work")
    with pytest.raises(PostgresError) as told:
        Cluster(folder / "postgres").start()
    assert told.value.sentence == (
        f"{data} is not empty, but holds no PostgreSQL cluster. Move it away and start again."
    )
    assert (data / "thesis.txt").read_text() == "three years of work"


def test_an_interrupted_creation_is_begun_again(folder: Path) -> None:
    unfinished = folder / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    cluster = Cluster(folder / "postgres", durable=False)
    server = cluster.start()
    try:
        assert cluster.answers()
    finally:
        server.stop()
    assert not unfinished.exists()


def test_a_long_path_gets_a_short_socket_that_is_ours_alone(folder: Path) -> None:
    long = folder / ("a" * 60) / ("b" * 60) / "postgres"
    assert len(str(long / SOCKET_FILE)) > LONGEST_SOCKET_PATH
    cluster = Cluster(long, durable=False)
    server = cluster.start()
    try:
        assert cluster.answers()
        assert cluster.socket_folder.parent == Path("/tmp")
        assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
    finally:
        server.stop()
        cluster.socket_folder.rmdir()


def test_a_short_folder_of_somebody_else_is_not_used(folder: Path) -> None:
    long = folder / ("c" * 120)
    theirs = places.short_folder_for(long)
    theirs.chmod(0o777)
    try:
        with pytest.raises(places.Failure, match=f"{theirs} belongs to somebody else"):
            places.short_folder_for(long)
    finally:
        theirs.rmdir()


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_a_cluster_that_the_unprivileged_user_cannot_reach_goes_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "STATE", folder / "state")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "var" / "postgres", durable=False)
    server = cluster.start()
    try:
        assert cluster.answers()
    finally:
        server.stop()
    assert (closed / "var" / "postgres").readlink().parent == folder / "state" / "clusters"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    # And it is found again.
    cluster.start().stop()


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_programs_that_the_unprivileged_user_cannot_reach_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "STATE", folder / "state")
    programs = server_programs()
    wheel = programs.parent.parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (closed / part.name).symlink_to(part)
    found = places.reachable_programs(closed / programs.relative_to(wheel.parent))
    assert found.is_relative_to(folder / "state")
    assert places.reachable(found / "postgres")
    assert Cluster(folder / "x")._run(found, "initdb", "--version").startswith("initdb (PostgreSQL) 18")


def test_a_link_to_a_folder_that_is_gone_is_told(folder: Path) -> None:
    (folder / "postgres").symlink_to(folder / "gone")
    with pytest.raises(PostgresError, match=r"points to .*gone, which is gone"):
        Cluster(folder / "postgres").start()


def test_nothing_acknowledged_is_lost_when_the_disk_becomes_full(folder: Path) -> None:
    with small_disk(folder / "disk", 420) as disk:
        cluster = Cluster(disk / "postgres", durable=True)
        server = cluster.start()
        filler = disk / "filler"
        acknowledged = []
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number int, words text)")
            with filler.open("wb") as file, pytest.raises(OSError, match="No space left"):
                while True:
                    file.write(bytes(2**20))
                    file.flush()
            with pytest.raises(psycopg.Error):
                for number in range(100_000):
                    connection.execute("INSERT INTO kept VALUES (%s, repeat('x', 2000))", [number])
                    acknowledged.append(number)
        server.stop()
        with pytest.raises(places.Failure) as told:
            cluster.start()
        assert told.value.sentence.startswith(f"the disk with {disk}/postgres is full: ")
        filler.unlink()
        server = cluster.start()
        try:
            with psycopg.connect(cluster.url) as connection:
                rows = connection.execute("SELECT number FROM kept ORDER BY number").fetchall()
        finally:
            server.stop()
    assert set(acknowledged) <= {number for (number,) in rows}


@pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_told(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o755)
    sentence = as_nobody(lambda: places.require_writable(closed))
    assert sentence == (
        f"no permission to write into {closed}. Make it yours (chown -R $USER {closed}), or name another folder: "
        "POLYTECH_VAR=/some/folder."
    )


def as_nobody(act: Callable[[], None]) -> str:
    """What an act says when it fails for an unprivileged user."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            act()
        except places.Failure as failure:
            os.write(writing, failure.sentence.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        sentence = said.read()
    os.waitpid(child, 0)
    return sentence
