"""What other rooms may use of the footprint."""

from polytech.footprint.actions import record
from polytech.footprint.models import Statement, Verb
from polytech.footprint.queries import VIEW_STATEMENT_SQL

__all__ = ["VIEW_STATEMENT_SQL", "Statement", "Verb", "record"]
