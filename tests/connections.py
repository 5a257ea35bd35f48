"""A second connection to the database of a test, and waiting until the others stand still."""

import time

import psycopg
from django.db import connection

PATIENCE_SECONDS = 30
LOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())"


def other_connection() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    return psycopg.connect(**wanted)


def wait_for(condition: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    with other_connection() as other:
        other.autocommit = True
        while not other.execute(condition).fetchone()[0]:
            assert time.monotonic() < until, condition
            time.sleep(0.02)
