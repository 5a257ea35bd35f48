"""Child processes: started with a log of their own, ended with everything they started, never outliving the parent."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

RUN_VARIABLE = "POLYTECH_RUN"
LARGEST_LOG_BYTES = 10 * 2**20
KEPT_LOGS = 3
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


def ask_to_die_with_parent(how: signal.Signals) -> None:
    """The kernel sends this process `how` when its parent ends, even by kill -9 (prctl(2))."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(how), 0, 0, 0)


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """The same for a child, as `preexec_fn`."""
    return lambda: ask_to_die_with_parent(how)


@dataclass
class Child:
    """One part of the running portal.

    Args:
        name: for the log's name and for people.
        command: program and arguments.
        log: where its output goes; rotated by `rotate`.
        seconds_to_stop: how long it may finish its work before it is killed.
        when_orphaned: what the kernel sends it when the supervisor was killed.
    """

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    seconds_to_stop: float = 10.0
    when_orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    ended_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=os.environ | self.environment,
                preexec_fn=die_with_parent(self.when_orphaned),
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, what: signal.Signals) -> None:
        if self.process is not None and self.is_alive:
            self.process.send_signal(what)

    def stop(self) -> None:
        """Ask, wait, and in the end kill, together with whatever it started."""
        if self.process is None:
            return
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.seconds_to_stop)
        self.clear_remains()
        self.process.wait()

    def clear_remains(self) -> None:
        """Kill what is left of its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self, lines: int = 12) -> str:
        return last_lines(self.log, lines)


def last_lines(path: Path, lines: int) -> str:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 16_384))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
    return ""


def rotate(path: Path, largest: int = LARGEST_LOG_BYTES, kept: int = KEPT_LOGS) -> None:
    """Keep a log small: its text moves to `.1`, older ones move on; the writer goes on writing into the same file.

    Args:
        largest: bytes from which on it is rotated.
        kept: how many old files stay.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size < largest:
            return
        for number in range(kept - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)


def end_leftovers(run: str, seconds: float = 3.0) -> int:
    """End the processes of an earlier run whose supervisor was killed; how many there were.

    Args:
        run: the mark which that run put into the environment of every process it started (RUN_VARIABLE).
    """
    found = _marked(run)
    for pid in found:
        _send(pid, signal.SIGTERM)
    for pid in _left_after(found, seconds):
        _send(pid, signal.SIGKILL)
    _left_after(found, seconds)
    return len(found)


def _left_after(pids: list[int], seconds: float) -> list[int]:
    """Which processes have not ended when the time is over."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if not _has_ended(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _has_ended(pid: int) -> bool:
    """A process that is ending loses its environment first and its ports later: ended is what is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return True


def _marked(run: str) -> list[int]:
    mark = f"{RUN_VARIABLE}={run}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, what)
