"""The stream server: real granian, real connections, real notifications."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from polytech.config import streams
from polytech.config.commands.run import streams_command
from polytech.kernel.streams import LARGEST_EVENT_BYTES, publish, read_ticket, stream_url, ticket_for
from tests.config.surroundings import ROOT, answers, children_of, free_port, until

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = "http://localhost:8000"


class Server:
    """The stream server over the tests' own database."""

    def __init__(self) -> None:
        self.port = free_port()
        found = connection.settings_dict
        self.address = psycopg.conninfo.make_conninfo(
            host=found["HOST"], port=found["PORT"] or None, user=found["USER"], password=found["PASSWORD"] or None,
            dbname=found["NAME"],
        )  # fmt: skip
        environment = os.environ | {
            "POLYTECH_DATABASE_URL": self.address, "POLYTECH_SECRET_KEY": settings.SECRET_KEY,
            "POLYTECH_BASE_URL": ORIGIN, "POLYTECH_MOST_STREAMS": "40",
        }  # fmt: skip
        self.process = subprocess.Popen(streams_command("127.0.0.1", self.port), cwd=ROOT, env=environment)
        until(lambda: answers(f"http://127.0.0.1:{self.port}/healthz"), "the stream server hears the database")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def open(self, path: str, origin: str | None = ORIGIN) -> "Stream":
        return Stream(self.port, path, origin)

    def follow(self, topic: str, seconds: int = 60) -> "Stream":
        stream = self.open(f"/events?ticket={ticket_for(topic, seconds=seconds)}")
        assert stream.status == 200
        assert stream.event() == "retry: 3000"
        return stream


class Stream:
    """One open connection, read event by event."""

    def __init__(self, port: int, path: str, origin: str | None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        more = f"Origin: {origin}\r\n" if origin else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()

    def event(self) -> str:
        """The next event as its lines; nothing when the stream has ended."""
        size = int(self.file.readline() or b"0", 16)
        text = self.file.read(size).decode()
        self.file.readline()
        return text.strip()

    def data(self) -> object:
        return json.loads(self.event().removeprefix("data: "))

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


def test_an_event_reaches_those_who_follow_its_topic_and_nobody_else(server: Server) -> None:
    mine, also_mine, other = server.follow("import:1"), server.follow("import:1"), server.follow("import:2")
    publish("import:1", {"share": 0.5, "step": "файлдар"})
    publish("import:2", {"share": 1})
    assert [mine.data(), also_mine.data(), other.data()] == [
        {"share": 0.5, "step": "файлдар"}, {"share": 0.5, "step": "файлдар"}, {"share": 1},
    ]  # fmt: skip
    for stream in (mine, also_mine, other):
        stream.close()


def test_an_event_of_a_transaction_that_is_rolled_back_is_never_heard(server: Server) -> None:
    stream = server.follow("import:3")
    with transaction.atomic():
        publish("import:3", {"number": 1})
        transaction.set_rollback(True)
    publish("import:3", {"number": 2})
    assert stream.data() == {"number": 2}
    stream.close()


def test_an_event_larger_than_a_notification_is_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {LARGEST_EVENT_BYTES}"):
        publish("import:1", {"words": "x" * LARGEST_EVENT_BYTES})


@pytest.mark.parametrize("ticket", ["", "forged", "a:b:c", "%00%ff"])
def test_without_a_valid_ticket_there_is_no_stream(server: Server, ticket: str) -> None:
    assert server.open(f"/events?ticket={ticket}").status == 401


def test_an_expired_ticket_opens_nothing() -> None:
    assert read_ticket(ticket_for("import:1", seconds=-1)) is None
    assert read_ticket(ticket_for("import:1", seconds=10)) is not None


def test_only_the_portals_own_pages_may_listen(server: Server) -> None:
    path = f"/events?ticket={ticket_for('import:4')}"
    assert server.open(path, "https://elsewhere.example").status == 403
    own = server.open(path)
    assert (own.status, own.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert own.headers["content-type"] == "text/event-stream"
    assert own.headers["cache-control"] == "no-store"
    assert own.headers["x-content-type-options"] == "nosniff"
    assert own.headers["content-security-policy"] == "frame-ancestors 'none'"
    own.close()


def test_other_paths_and_methods_are_refused_in_words(server: Server) -> None:
    assert server.open("/").status == 404


def test_one_ticket_opens_only_so_many_streams_at_once(server: Server) -> None:
    path = f"/events?ticket={ticket_for('import:5')}"
    several = [server.open(path) for _ in range(streams.MOST_STREAMS_PER_TICKET + 1)]
    assert [stream.status for stream in several] == [200] * streams.MOST_STREAMS_PER_TICKET + [503]
    for stream in several:
        stream.close()
    until(lambda: server.open(path).status == 200, "their places are free again", 10)


def test_a_full_server_asks_to_come_later(server: Server) -> None:
    opened = []
    while (stream := server.open(f"/events?ticket={ticket_for(f'full:{len(opened)}')}")).status == 200:
        opened.append(stream)
        assert len(opened) <= 40
    assert stream.status == 503
    assert stream.headers["retry-after"] == "30"
    for stream in opened:
        stream.close()


def test_readers_are_told_what_they_may_have_missed_when_the_database_was_away(server: Server) -> None:
    stream = server.follow("import:6")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'polytech streams'"
            " AND datname = current_database()"
        )
    assert stream.event() == "event: missed\ndata: {}"
    publish("import:6", {"again": True})
    assert stream.data() == {"again": True}
    stream.close()


def test_a_reader_who_does_not_read_is_let_go_and_the_others_go_on(server: Server) -> None:
    lazy, diligent = server.follow("lazy:1"), server.follow("lazy:1")
    event = {"words": "x" * 7000}
    for number in range(400):
        publish("lazy:1", {**event, "number": number})
        assert diligent.data() == {**event, "number": number}
    grown = resident_kilobytes(server)
    assert grown < 200_000
    lazy.close()
    diligent.close()


def test_a_stream_address_names_the_stream_server_and_carries_the_ticket() -> None:
    parts = urlsplit(stream_url("import:7"))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{settings.STREAMS_URL}/events"
    found = read_ticket(parts.query.removeprefix("ticket=").replace("%3A", ":"))
    assert found is not None
    assert found[0] == "import:7"
    assert found[1] > time.time()


def resident_kilobytes(server: Server) -> int:
    pids = [server.process.pid, *(pid for pid, _ in children_of(server.process.pid))]
    total = 0
    for pid in pids:
        with Path(f"/proc/{pid}/status").open() as status:
            total += next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return total
