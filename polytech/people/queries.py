"""Reads about people."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from polytech.kernel import clock
from polytech.people.models import Session

_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def digest_of_session(key: str) -> str:
    """A word for a session that pages may show."""
    return hashlib.sha256(f"session {key}".encode()).hexdigest()[:24]


def device_name(user_agent: str) -> str:
    """`Chrome · Android` of a browser's long word for itself; the first forty characters where nothing is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    known = " · ".join(part for part in (browser, system) if part)
    return known or re.sub(r"\s+", " ", user_agent)[:40]


@dataclass(frozen=True, slots=True)
class OwnSession:
    digest: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    is_this: bool
    is_acting: bool


def sessions_of(person_id: int, this_key: str | None) -> Sequence[OwnSession]:
    """The open sessions of a person, this one first, then the last seen. One query."""
    now = clock.now()
    found = Session.objects.filter(person_id=person_id, expire_date__gt=now).order_by("-seen_at")
    sessions = [
        OwnSession(
            digest=digest_of_session(row.session_key),
            device=device_name(row.device),
            address=row.address or "",
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_this=row.session_key == this_key,
            is_acting=row.acting_until is not None and row.acting_until > now,
        )
        for row in found
        if row.seen_at > now - timedelta(minutes=row.idle_minutes)
    ]
    return sorted(sessions, key=lambda session: not session.is_this)
