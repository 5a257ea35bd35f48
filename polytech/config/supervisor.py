"""Keeps the parts of a running portal alive, and ends them together."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import threading
import time
import types
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from polytech.config import offspring
from polytech.config.failures import Failure
from polytech.config.offspring import RUN_VARIABLE, Child
from polytech.config.postgres import Cluster, Server

TICK_SECONDS = 0.5
ROTATE_SECONDS = 60.0
# A part that ends more often than this in the window is broken, not unlucky.
MOST_ENDS = 5
WINDOW_SECONDS = 60.0
FIRST_PAGE_SECONDS = 60.0
PORT_SECONDS = 1.0


@dataclass(frozen=True)
class Lock:
    """One run at a time per `var`: a lock that the kernel releases however the holder ends."""

    folder: Path

    @contextlib.contextmanager
    def held(self, address: str) -> Iterator[str]:
        """Hold the lock; gives the mark of this run, after what an earlier run left behind is ended.

        Args:
            address: what a second run is told.

        Raises:
            Failure: somebody holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        note = self.folder / "run.json"
        with (self.folder / "lock").open("a") as lock:
            earlier = _read(note)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure(
                    f"Polytech Online already runs from this folder (process {earlier.get('pid', '?')}, "
                    f"{earlier.get('address', '?')}). Stop that one first (Ctrl-C), or set POLYTECH_VAR to another "
                    "folder for this one."
                ) from None
            if earlier.get("run"):
                offspring.end_leftovers(str(earlier["run"]))
            run = secrets.token_hex(8)
            note.write_text(json.dumps({"pid": os.getpid(), "address": address, "run": run}))
            try:
                yield run
            finally:
                note.unlink(missing_ok=True)


def _read(note: Path) -> dict[str, object]:
    try:
        found = json.loads(note.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def require_free_port(host: str, port: int, variable: str) -> None:
    """Refuse early, in a sentence, where another program listens. What a killed run held is waited for.

    Args:
        variable: the setting with which the operator names another port.
    """
    until = time.monotonic() + PORT_SECONDS
    while (problem := _bind(host, port)) is not None:
        if isinstance(problem, PermissionError):
            raise Failure(f"no permission for port {port}; take one above 1023: {variable}=8080 make run")
        if time.monotonic() > until:
            raise Failure(
                f"port {port} of {host} is taken by another program ({problem.strerror}). Stop it, or take another "
                f"port: {variable}={port + 80} make run"
            )
        time.sleep(0.05)


def _bind(host: str, port: int) -> OSError | None:
    """What is in the way of listening there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return problem
    return None


class Supervisor:
    """Runs the children until it is told to stop.

    Args:
        children: started in this order, stopped in the opposite one.
        cluster, server: the embedded PostgreSQL, if there is one; restarted when it ends.
        tell: hears in words what happened to a child.
    """

    def __init__(
        self, children: list[Child], cluster: Cluster | None, server: Server | None, tell: Callable[[str], None]
    ) -> None:
        self.children = children
        self.cluster = cluster
        self.server = server
        self.tell = tell
        self.stopping = threading.Event()
        self.database_ends: list[float] = []

    def listen_to_signals(self) -> None:
        for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(what, self._on_signal)

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        self.stopping.set()

    def start(self, address: str) -> None:
        """Start the first child, and when it answers at `address`, the others: the first page comes sooner so.

        Raises:
            Failure: it ended, or did not answer in time; with its last words.
        """
        first, *others = self.children
        first.start()
        until = time.monotonic() + FIRST_PAGE_SECONDS
        while not answers(address) and not self.stopping.wait(0.05):
            if not first.is_alive:
                raise Failure(f"the {first.name} ended while starting. Its last words:\n{first.last_words()}")
            if time.monotonic() > until:
                raise Failure(f"{address} did not answer. Last words:\n{first.last_words()}")
        for child in others:
            child.start()

    def watch(self) -> None:
        """Until told to stop; ended children are started again.

        Raises:
            Failure: a part ended again and again.
        """
        rotated_at = time.monotonic()
        while not self.stopping.wait(TICK_SECONDS):
            self._mend_database()
            for child in self.children:
                self._mend(child)
            if time.monotonic() - rotated_at > ROTATE_SECONDS:
                rotated_at = time.monotonic()
                self._rotate_logs()

    def stop(self) -> None:
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        for child in reversed(self.children):
            child.stop()
        if self.server is not None:
            self.server.stop()

    def _mend(self, child: Child) -> None:
        if child.is_alive or self.stopping.is_set():
            return
        child.clear_remains()
        words = child.last_words()
        _count_end(child.ended_at, f"the {child.name}", words)
        code = child.process.returncode if child.process else "?"
        self.tell(f"the {child.name} ended (code {code}); starting it again. Its log: {child.log}")
        child.start()

    def _mend_database(self) -> None:
        if self.cluster is None or self.server is None or self.server.process.poll() is None:
            return
        _count_end(self.database_ends, "PostgreSQL", self.server.said())
        self.tell(f"PostgreSQL ended (code {self.server.process.returncode}); starting it again")
        self.server = self.cluster.start(self.tell)
        # Their connections are gone: fresh workers take fresh ones before the next reader meets a dead one.
        for child in self.children:
            if child.name == "web server":
                child.signal(signal.SIGHUP)

    def _rotate_logs(self) -> None:
        for child in self.children:
            offspring.rotate(child.log)
        if self.cluster is not None and self.server is not None:
            offspring.rotate(self.cluster.log)
            self.server.mark = min(self.server.mark, self.cluster.log.stat().st_size)


def _count_end(ends: list[float], who: str, words: str) -> None:
    moment = time.monotonic()
    ends[:] = [*(end for end in ends if moment - end < WINDOW_SECONDS), moment]
    if len(ends) > MOST_ENDS:
        raise Failure(f"{who} ended {len(ends)} times in a minute, so everything was stopped. Its last words:\n{words}")


def interrupt_on_signals() -> None:
    """While things are prepared, SIGTERM and SIGHUP end the program as Ctrl-C does: in order."""
    for what in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(what, signal.default_int_handler)


def answers(address: str) -> bool:
    """Whether a web server says 200 at this address."""
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextlib.contextmanager
def own_terminal() -> Iterator[None]:
    """Take the terminal from `make`, so that Ctrl-C ends this program in order and `make` sees its exit code."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
        before = os.tcgetpgrp(terminal)
    except OSError:
        yield
        return
    if before != os.getpgrp() or os.getpid() == os.getpgrp():
        os.close(terminal)
        yield
        return
    ignored = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, before)
        signal.signal(signal.SIGTTOU, ignored)
        os.close(terminal)


def environment_of(run: str) -> dict[str, str]:
    """What every child gets: the mark by which a later run finds what this one left behind."""
    return {RUN_VARIABLE: run, "PYTHONUNBUFFERED": "1"}


def program_beside(python: str, name: str) -> str:
    """A program of the same environment as this interpreter."""
    found = Path(python).parent / name
    if not found.exists():
        raise Failure(f"{found} is missing. Install the locked dependencies: make setup")
    return str(found)
