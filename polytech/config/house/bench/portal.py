"""An installation that is measured: a database and a web server of its own, in a folder that goes away."""

import contextlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from polytech.config.failures import Failure
from polytech.config.house.bench.processes import cpu_seconds
from polytech.config.house.bench.reader import wait_for
from polytech.config.postgres import Cluster

LONGEST_STEP_SECONDS = 1800.0
INSIDE = "polytech.config.house.bench.inside"


@dataclass
class Portal:
    """`web` and `database` are the process ids under which all the work is done."""

    folder: Path
    environment: dict[str, str]
    database: int
    address: str = ""
    web: int = 0

    def cpu_seconds(self) -> float:
        """Of web server and database together, until now."""
        return cpu_seconds(*(pid for pid in (self.web, self.database) if pid))

    def run(self, *arguments: str) -> tuple[str, float]:
        """A command of `polytech`, or a module by `-m`: what it printed, and the CPU-seconds it and the database took.

        Raises:
            Failure: it ended badly; its last words are in the sentence.
        """
        program = arguments if arguments[0] == "-m" else ("-m", "polytech", *arguments)
        before = cpu_seconds(self.database) + _of_ended_children()
        done = subprocess.run(
            [sys.executable, *program], env=self.environment, cwd="/", capture_output=True, text=True,
            timeout=LONGEST_STEP_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise Failure(f"`{' '.join(arguments)}` failed: {(done.stderr or done.stdout).strip()[-2000:]}")
        return done.stdout, cpu_seconds(self.database) + _of_ended_children() - before

    def json_of(self, act: str) -> dict[str, str]:
        return dict(json.loads(self.run("-m", INSIDE, act)[0]))

    @contextlib.contextmanager
    def answering(self, act: str) -> Iterator[Callable[[], float]]:
        """A process that does something inside this installation whenever it is asked, and answers with a number."""
        with subprocess.Popen(
            [sys.executable, "-m", INSIDE, act], env=self.environment, cwd="/", text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            questions, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)

            def ask() -> float:
                questions.write("\n")
                questions.flush()
                return float(answers.readline())

            yield ask
            questions.close()

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The web server with one worker, answering."""
        port = _free_port()
        self.address = f"http://localhost:{port}"
        self.environment |= {"POLYTECH_BASE_URL": self.address}
        with (self.folder / "web.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "polytech", "serve", "--port", str(port), "--workers", "1"],
                env=self.environment, cwd="/", stdout=log, stderr=log,
            )  # fmt: skip
        try:
            wait_for(lambda: answers(f"{self.address}/healthz"))
            self.web = server.pid
            yield
        finally:
            self.web = 0
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(15)
            server.kill()


@contextlib.contextmanager
def portal() -> Iterator[Portal]:
    """An empty installation with its database running; everything is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="polytech-bench-"))
    folder.chmod(0o755)
    try:
        cluster = Cluster(folder / "postgres")
        server = cluster.start()
        try:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYTECH_")} | {
                "POLYTECH_VAR": str(folder),
                "POLYTECH_DATABASE_URL": cluster.url,
                "POLYTECH_SECOND_FACTOR": "asked",
            }
            yield Portal(folder, environment, server.process.pid)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 – our own server
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
