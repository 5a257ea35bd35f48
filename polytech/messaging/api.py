"""What other rooms may use of messaging."""

from polytech.messaging.access import writes_at_all
from polytech.messaging.models import Announcement
from polytech.messaging.queries import ANNOUNCEMENTS_SQL

__all__ = ["ANNOUNCEMENTS_SQL", "Announcement", "writes_at_all"]
