"""The reader's address: what the web server knows, never what the reader says."""

import pytest
from django.test import Client

from polytech.footprint.api import Statement
from tests.cast import Cast
from tests.conftest import SignIn


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "kept"),
    [("192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("unknown", None), ("192.0.2.7:4711", None), ("", None)],
)
def test_a_page_is_recorded_with_an_address_that_is_one(
    said: str, kept: str | None, cast: Cast, sign_in: SignIn
) -> None:
    client: Client = sign_in(cast.aigerim)

    answer = client.get("/", REMOTE_ADDR=said, HTTP_X_FORWARDED_FOR="203.0.113.9")

    assert answer.status_code == 200
    assert Statement.objects.filter(verb="viewed").values_list("address", flat=True).last() == kept
