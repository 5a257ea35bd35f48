"""The tests' own PostgreSQL: the embedded one in a temporary folder, unless POLYTECH_DATABASE_URL names another."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast

SignIn = Callable[..., "Client"]
SetClock = Callable[[datetime], None]

os.environ["POLYTECH_VAR"] = os.environ.get("POLYTECH_TEST_VAR") or tempfile.mkdtemp(prefix="polytech-tests-")
os.environ["POLYTECH_TEST_VAR"] = os.environ["POLYTECH_VAR"]
os.environ.setdefault("POLYTECH_SECOND_FACTOR", "asked")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")

_IS_CONTROLLER = "PYTEST_XDIST_WORKER" not in os.environ
_server = None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the requirements that this test proves")
    config.addinivalue_line("markers", "browser: needs Chromium")


def _start_database() -> None:
    global _server
    if not _IS_CONTROLLER or os.environ.get("POLYTECH_DATABASE_URL"):
        return
    from polytech.config.postgres import Cluster

    folder = Path(os.environ["POLYTECH_VAR"])
    folder.chmod(0o755)
    cluster = Cluster(folder / "postgres", durable=False)
    _server = cluster.start()
    os.environ["POLYTECH_DATABASE_URL"] = cluster.url


_start_database()

import django  # noqa: E402

django.setup()

if _IS_CONTROLLER:
    from polytech.config.house.catalogues import compile_stale

    compile_stale()

from tests.browser import (  # noqa: E402, F401
    built_assets,
    chromium,
    node_modules,
    open_page,
    page,
    plain_page,
    wide_page,
)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()
        shutil.rmtree(os.environ["POLYTECH_VAR"], ignore_errors=True)


@pytest.fixture
def cast(db: None) -> "Cast":
    """The named people and their small university, each made when first named (tests/cast.py)."""
    from tests.cast import Cast

    return Cast()


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Signs a person in and gives their browser, which reads in `language` (the person's own unless told)."""
    from tests.browsing import sign_in

    return sign_in


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the portal's clock: `at(datetime(2026, 11, 23, 10, 15))`, in the university's time zone."""
    from django.utils import timezone

    def set_clock(moment: datetime) -> None:
        aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        monkeypatch.setattr(timezone, "now", lambda: aware.astimezone(UTC))

    return set_clock
