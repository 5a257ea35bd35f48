"""Live events for open pages: publish inside a transaction, read through the stream server with a signed ticket.

A topic is a word with an identifier, `moodle-import:17`. Who may follow it is decided where the ticket is made: the
page that shows the thing has authorised its reader. The stream server (`polytech.config.streams`) only checks the
signature and the expiry. Events are hints for what is on the screen; whoever was away reads the page again.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import connection

CHANNEL = "polytech_streams"
TICKET_SECONDS = 3600
# PostgreSQL takes less than 8000 bytes in one notification.
LARGEST_EVENT_BYTES = 7500
_SALT = "polytech.kernel.streams"


def publish(topic: str, event: Mapping[str, Any]) -> None:
    """Tell everybody who follows `topic`, when the caller's transaction commits (never, when it rolls back).

    Args:
        topic: what it is about, `kind:identifier`.
        event: plain JSON, at most 7,500 bytes with the topic: send what changed, not the whole thing.

    Raises:
        ValueError: the event is too large for one notification.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload_of(topic, event)])


def payload_of(topic: str, event: Mapping[str, Any]) -> str:
    """What is notified on CHANNEL, for who publishes in a statement of its own. Raises ValueError like `publish`."""
    payload = json.dumps([topic, event], ensure_ascii=False, separators=(",", ":"))
    if len(payload.encode()) > LARGEST_EVENT_BYTES:
        raise ValueError(f"An event for {topic} of {len(payload.encode())} bytes; at most {LARGEST_EVENT_BYTES}.")
    return payload


def ticket_for(topic: str, *, seconds: int = TICKET_SECONDS) -> str:
    """A signed right to follow `topic` for `seconds`; the stream ends when it expires."""
    return signing.dumps([topic, int(time.time()) + seconds], salt=_SALT, compress=False)


def stream_url(topic: str, *, seconds: int = TICKET_SECONDS) -> str:
    """The address of the topic's event stream, for an EventSource of this page."""
    return f"{settings.STREAMS_URL}/events?{urlencode({'ticket': ticket_for(topic, seconds=seconds)})}"


def read_ticket(ticket: str) -> tuple[str, int] | None:
    """The topic and the expiry (seconds since 1970) of a ticket; None when it is forged, broken or expired."""
    try:
        topic, expires = signing.loads(ticket, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (str(topic), int(expires)) if int(expires) > time.time() else None
