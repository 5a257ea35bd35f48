"""Signing in while somebody else holds the same rows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from polytech.people.models import Person
from tests.connections import LOCKED, other_connection, wait_for
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(name: str) -> str:
    try:
        return Client().post("/account/login/", {"login": name, "password": PASSWORD})["Location"]
    finally:
        connection.close()


def test_whoever_waits_for_the_feed_lets_others_of_the_same_address_in(with_password: str) -> None:
    changed, _other = (Person.objects.create(username=name, password=with_password) for name in ("changed", "other"))

    with ThreadPoolExecutor(2) as threads:
        with other_connection() as feed:
            feed.execute("UPDATE people_person SET iin_digest = 'another' WHERE id = %s", [changed.pk])
            waiting = threads.submit(sign_in, "changed")
            wait_for(LOCKED)
            let_in = threads.submit(sign_in, "other").result(timeout=20)
            still_waiting = not waiting.done()
            feed.commit()
        assert (let_in, still_waiting, waiting.result(timeout=20)) == ("/", True, "/")
