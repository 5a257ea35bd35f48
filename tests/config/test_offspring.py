"""Children and their logs."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from polytech.config import offspring
from polytech.config.offspring import Child
from tests.config.surroundings import until


def test_a_log_that_grew_is_moved_on_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(f"{number} ".encode() * 60)
            offspring.rotate(log, largest=100, kept=3)
        writer.write(b"last")
    assert log.read_bytes() == b"last"
    assert [log.with_name(f"web.log.{number}").read_bytes()[:1] for number in (1, 2, 3)] == [b"4", b"3", b"2"]
    assert not log.with_name("web.log.4").exists()


def test_a_small_log_and_a_missing_one_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("short")
    offspring.rotate(tmp_path / "web.log", largest=100)
    offspring.rotate(tmp_path / "none.log", largest=100)
    assert [path.name for path in tmp_path.iterdir()] == ["web.log"]


def test_a_child_that_does_not_want_to_stop_is_killed_with_its_own_children(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "own = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(own.pid, flush=True)\nown.wait()"
    )
    child = Child("stubborn", [sys.executable, "-c", stubborn], tmp_path / "log", seconds_to_stop=0.2)
    child.start()
    until(lambda: child.log.read_text().strip(), "it has started its own")
    grandchild = int(child.log.read_text())
    child.stop()
    assert not child.is_alive
    until(
        lambda: not Path(f"/proc/{grandchild}/cmdline").exists() or not runs(grandchild), "the grandchild is gone", 10
    )


def test_leftovers_of_an_earlier_run_are_ended_and_nobody_else(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    ours = subprocess.Popen(sleeper, env=os.environ | {offspring.RUN_VARIABLE: "run-of-this-test"})
    other = subprocess.Popen(sleeper, env=os.environ | {offspring.RUN_VARIABLE: "run-of-this-test-too"})
    try:
        until(lambda: offspring._marked("run-of-this-test") == [ours.pid], "the mark is seen")
        assert offspring.end_leftovers("run-of-this-test") == 1
        assert ours.wait(10) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


def runs(pid: int) -> bool:
    """Whether it is there and not merely waiting to be forgotten."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
