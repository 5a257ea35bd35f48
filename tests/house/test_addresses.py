"""Who may open which address: the table in addresses.txt against every address that there is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import Cast
from tests.house import address_values
from tests.house.address_book import PEOPLE, Expectation, addresses, ask, client_of, expectations, path_of
from tests.house.reading import PACKAGE

TABLE = expectations()


@dataclass
class Scene:
    """Everybody signed in, and the things that are asked for."""

    clients: dict[str, Client]
    values: dict[str, Any]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Made once: `ask` takes back whatever an answer changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = Cast()
        yield Scene({name: client_of(cast, name) for name in PEOPLE}, address_values.of(cast))
        transaction.set_rollback(True)


def test_every_address_is_in_the_table() -> None:
    listed = {expectation.route for expectation in TABLE}

    assert sorted({address.route for address in addresses()} - listed) == []


def test_the_table_has_no_address_that_is_gone() -> None:
    known = {address.route for address in addresses()}

    assert sorted({expectation.route for expectation in TABLE} - known) == []


def test_an_address_stands_once_for_each_method() -> None:
    lines = [(expectation.method, expectation.route) for expectation in TABLE]

    assert sorted({line for line in lines if lines.count(line) > 1}) == []


@pytest.mark.django_db
@pytest.mark.requirement("R4-47", "R1-02")
@pytest.mark.parametrize("expectation", TABLE, ids=lambda line: f"{line.method} /{line.route}")
def test_address_answers_each_person_as_the_table_says(expectation: Expectation, scene: Scene) -> None:
    path = path_of(expectation.route, scene.values)

    answers = {name: ask(scene.clients[name], expectation.method, path) for name in PEOPLE}

    assert answers == expectation.answers


# What a browser never sends and somebody will: of every parameter that some page reads.
ODD_VALUES = ("%00", "9" * 5000, "-1", "2026-01-01~" + "9" * 20, "٣", "%F0%9F%8E%93", "a" * 3000)
PARAMETERS = (
    "q", "id", "after", "before", "page", "offering", "group", "item", "chapter", "lack", "mine", "role", "hand",
    "next", "week", "redirect_uri", "Signature",
)  # fmt: skip


def test_the_parameters_of_pages_are_all_tried() -> None:
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"request\.GET(?:\.get\(|\[)\"(\w+)\"", path.read_text())
    }

    assert sorted(read - set(PARAMETERS)) == []


@pytest.mark.django_db
@pytest.mark.requirement("R4-47")
@pytest.mark.parametrize("value", ODD_VALUES, ids=range(len(ODD_VALUES)))
def test_no_address_falls_over_an_odd_value(value: str, scene: Scene) -> None:
    query = "&".join(f"{name}={value}" for name in PARAMETERS)
    fallen = []
    for route in sorted({expectation.route for expectation in TABLE if expectation.method == "GET"}):
        for name in ("nobody", "teacher", "administrator"):
            answer = ask(scene.clients[name], "GET", f"{path_of(route, scene.values).partition('?')[0]}?{query}")
            if answer.startswith("5") and answer != "503":
                fallen.append(f"{name}: /{route} {answer}")

    assert fallen == []
