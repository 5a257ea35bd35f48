"""`polytech run`, and each of its parts alone: web server, stream server, worker of jobs."""

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from polytech.config import demo_note, environment, places, preparation, supervisor
from polytech.config.failures import Failure
from polytech.config.offspring import Child
from polytech.config.postgres import Cluster, Server, default_cluster
from polytech.config.screen import Screen

Host = Annotated[str, typer.Option(envvar="POLYTECH_HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="POLYTECH_PORT", min=1, max=65535, help="Port of the web server.")]
StreamsPort = Annotated[
    int, typer.Option(envvar="POLYTECH_STREAMS_PORT", min=1, max=65535, help="Port of the stream server.")
]
Workers = Annotated[
    int, typer.Option(envvar="POLYTECH_WORKERS", min=1, max=64, help="Processes of the web server; one per core.")
]
Threads = Annotated[
    int,
    typer.Option(
        envvar="POLYTECH_THREADS", min=1, max=64, help="Requests that one process of the web server serves at once."
    ),
]
Demo = Annotated[bool, typer.Option(envvar="POLYTECH_DEMO", help="Fill an empty database with the demo university.")]
CORES = os.cpu_count() or 1
BACKLOG = 1024
COMMON = (
    "--http", "1", "--no-ws", "--log-level", "warning", "--no-access-log",
    "--respawn-failed-workers", "--respawn-interval", "1",
)  # fmt: skip
WORKER_SECONDS_TO_STOP = 20.0


def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    streams_port: StreamsPort = 8001,
    workers: Workers = CORES,
    threads: Threads = 8,
    demo: Demo = True,
) -> None:
    """Everything in one: database, migrations, demo university, web server, stream server, jobs.

    Ctrl-C stops all of it. What was acknowledged stays, however it ends.

    Example: `polytech run --port 8080 --no-demo`
    """  # fmt: skip
    address = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::'} else host}:{port}"  # noqa: S104
    os.environ.setdefault("POLYTECH_BASE_URL", address)
    os.environ.setdefault("POLYTECH_STREAMS_URL", f"http://localhost:{streams_port}")
    screen = Screen()
    supervisor.interrupt_on_signals()
    with supervisor.own_terminal(), _place(address) as mark:
        supervisor.require_free_port(host, port, "POLYTECH_PORT")
        supervisor.require_free_port(host, streams_port, "POLYTECH_STREAMS_PORT")
        os.environ |= supervisor.environment_of(mark)
        logs = environment.VAR / "log"
        children = [
            Child("web server", web_command(host, port, workers, threads), logs / "web.log"),
            Child("stream server", streams_command(host, streams_port), logs / "streams.log"),
            # Orphaned it has no database to finish its jobs in; they are idempotent and begin again.
            Child("worker", _own("worker"), logs / "worker.log", {}, WORKER_SECONDS_TO_STOP, signal.SIGKILL),
        ]
        cluster, server, url = _start_database(screen)
        portal = supervisor.Supervisor(children, cluster, server, lambda words: screen.line(f"! {words}"))
        try:
            sign_ins = _fill(screen, demo, url)
            portal.listen_to_signals()
            with screen.step("Servers"):
                portal.start(f"http://{_loopback(host)}:{port}/healthz")
            _greet(screen, address, sign_ins)
            portal.watch()
        except KeyboardInterrupt:
            pass
        finally:
            screen.line("Stopping …")
            portal.stop()
        screen.line("Stopped.")


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = CORES, threads: Threads = 8) -> None:
    """The web server alone, in the foreground: for systemd, behind a proxy that does TLS.

    Example: `polytech serve --port 8000 --workers 4`
    """
    supervisor.require_free_port(host, port, "POLYTECH_PORT")
    _become(web_command(host, port, workers, threads))


