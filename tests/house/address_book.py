"""Every address of the portal, and how to ask it as each person of the cast."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browsing import sign_in
from tests.cast import Cast

PEOPLE = (
    "nobody", "aigerim", "stranger", "teacher", "other_teacher", "adviser", "dean", "registrar", "methodologist",
    "proctor", "researcher", "librarian", "support", "quality", "administrator",
)  # fmt: skip
SIGN_IN = "in"  # The answer is the way to the sign-in page.
SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}


@dataclass(frozen=True)
class Address:
    """A pattern with its whole route, for example `courses/<int:course_id>/`."""

    route: str
    pattern: URLPattern


@dataclass(frozen=True)
class Expectation:
    """A line of addresses.txt: what each of PEOPLE is answered."""

    method: str
    route: str
    answers: dict[str, str]


def expectations() -> list[Expectation]:
    """The table, read."""
    found = []
    for line in (Path(__file__).parent / "addresses.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            method, route, *words = line.split()
            found.append(Expectation(method, route.removeprefix("/"), dict(zip(PEOPLE, words, strict=True))))
    return found


def addresses() -> Iterator[Address]:
    yield from _below(get_resolver().url_patterns, "")


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, route)
        else:
            yield Address(route, pattern)


def client_of(cast: Cast, name: str) -> Client:
    return Client(headers={"accept-language": "en"}) if name == "nobody" else sign_in(getattr(cast, name))


def ask(client: Client, method: str, path: str) -> str:
    """The answer in a word: a status, or `in` for the way to the sign-in page. What it changed is undone."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, path, content_type="application/x-www-form-urlencoded", headers=SAME_ORIGIN)
        transaction.set_rollback(True)
    client.cookies = cookies
    return word_for(response)


def word_for(response: HttpResponse) -> str:
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/account/login/")
    return SIGN_IN if to_sign_in and "next=" in response.headers["Location"] else str(response.status_code)


def path_of(route: str, values: dict[str, Any]) -> str:
    """The route with its placeholders filled in.

    Raises:
        KeyError: there is no value for a placeholder.
    """
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda group: f"<{group.group(1)}>", route)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda group: str(values[group.group(1)]), path)
    return "/" + re.sub(r"\\Z|[\^$\\]", "", path) + values.get(route, "")
