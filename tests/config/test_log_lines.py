"""Lines of the log: one for an event, with the moment in UTC, who asked and from where."""

import logging
from types import SimpleNamespace

import pytest

from polytech.config.log_lines import Line
from tests.cast import Cast
from tests.conftest import SignIn


def line_of(message: str, **more: object) -> str:
    record = logging.LogRecord("polytech.errors", logging.WARNING, "", 0, message, (), None)
    record.created = 1_800_000_000.0
    record.__dict__.update(more)
    return Line().format(record)


def test_a_line_says_when_with_the_offset_how_grave_and_what() -> None:
    assert line_of("It broke") == "2027-01-15T08:00:00.000+00:00 WARNING polytech.errors: It broke"


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\x85"])
def test_nothing_in_an_address_begins_another_line(sign: str) -> None:
    line = line_of(f"Not Found: /a{sign}2027-01-15 INFO all is well")

    assert line.splitlines() == [line]
    assert "\x1b" not in line


def test_whoever_acts_for_somebody_is_named_too() -> None:
    viewer = SimpleNamespace(person_id=7, signed_in_id=3, is_acting=True)
    request = SimpleNamespace(META={"REQUEST_METHOD": "POST", "REMOTE_ADDR": "192.0.2.7"}, viewer=viewer)

    assert line_of("Forbidden", request=request).endswith("Forbidden [POST, person 7, acted by 3, from 192.0.2.7]")


def test_a_closed_door_is_logged_with_who_stood_before_it(
    cast: Cast, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(cast.aigerim)

    client.get("/people/", REMOTE_ADDR="192.0.2.7")

    [line] = [Line().format(record) for record in caplog.records if record.name == "django.request"]
    assert line.endswith(f"Not Found: /people/ [GET, person {cast.aigerim.pk}, from 192.0.2.7]")
