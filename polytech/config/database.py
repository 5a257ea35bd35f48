"""The database of this installation: the embedded cluster in `var/`, or the one POLYTECH_DATABASE_URL names."""

import contextlib
from collections.abc import Iterator

from polytech.config import environment
from polytech.config.postgres import Cluster


def embedded() -> Cluster | None:
    """The cluster of this installation; None when the database lives elsewhere."""
    return None if environment.text("DATABASE_URL") else Cluster(environment.VAR / "postgres")


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """A database that answers: an embedded one that is not running is started, and stopped afterwards."""
    cluster = embedded()
    if cluster is None or cluster.is_running():
        yield
        return
    cluster.start()
    use(cluster.url)
    try:
        yield
    finally:
        cluster.stop()


def use(url: str) -> None:
    """Point Django, when it is already set up, to the database at this address."""
    from django.conf import settings
    from django.db import connections

    from polytech.config.settings import database

    connections["default"].close()
    settings.DATABASES["default"] = connections["default"].settings_dict | database(url)
    connections["default"].settings_dict.update(database(url))
