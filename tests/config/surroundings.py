"""Real processes and real machines' troubles for the tests of the program."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from polytech.config.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
# Generous: a busy machine is slow, and only a failure waits so long.
DEADLINE_SECONDS = 180.0


def until(holds: Callable[[], object], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait for something of another process, with a deadline."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to whoever connects to somewhere."""
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = secrets.randbelow(first_given - 20_000) + 20_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def open_to_everybody(folder: Path) -> Path:
    """The folder, after the way to it is opened: PostgreSQL runs as somebody else when root runs the tests."""
    own = Path(tempfile.gettempdir()).resolve()
    for path in (folder, *folder.parents):
        if path == own or not path.is_relative_to(own):
            break
        path.chmod(0o755)
    return folder


def missing(reason: str) -> None:
    """Skipped on a developer's machine, failed where CI=true says that nothing may be left out."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"CI leaves nothing out: {reason}")
    pytest.skip(reason)


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own that can be filled."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        missing(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def settings(var: Path, **more: str) -> dict[str, str]:
    """An operator's environment: nothing of the tests' own settings in it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("POLYTECH_")}
    return plain | {"POLYTECH_VAR": str(var), "POLYTECH_DEMO": "no"} | more


def polytech(*arguments: str, var: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """One run of the program, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "polytech", *arguments], cwd=ROOT, env=settings(var, **more),
        capture_output=True, text=True, check=False, timeout=DEADLINE_SECONDS, stdin=subprocess.DEVNULL,
    )  # fmt: skip


class Portal:
    """`polytech run`, started for real."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port, self.streams_port = free_port(), free_port()
        self.output = var.parent / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "polytech", "run", "--port", str(self.port), "--streams-port",
                 str(self.streams_port), "--workers", "1"],
                cwd=ROOT, env=settings(self.var), stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        until(lambda: "Ctrl-C stops it" in self.said() or self.process.poll() is not None, "the portal runs")
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(DEADLINE_SECONDS)

    def healthy(self) -> bool:
        return all(answers(f"http://127.0.0.1:{port}/healthz") for port in (self.port, self.streams_port))

    def part(self, word: str) -> int:
        """The process of one part: the child of the supervisor whose command line holds this word; 0 when none."""
        assert self.process is not None
        return next((pid for pid, line in children_of(self.process.pid) if word in line), 0)

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.var / "postgres")

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.cluster.url, autocommit=True)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children_of(pid: int) -> list[tuple[int, str]]:
    """Process number and command line of each child."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError, ValueError):
            if folder.name.isdigit() and int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
    return found


def processes_with(word: str) -> list[int]:
    """Processes whose command line or environment names `word`, other than this one and ended ones."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if word.encode() in (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found
