"""The stream server: server-sent events from one LISTEN connection, a raw ASGI application without Django's views.

    GET /events?ticket=…    an event stream of the ticket's topic (`kernel.streams.ticket_for`)
    GET /healthz            200 while notifications reach us, 503 otherwise

An open stream costs one waiting coroutine and one small object. Whoever reads too slowly is let go: the browser
connects again and the page reads its state anew. After the connection to the database was lost, every reader gets the
event `missed`, because nobody knows what was said in between.
"""

import asyncio
import contextlib
import json
import logging
import logging.config
import os
import signal
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from polytech.config import environment
from polytech.config.offspring import RUN_VARIABLE, ask_to_die_with_parent
from polytech.config.settings import libpq_parameters
from polytech.kernel.streams import CHANNEL, read_ticket
from polytech.ui.middleware import headers_of_every_answer

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_STREAMS = environment.number("MOST_STREAMS", 5000)
MOST_STREAMS_PER_TICKET = 6
LONGEST_QUEUE = 64
LONGEST_SEND_SECONDS = 20.0
HEARTBEAT_SECONDS = 25.0
CHECK_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0

HELLO = b"retry: 3000\n\n"
HEARTBEAT = b": here\n\n"
EXPIRED = b"event: expired\ndata: {}\n\n"
MISSED = b"event: missed\ndata: {}\n\n"

logging.config.dictConfig(settings.LOGGING)
log = logging.getLogger(__name__)


class Reader:
    """One open stream. `waiting` holds what is not sent yet; `sender` runs only while there is something."""

    __slots__ = ("closed", "expires", "send", "sender", "task", "ticket", "topic", "waiting")

    def __init__(self, topic: str, expires: int, ticket: str, send: Send) -> None:
        self.topic = topic
        self.expires = expires
        self.ticket = ticket
        self.send = send
        self.waiting: deque[bytes] = deque()
        self.sender: asyncio.Task[None] | None = None
        self.task = asyncio.current_task()
        self.closed = False

    def give(self, chunk: bytes) -> None:
        if self.closed:
            return
        if len(self.waiting) >= LONGEST_QUEUE:
            self.close()
            return
        self.waiting.append(chunk)
        if self.sender is None:
            self.sender = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self.waiting and not self.closed:
                async with asyncio.timeout(LONGEST_SEND_SECONDS):
                    await self.send({"type": "http.response.body", "body": self.waiting.popleft(), "more_body": True})
        except Exception:
            # Whoever went away or reads too slowly; the browser comes back by itself.
            self.close()
        finally:
            self.sender = None

    def close(self) -> None:
        """End the stream from the server's side."""
        if not self.closed:
            self.closed = True
            if self.task is not None:
                self.task.cancel()


