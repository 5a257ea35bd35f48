"""What a line of the log says: when, how grave, which part of the program, what, and who asked from where."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

# What would begin another line, or mean something to a terminal.
_SIGNS_OF_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Line(logging.Formatter):
    """One event on one line, whatever an address or a name holds; only tracebacks follow on lines of their own."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        words = f"{record.message}{_who(getattr(record, 'request', None))}"
        record.message = _SIGNS_OF_CONTROL.sub(lambda sign: repr(sign[0])[1:-1], words)
        return super().formatMessage(record)


def _who(request: Any) -> str:
    """The number of the person in whose name a request came, of whoever acted for them, and the address."""
    if not hasattr(request, "META"):
        return ""
    viewer: Any = getattr(request, "viewer", None)
    meta = request.META
    number = getattr(viewer, "person_id", None)
    person = f"person {number}" if number else "nobody signed in"
    acting = f", acted by {viewer.signed_in_id}" if number and viewer.is_acting else ""
    return f" [{meta.get('REQUEST_METHOD', '')}, {person}{acting}, from {meta.get('REMOTE_ADDR') or '?'}]"
