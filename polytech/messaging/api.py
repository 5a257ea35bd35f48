"""What other rooms may use of messaging."""

from polytech.messaging.models import Announcement

__all__ = ["Announcement"]
