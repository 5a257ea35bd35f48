"""The room of people."""

from django.apps import AppConfig

# psycopg keeps what it has parsed of a statement only up to 4 kB. A page's one statement is longer, and there are few.
LONGEST_STATEMENT = 64 * 1024


class PeopleConfig(AppConfig):
    name = "polytech.people"

    def ready(self) -> None:
        from psycopg import _queries

        from polytech.people import recording  # noqa: F401 - connects the recorders

        _queries.MAX_CACHED_STATEMENT_LENGTH = LONGEST_STATEMENT