def streams(host: Host = "127.0.0.1", streams_port: StreamsPort = 8001) -> None:
    """The stream server alone, in the foreground.

    Example: `polytech streams --streams-port 8001`
    """
    supervisor.require_free_port(host, streams_port, "POLYTECH_STREAMS_PORT")
    _raise_file_limit()
    _become(streams_command(host, streams_port))


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs at the same time.")] = 2,
) -> None:
    """The worker of background jobs alone, in the foreground. SIGTERM lets it finish what it does.

    Example: `polytech worker --concurrency 4`
    """
    from polytech.config.cli import setup_django

    setup_django()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(
            concurrency=concurrency, name="polytech", shutdown_graceful_timeout=WORKER_SECONDS_TO_STOP - 5,
            delete_jobs="never",
        )  # fmt: skip


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Granian with synchronous Django. Threads are for those who send or take slowly, not for speed: they share one
    interpreter lock, but whoever loads a film over a bad line must not keep the others waiting (docs/decisions/0013).
    """
    return [
        _granian(), "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        # A thread that rests takes its connection with it; ten minutes is the most that granian takes.
        "--blocking-threads", str(threads), "--blocking-threads-idle-timeout", "600", "--backlog", str(BACKLOG),
        *COMMON, "--workers-kill-timeout", "8", "polytech.config.wsgi:application",
    ]  # fmt: skip


def streams_command(host: str, port: int) -> list[str]:
    return [
        _granian(), "--interface", "asgi", "--host", host, "--port", str(port), "--workers", "1",
        "--backlog", "8192", "--backpressure", "8192",
        *COMMON, "--workers-kill-timeout", "4", "polytech.config.streams:application",
    ]  # fmt: skip


@contextlib.contextmanager
def _place(address: str) -> Iterator[str]:
    """`var` is there, has room and belongs to this run alone; gives the run's mark."""
    var = environment.VAR
    places.require_writable(var)
    places.require_space(var, 64 * 2**20)
    (var / "log").mkdir(exist_ok=True, mode=0o700)
    _raise_file_limit()
    with supervisor.Lock(var / "run").held(address) as mark:
        yield mark


def _start_database(screen: Screen) -> tuple[Cluster | None, Server | None, str]:
    """The embedded cluster with its server, if it is that, and the database's address."""
    if url := environment.text("DATABASE_URL"):
        from polytech.config import database

        with screen.step("Database elsewhere"):
            _django_ready()
            database.require_reachable()
        return None, None, url
    with screen.step("PostgreSQL") as report:
        cluster = default_cluster()
        server = cluster.start(lambda words: report(None, words))
    return cluster, server, cluster.url


def _fill(screen: Screen, demo: bool, url: str) -> demo_note.SignIns:
    """Assets, migrations, the demo university: each only where it is missing. Sign-ins of the demo, if there is one."""
    if not preparation.is_fresh(url) or demo_note.state() == "filling":
        _prepare(screen, demo)
        preparation.note(url)
    # The note may be of another database, tried in this folder before: whoever wants no demo gets none of it.
    if not demo or demo_note.state() != "filled":
        return []
    os.environ["POLYTECH_DEMO"] = "1"
    os.environ.setdefault("POLYTECH_SECOND_FACTOR", "asked")
    return demo_note.sign_ins()


def _prepare(screen: Screen, demo: bool) -> None:
    from polytech.config import database
    from polytech.config.commands.assets import build

    preparation.forget()
    with screen.step("Assets") as report:
        build(report)
    with screen.step("Migrations") as report:
        _django_ready()
        database.migrate(report)
    if demo:
        from polytech.config import demo as university

        if university.is_wanted():
            with screen.step("Demo university") as report:
                university.fill(report)
        elif not university.is_there():
            demo_note.forget()
    database.let_go()


def _greet(screen: Screen, address: str, sign_ins: demo_note.SignIns) -> None:
    screen.line()
    if sign_ins:
        width = max(len(role) for role, _, _ in sign_ins), max(len(name) for _, name, _ in sign_ins)
        for role, username, password in sign_ins:
            screen.line(f"  {role:<{width[0]}}  {username:<{width[1]}}  {password}")
        screen.line()
    screen.line(f"  Polytech Online: {os.environ['POLYTECH_BASE_URL'] or address}     Ctrl-C stops it.")
    screen.line()


def _django_ready() -> None:
    from polytech.config.cli import setup_django

    setup_django()


def _own(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "polytech", *arguments]


def _granian() -> str:
    return supervisor.program_beside(sys.executable, "granian")


def _become(command: list[str]) -> None:
    """Replace this process, so that signals and systemd reach the server itself."""
    Path(environment.VAR).mkdir(parents=True, exist_ok=True)
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as problem:
        raise Failure(f"{command[0]} cannot be run: {problem.strerror}.") from problem


def _raise_file_limit() -> None:
    """A stream is an open file: take as many as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _loopback(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else host  # noqa: S104
