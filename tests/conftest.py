"""The tests' own PostgreSQL: the embedded one in a temporary folder, unless POLYTECH_DATABASE_URL names another."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

os.environ["POLYTECH_VAR"] = os.environ.get("POLYTECH_TEST_VAR") or tempfile.mkdtemp(prefix="polytech-tests-")
os.environ["POLYTECH_TEST_VAR"] = os.environ["POLYTECH_VAR"]
os.environ.setdefault("POLYTECH_SECOND_FACTOR", "asked")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")

_IS_CONTROLLER = "PYTEST_XDIST_WORKER" not in os.environ
_cluster = None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the requirements that this test proves")
    config.addinivalue_line("markers", "browser: needs Chromium")


def _start_database() -> None:
    global _cluster
    if not _IS_CONTROLLER or os.environ.get("POLYTECH_DATABASE_URL"):
        return
    from polytech.config.postgres import Cluster

    folder = Path(os.environ["POLYTECH_VAR"])
    folder.chmod(0o755)
    _cluster = Cluster(folder / "postgres", durable=False)
    _cluster.start()
    os.environ["POLYTECH_DATABASE_URL"] = _cluster.url


_start_database()

import django  # noqa: E402

django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _cluster is not None:
        _cluster.stop()
        shutil.rmtree(os.environ["POLYTECH_VAR"], ignore_errors=True)
