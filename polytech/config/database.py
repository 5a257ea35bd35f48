"""The database of this installation: the embedded cluster in `var/`, or the one POLYTECH_DATABASE_URL names."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import Error, connection, connections

from polytech.config import environment
from polytech.config.failures import Failure
from polytech.config.postgres import Cluster, default_cluster
from polytech.config.screen import Report

OLDEST_VERSION = 15
MIGRATION_LOCK = 7_655_842


def embedded() -> Cluster | None:
    """The cluster of this installation; None when the database lives elsewhere."""
    return None if environment.text("DATABASE_URL") else default_cluster()


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """A database that answers: an embedded one that is not running is started, and stopped afterwards."""
    cluster = embedded()
    if cluster is None:
        require_reachable()
        yield
        return
    if cluster.answers():
        yield
        return
    server = cluster.start()
    use(cluster.url)
    try:
        yield
    finally:
        connections.close_all()
        server.stop()


def let_go() -> None:
    """Close this process' connections."""
    connections.close_all()


def use(url: str) -> None:
    """Point Django, which may have been set up before the cluster had a password, to the database at this address."""
    from polytech.config.settings import database

    connections["default"].close()
    connections["default"].settings_dict.update(database(url))


def require_reachable() -> None:
    """The database that POLYTECH_DATABASE_URL names answers, and is of a version that this program knows.

    Raises:
        Failure: it does not; the sentence holds no password.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
            version, encoding = cursor.fetchone()
    except Error as problem:
        reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
        raise Failure(f"the database of POLYTECH_DATABASE_URL ({public_address()}) does not answer: {reason}") from None
    if version // 10_000 < OLDEST_VERSION:
        raise Failure(
            f"the database of POLYTECH_DATABASE_URL is PostgreSQL {version // 10_000}; "
            f"version {OLDEST_VERSION} or newer is needed."
        )
    if encoding != "UTF8":
        raise Failure(
            f"the database of POLYTECH_DATABASE_URL keeps text in {encoding}; it must be UTF8 "
            "(CREATE DATABASE polytech ENCODING 'UTF8' TEMPLATE template0)."
        )


def public_address() -> str:
    """Where the database is, without its password."""
    found = connection.settings_dict
    return f"{found['USER']}@{found['HOST'] or 'local socket'}:{found['PORT'] or 5432}/{found['NAME']}"


def pending_migrations() -> list[str]:
    """Names of the migrations that this database has not seen."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """Migrations that this database has seen and this version does not know: a newer version was here."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    own = {app.rpartition(".")[2] for app in settings.ROOMS}
    return [
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in own and (app, name) not in loader.disk_migrations and (app, name) not in loader.replacements
    ]


def migrate(report: Report) -> int:
    """Bring the database to this version, one migration after the other; how many there were.

    Raises:
        Failure: a newer version of the program has already changed this database.
    """
    from django.core.management import call_command
    from django.db.migrations.executor import MigrationExecutor

    if unknown := unknown_migrations():
        raise Failure(
            f"this database was changed by a newer version of Polytech Online ({', '.join(sorted(unknown)[:3])}). "
            "Run that version, or read a backup made before the change (polytech restore)."
        )
    with _one_at_a_time():
        executor = MigrationExecutor(connection)
        targets = executor.loader.graph.leaf_nodes()
        plan = executor.migration_plan(targets)
        executor.progress_callback = _teller(report, len(plan))
        if plan:
            emit_pre_migrate_signal(0, False, connection.alias, plan=plan)
            executor.migrate(targets, plan)
            emit_post_migrate_signal(0, False, connection.alias, plan=plan)
        call_command("createcachetable", verbosity=0)
    return len(plan)


def _teller(report: Report, number: int) -> Callable[..., None]:
    done = 0

    def tell(action: str, migration: Any = None, fake: bool = False) -> None:
        nonlocal done
        if action == "apply_start":
            report(done / number, str(migration))
        done += action == "apply_success"

    return tell


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two machines that start together do not migrate together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