class Hub:
    """The readers by topic, and the one connection that hears the database."""

    def __init__(self) -> None:
        self.readers: dict[str, set[Reader]] = defaultdict(set)
        self.of_ticket: dict[str, int] = defaultdict(int)
        self.count = 0
        self.hears = False
        self.tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        self.tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tick())]

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        for reader in self._all():
            reader.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def add(self, reader: Reader) -> None:
        self.readers[reader.topic].add(reader)
        self.of_ticket[reader.ticket] += 1
        self.count += 1

    def remove(self, reader: Reader) -> None:
        followers = self.readers[reader.topic]
        followers.discard(reader)
        if not followers:
            del self.readers[reader.topic]
        self.of_ticket[reader.ticket] -= 1
        if not self.of_ticket[reader.ticket]:
            del self.of_ticket[reader.ticket]
        self.count -= 1

    def hear(self, payload: str) -> None:
        """Pass one notification on to whoever follows its topic."""
        try:
            topic, event = json.loads(payload)
        except (ValueError, TypeError):
            log.warning("A notification that is not ours: %.80s", payload)
            return
        if topic in self.readers:
            chunk = f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
            for reader in tuple(self.readers[topic]):
                reader.give(chunk)

    def _all(self) -> list[Reader]:
        return [reader for followers in self.readers.values() for reader in followers]

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        missed = False
        while True:
            try:
                connection = await self._connect()
            except Exception as problem:
                log.warning("No connection to the database: %s", problem)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = FIRST_PAUSE_SECONDS
            try:
                await connection.execute(f"LISTEN {CHANNEL}")
                self.hears = True
                if missed:
                    for reader in self._all():
                        reader.give(MISSED)
                while True:
                    async for notification in connection.notifies(timeout=CHECK_SECONDS):
                        self.hear(notification.payload)
                    async with asyncio.timeout(CHECK_SECONDS):
                        await connection.execute("SELECT 1")
            except Exception as problem:
                log.warning("The connection to the database was lost: %s", problem)
                missed = True
            finally:
                self.hears = False
                with contextlib.suppress(Exception):
                    await connection.close()

    async def _connect(self) -> Any:
        address = libpq_parameters(settings.DATABASES["default"])
        conninfo = make_conninfo(**address | {"application_name": "polytech streams", "connect_timeout": "5"})
        return await psycopg.AsyncConnection.connect(conninfo, autocommit=True)

    async def _tick(self) -> None:
        """Heartbeats, spread over the interval, and the end of expired tickets."""
        while True:
            began = time.monotonic()
            readers = self._all()
            now = time.time()
            for place, reader in enumerate(readers):
                if reader.expires <= now:
                    reader.give(EXPIRED)
                    asyncio.get_running_loop().call_later(1.0, reader.close)
                else:
                    reader.give(HEARTBEAT)
                if place % 50 == 49:
                    await asyncio.sleep(HEARTBEAT_SECONDS / 2 * 50 / len(readers))
            await asyncio.sleep(max(1.0, HEARTBEAT_SECONDS - (time.monotonic() - began)))


hub = Hub()


def _origins() -> frozenset[str]:
    """The portal's own pages; on a developer's machine by each of its names."""
    parts = urlsplit(settings.BASE_URL)
    names = {"localhost", "127.0.0.1", "[::1]"} if parts.hostname == "localhost" else {parts.hostname}
    port = f":{parts.port}" if parts.port else ""
    return frozenset(f"{parts.scheme}://{name}{port}" for name in names)


ORIGINS = _origins()
SAFE_HEADERS = [(name.lower().encode(), value.encode()) for name, value in headers_of_every_answer().items()]


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if RUN_VARIABLE in os.environ:
                ask_to_die_with_parent(signal.SIGTERM)
            hub.open()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)
    if scope["path"] == "/healthz":
        await _say(send, 200 if hub.hears else 503, f'{{"streams":{hub.count}}}', origin)
    elif scope["path"] != "/events":
        await _say(send, 404, "There is nothing here.", origin)
    elif scope["method"] != "GET":
        await _say(send, 405, "Streams are read.", origin)
    elif origin is not None and origin not in ORIGINS:
        await _say(send, 403, "Streams are for the portal's own pages.", None)
    else:
        await _stream(scope, receive, send, origin)


async def _stream(scope: MutableMapping[str, Any], receive: Receive, send: Send, origin: str | None) -> None:
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    right = read_ticket(ticket)
    if right is None:
        await _say(send, 401, "The ticket is not valid any more; the page gives a new one.", origin)
        return
    if hub.count >= MOST_STREAMS or hub.of_ticket.get(ticket, 0) >= MOST_STREAMS_PER_TICKET:
        await _say(send, 503, "Too many open streams; try again later.", origin, (b"retry-after", b"30"))
        return
    reader = Reader(right[0], right[1], ticket, send)
    hub.add(reader)
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _headers(b"text/event-stream", origin)})
        reader.give(HELLO)
        while (await receive())["type"] != "http.disconnect":
            pass
    except asyncio.CancelledError:
        # Closed from this side: expired, too slow, or the server stops.
        if not reader.closed:
            raise
        with contextlib.suppress(Exception):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), 1.0)
    finally:
        reader.closed = True
        hub.remove(reader)


async def _say(send: Send, status: int, text: str, origin: str | None, *more: tuple[bytes, bytes]) -> None:
    kind = b"application/json" if text.startswith("{") else b"text/plain; charset=utf-8"
    await send({"type": "http.response.start", "status": status, "headers": [*_headers(kind, origin), *more]})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": False})


def _headers(kind: bytes, origin: str | None) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"vary", b"origin"),
        *SAFE_HEADERS,
    ]
    if origin in ORIGINS and origin is not None:
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
    return headers
