"""`polytech check`: is this installation fit for production?"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import typer
from django.conf import settings
from django.db import connection

from polytech.config import database, environment
from polytech.config.failures import Exit
from polytech.kernel import clock
from polytech.kernel.findings import Level

SMALLEST_SECRET = 32
FREE_BYTES = 2 * 2**30
WORKER_SECONDS = 60
MONTHS_AHEAD = 1


@dataclass(frozen=True)
class Remark:
    """One thing that is not as production needs it, with what to do."""

    level: Level
    sentence: str


def check() -> None:
    """Is this installation fit for production? Lists what is not, each with what to do.

    Ends with 3 when something is wrong, with 0 when there are at most warnings.

    Example: `polytech check`
    """
    remarks = list(remarks_of_installation())
    for remark in remarks:
        typer.echo(f"{remark.level.value:<8} {remark.sentence}")
    errors = sum(remark.level is Level.ERROR for remark in remarks)
    if errors:
        typer.echo(f"{errors} to mend before production.")
        raise typer.Exit(Exit.FINDINGS)
    typer.echo("Fit for production." if not remarks else "Fit for production, with the warnings above.")


def remarks_of_installation() -> Iterator[Remark]:
    for ask in CHECKS:
        yield from ask()


def _error(sentence: str) -> Remark:
    return Remark(Level.ERROR, sentence)


def _warning(sentence: str) -> Remark:
    return Remark(Level.WARNING, sentence)


def _modes() -> Iterator[Remark]:
    if settings.DEBUG:
        yield _error("POLYTECH_DEBUG is on: strangers would read the program's insides. Unset it.")
    if settings.DEMO:
        yield _error("POLYTECH_DEMO is on: the sign-in page shows passwords. Unset it.")
    if settings.SECOND_FACTOR != "required":
        yield _error("POLYTECH_SECOND_FACTOR is not `required`: staff may sign in with a password alone.")
    if os.geteuid() == 0:
        yield _warning("This runs as root. Make a user of its own for it (docs/operator.md, Install).")


def _addresses() -> Iterator[Remark]:
    base, streams = urlsplit(settings.BASE_URL), urlsplit(settings.STREAMS_URL)
    if base.scheme != "https":
        yield _error(
            f"POLYTECH_BASE_URL is {settings.BASE_URL}: passwords would travel in the open. Serve it by https."
        )
    elif streams.scheme != "https":
        yield _error(f"POLYTECH_STREAMS_URL is {settings.STREAMS_URL}: browsers refuse it on an https page.")
    if base.scheme == "https" and not settings.SECURE_PROXY_SSL_HEADER:
        yield _error("POLYTECH_BEHIND_PROXY is not set: behind the proxy every request would look like plain http.")
    if "*" in settings.ALLOWED_HOSTS:
        yield _error("POLYTECH_HOSTS holds *: anybody's host name would be believed. List the portal's own names.")
    if base.hostname not in settings.ALLOWED_HOSTS:
        yield _error(f"POLYTECH_HOSTS does not name {base.hostname}: every page would be refused.")


def _secrets() -> Iterator[Remark]:
    for name, value in (("secret_key", settings.SECRET_KEY), ("personal_data_key", settings.PERSONAL_DATA_KEY[0])):
        if len(value) < SMALLEST_SECRET:
            yield _error(f"POLYTECH_{name.upper()} has {len(value)} characters; at least {SMALLEST_SECRET} are needed.")
        path = environment.VAR / "secrets" / name
        if not environment.text(name.upper()) and path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield _error(f"{path} can be read by others: chmod 600 {path}")
    if not environment.text("PERSONAL_DATA_KEY"):
        yield _warning(
            f"The key of personal numbers lies in {environment.VAR / 'secrets'}: keep a copy apart from the backups, "
            "without it they cannot be read."
        )


def _mail() -> Iterator[Remark]:
    if not settings.EMAIL_HOST:
        yield _warning("POLYTECH_SMTP_HOST is not set: nobody gets mail, forgotten passwords are reset by support.")


def _outgoing() -> Iterator[Remark]:
    """Connections that the operator has set without TLS: passwords and personal data would be read on the way."""
    for name in ("OIDC_SERVER_URL", "SAML_METADATA_URL", "SAML_SSO_URL"):
        if environment.text(name).startswith("http://"):
            yield _error(f"POLYTECH_{name} is plain http: whoever is on the way reads and changes it. Use https.")
    if environment.text("SIS_URL").startswith("http://"):
        yield _warning("POLYTECH_SIS_URL is plain http: IINs travel in the open. Use https where the feed can.")
    directories = environment.text("LDAP_URL").lower().split()
    if any(one.startswith("ldap://") for one in directories) and not environment.flag("LDAP_START_TLS"):
        yield _error("POLYTECH_LDAP_URL is ldap:// without POLYTECH_LDAP_START_TLS: passwords travel in the open.")
    if settings.EMAIL_HOST and not settings.EMAIL_USE_TLS:
        yield _error("POLYTECH_SMTP_TLS is off: links to new passwords would travel in the open.")


def _schema() -> Iterator[Remark]:
    if pending := database.pending_migrations():
        yield _error(f"The database lacks {len(pending)} migrations: polytech migrate")
        return
    wanted = _month_after(clock.today(), MONTHS_AHEAD)
    if f"footprint_statement_{wanted:%Y_%m}" not in _partitions():
        yield _error(f"The footprint has no partition for {wanted:%Y-%m}: is the worker running? It makes them.")
    (alive,) = _row(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s * interval '1 second'",
        WORKER_SECONDS,
    )
    if not alive:
        yield _warning("No worker of background jobs gave a sign of life in the last minute: polytech worker")


def _old_keys() -> Iterator[Remark]:
    from polytech.people.api import count_sealed

    if database.pending_migrations():
        return
    sealed = count_sealed()
    if sealed.lost:
        yield _error(
            f"No key opens {sealed.lost_numbers} personal numbers and {sealed.lost_factors} second factors: "
            "put the one that sealed them into POLYTECH_PERSONAL_DATA_OLD_KEYS."
        )
    if sealed.old:
        yield _warning(
            f"An old key still seals {sealed.old_numbers} personal numbers and {sealed.old_factors} second factors: "
            "polytech person reseal"
        )
    elif len(settings.PERSONAL_DATA_KEY) > 1 and not sealed.lost:
        yield _warning("Nothing is sealed by an old key any more: remove POLYTECH_PERSONAL_DATA_OLD_KEYS.")


def _database() -> Iterator[Remark]:
    durable = {
        name: _row("SELECT current_setting(%s)", name)[0]
        for name in ("fsync", "synchronous_commit", "full_page_writes")
    }
    for name, value in durable.items():
        if value == "off":
            yield _error(f"PostgreSQL runs with {name}=off: what was acknowledged can be lost.")
    if (
        environment.text("DATABASE_URL")
        and not _is_local()
        and not _row("SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)")[0]
    ):
        yield _error("The connection to the database is not encrypted: add ?sslmode=verify-full to the address.")
    elif not _is_local() and connection.settings_dict["OPTIONS"].get("sslmode") not in ("verify-full", "verify-ca"):
        yield _warning("The database's certificate is not checked: add ?sslmode=verify-full to the address.")


def _disk() -> Iterator[Remark]:
    free = shutil.disk_usage(environment.VAR).free
    if free < FREE_BYTES:
        yield _warning(f"{free / 2**30:.1f} GB are free on the disk of {environment.VAR}.")


def _is_local() -> bool:
    host = str(connection.settings_dict["HOST"])
    return not host or host.startswith("/") or host in {"localhost", "127.0.0.1", "::1"}


def _partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'footprint_statement'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def _month_after(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    return first


def _row(sql: str, *values: str | int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


CHECKS: tuple[Callable[[], Iterator[Remark]], ...] = (
    _modes, _addresses, _secrets, _mail, _outgoing, _schema, _old_keys, _database, _disk,
)  # fmt: skip
