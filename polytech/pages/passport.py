"""The passport of the system: what it runs on (R3-04). What it is made of, `kernel.components` reads."""

import platform

from django.db import connection


def python_version() -> str:
    return platform.python_version()


def database_version() -> str:
    """The server's version without its distributor's remarks: `18.1`."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split(" ")[0]
