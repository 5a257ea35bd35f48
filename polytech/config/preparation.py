"""Whether anything must be built or migrated before the servers start, found out in milliseconds and without Django.

The note in `var/prepared.json` says for which files of the program and for which state of which database everything
was prepared. Where both are still the same, building and migrating are skipped.
"""

import hashlib
import json
from pathlib import Path

import psycopg

from polytech.config import environment

NOTE = environment.VAR / "prepared.json"
PACKAGE = environment.ROOT / "polytech"
LEFT_OUT = {"__pycache__", "node_modules"}

# Which database, and what its table of migrations looks like.
STATE_SQL = """
SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text
       || ' ' || (SELECT min(applied) FROM django_migrations)::text
       || ' ' || (SELECT count(*) FROM django_migrations)::text
       || ' ' || (SELECT max(id) FROM django_migrations)::text
"""


def is_fresh(url: str) -> bool:
    """Whether everything is prepared for the database at this address.

    Args:
        url: `postgresql://…`.
    """
    try:
        known = json.loads(NOTE.read_text())
    except (FileNotFoundError, ValueError):
        return False
    return (environment.VAR / "static").is_dir() and known == _state(url)


def note(url: str) -> None:
    """Everything is prepared."""
    new = NOTE.with_suffix(".new")
    new.write_text(json.dumps(_state(url)))
    new.replace(NOTE)


def forget() -> None:
    NOTE.unlink(missing_ok=True)


def _state(url: str) -> dict[str, str]:
    return {"files": _files(), "database": _database(url)}


def _files() -> str:
    """A digest of names, sizes and times of everything that building and migrating read."""
    digest = hashlib.sha256()
    found = [path for path in sorted(PACKAGE.rglob("*")) if not LEFT_OUT & set(path.parts) and path.is_file()]
    for path in [*found, *sorted(environment.ROOT.glob("*.lock")), environment.ROOT / "package-lock.json"]:
        if path.exists():
            entry = path.stat()
            digest.update(f"{_short(path)} {entry.st_size} {entry.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _short(path: Path) -> str:
    return str(path.relative_to(environment.ROOT))


def _database(url: str) -> str:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute(STATE_SQL).fetchone()
    except psycopg.errors.UndefinedTable:
        return ""
    return str(row[0]) if row else ""
