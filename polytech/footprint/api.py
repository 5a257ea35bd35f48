"""What other rooms may use of the footprint."""

from polytech.footprint.actions import record
from polytech.footprint.models import Statement, Verb
from polytech.footprint.queries import PAGE, VIEW_STATEMENT_SQL, Line, last_time, place_of, trail_of
from polytech.footprint.rollups import Use, count_recent_days, use_of_week

__all__ = [
    "PAGE",
    "VIEW_STATEMENT_SQL",
    "Line",
    "Statement",
    "Use",
    "Verb",
    "count_recent_days",
    "last_time",
    "place_of",
    "record",
    "trail_of",
    "use_of_week",
]
