"""The rows of the table: what is measured, its budget, and the verdict."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from polytech.config.house.bench.portal import Portal
from polytech.config.house.bench.reader import Answer, Reader, again

WARMING = 30
KILOBYTE = 1000
SIGN_INS, WARMING_SIGN_INS = 100, 5


@dataclass(frozen=True)
class Row:
    """One measured thing.

    Attributes:
        cpu_ms: CPU-milliseconds of web server and database for one request (for the feed: for one record).
        bytes: of the answer as it came over the wire, packed with gzip.
        budget_ms, budget_bytes: what it may cost at most.
        median_ms: how long a reader on this machine waited, half of the time.
    """

    name: str
    cpu_ms: float | None = None
    bytes: int | None = None
    budget_ms: float | None = None
    budget_bytes: int | None = None
    median_ms: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        within = [
            measured <= budget
            for measured, budget in ((self.cpu_ms, self.budget_ms), (self.bytes, self.budget_bytes))
            if measured is not None and budget is not None
        ]
        return all(within)


def pages(portal: Portal, places: dict[str, str], requests: int) -> list[Row]:
    """Pages and acts of a signed-in student and teacher, one after another over one connection."""
    student, teacher, stranger = (Reader(portal.address) for _ in range(3))
    student.sign_in(places["sign_in"], places["student"], places["password"])
    teacher.sign_in(places["sign_in"], places["teacher"], places["password"])
    rows = [
        _page(portal, "home", lambda: student.must_have(places["home"]), requests, 3, 10),
        _page(portal, "course page, 100 elements", lambda: student.must_have(places["course"]), requests, 3, 12),
        _page(portal, "content page", lambda: student.must_have(places["element"]), requests, 2, 8),
        _page(portal, "participants, 100 a page", lambda: teacher.must_have(places["participants"]), requests, 6),
        _page(portal, "sign-in page", lambda: stranger.must_have(places["sign_in"]), requests, 1, 5),
        _unchanged(portal, student, places["course"], requests),
        *_sign_in(portal, places),
    ]
    return [*rows, *_visits(student, places["home"])]


def _page(
    portal: Portal, name: str, ask: Callable[[], Answer], requests: int, budget_ms: float, kilobytes: int | None = None
) -> Row:
    for _ in range(WARMING):
        answer = ask()
    waited = []
    before = portal.cpu_seconds()
    for _ in range(requests):
        began = time.perf_counter()
        answer = ask()
        waited.append(time.perf_counter() - began)
    used = portal.cpu_seconds() - before
    return Row(
        name, used * 1000 / requests, answer.size, budget_ms, kilobytes * KILOBYTE if kilobytes else None,
        statistics.median(waited) * 1000,
    )  # fmt: skip


def _unchanged(portal: Portal, reader: Reader, path: str, requests: int) -> Row:
    """The same page again by a browser that has it."""
    mark = reader.must_have(path).headers.get("etag", "")
    row = _page(portal, "course page, unchanged", lambda: reader.ask(path, if_none_match=mark), requests, 3)
    return row if mark else Row(row.name, row.cpu_ms, row.bytes, row.budget_ms, note="the page has no ETag")


def _sign_in(portal: Portal, places: dict[str, str]) -> list[Row]:
    """Signing in, and the part of it that only the password hash takes: that alone may be above 5 ms.

    A hash is measured beside each sign-in, because a busy machine slows both. The sign-ins are counted together: the
    system counts in steps of 10 ms, too coarse for one.
    """
    path, *who = (places[word] for word in ("sign_in", "student", "password"))
    with portal.answering("hashing") as hash_once:
        for _ in range(WARMING_SIGN_INS):
            Reader(portal.address).sign_in(path, *who)
            hash_once()
        strangers = [Reader(portal.address) for _ in range(SIGN_INS)]
        forms = [stranger.sign_in_form(path, *who) for stranger in strangers]
        hashing, before = 0.0, portal.cpu_seconds()
        for stranger, form in zip(strangers, forms, strict=True):
            stranger.send(path, form)
            hashing += hash_once()
        whole = (portal.cpu_seconds() - before) * 1000 / SIGN_INS
    hashing /= SIGN_INS
    return [
        Row("sign-in without the password hash", max(0.0, whole - hashing), budget_ms=5, note=f"whole {whole:.1f} ms"),
        Row("the password hash (argon2) alone", hashing, note="as slow as it is meant to be"),
    ]


def _visits(reader: Reader, path: str) -> list[Row]:
    loaded = reader.everything_of(path)
    first = sum(answer.size for answer in loaded.values())
    return [
        Row("first visit, everything", bytes=first, budget_bytes=60 * KILOBYTE, note=f"{len(loaded)} requests"),
        Row("repeat visit", bytes=again(loaded, reader), budget_bytes=10 * KILOBYTE),
    ]


def feed(name: str, cpu_seconds: float, records: int, budget_ms: float) -> Row:
    return Row(name, cpu_seconds * 1000 / records, budget_ms=budget_ms, note=f"{records:,} in {cpu_seconds:.1f} CPU-s")
