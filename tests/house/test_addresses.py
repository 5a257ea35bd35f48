"""Who may open which address: the table in addresses.txt against every address that there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import Cast
from tests.house import address_values
from tests.house.address_book import PEOPLE, Expectation, addresses, ask, client_of, expectations, path_of

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
