"""Run a command with a temporary cluster of the machine's own PostgreSQL behind POLYTECH_DATABASE_URL.

    python3 polytech/config/borrowed.py /usr/lib/postgresql/15/bin .venv/bin/pytest -q

Only the standard library is used. The server runs as the unprivileged user when root calls, listens on a socket in a
temporary folder, and is gone afterwards, however the command ends.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 30.0


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        sys.stderr.write("usage: borrowed.py FOLDER_OF_PROGRAMS COMMAND [ARGUMENT]...\n")
        return 2
    programs, command = Path(arguments[0]), arguments[1:]
    if not (programs / "postgres").exists():
        sys.stderr.write(f"polytech: {programs}/postgres is missing. Install it: apt-get install postgresql-15\n")
        return 5
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="polytech-pg-", dir="/tmp"))
    server: subprocess.Popen[bytes] | None = None
    try:
        server = start(programs, folder)
        address = f"postgresql://polytech@/polytech?host={quote(str(folder), safe='')}"
        return subprocess.run(command, env=os.environ | {"POLYTECH_DATABASE_URL": address}, check=False).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def start(programs: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """A server with one empty database, `polytech`; only this user reaches its socket."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = folder / "data"
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": "/"}
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [str(programs / "initdb"), "-D", str(data), "-U", "polytech", "--auth=trust", "--no-sync", *locale],
        check=True, **quiet, **identity,
    )  # fmt: skip
    settings = {
        "listen_addresses": "", "unix_socket_directories": str(folder), "unix_socket_permissions": "0700",
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "80",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data),
             *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, **identity,
        )  # fmt: skip
    until = time.monotonic() + START_SECONDS
    create = [str(programs / "createdb"), "-h", str(folder), "-U", "polytech", "polytech"]
    while subprocess.run(create, stderr=subprocess.DEVNULL, check=False, **quiet).returncode:
        if server.poll() is not None or time.monotonic() > until:
            sys.stderr.write((folder / "log").read_text(errors="replace"))
            raise SystemExit(5)
        time.sleep(0.1)
    return server


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
