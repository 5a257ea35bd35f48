"""Reads about people."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from polytech.footprint.api import Verb, last_time
from polytech.kernel import clock
from polytech.people.models import Person, RoleGrant, Session
from polytech.people.roles import grants_in_force

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


PAGE = 50


def find_persons(
    visible: QuerySet[Person], *, text: str = "", role: str = "", hand_made: bool = False,
    after: tuple[str, int] | None = None,
) -> tuple[list[Person], str]:  # fmt: skip
    """A page of persons in the order of the Kazakh alphabet, and where the next one starts ("" at the end).

    Args:
        text: every word of it must stand in one of the names, the username or the email address.
        role: only those who hold it today.
        hand_made: only accounts that the feed did not make.
        after: (sort key, id) of the last person of the page before.
    """
    found = visible
    for word in text.lower().split()[:5]:
        found = found.filter(search__contains=word)
    if role:
        found = found.filter(Exists(grants_in_force().filter(person_id=OuterRef("pk"), role=role)))
    if hand_made:
        found = found.filter(source=Person.Source.HAND)
    if after is not None:
        found = found.filter(Q(sort_key__gt=after[0]) | Q(sort_key=after[0], pk__gt=after[1]))
    grants = Prefetch("grants", grants_in_force().order_by("id"), to_attr="held")
    page: list[Person] = list(found.order_by("sort_key", "pk").prefetch_related(grants)[: PAGE + 1])
    following = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        following = urlencode({"after": page[-1].sort_key, "id": page[-1].pk})
    return page, following


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What /people/<id>/ shows of a person."""

    person: Person
    grants: Sequence[RoleGrant]
    past_grants: Sequence[RoleGrant]
    session_count: int
    factor_count: int
    last_sign_in: datetime | None


def read_person(person: Person) -> PersonPage:
    """Three queries: the grants with their units, the counts, and the last sign-in."""
    grants = list(RoleGrant.objects.filter(person=person).select_related("org").order_by("-ended_at", "id"))
    now, today = clock.now(), clock.today()
    counts = Person.objects.filter(pk=person.pk).aggregate(
        sessions=Count("sessions", filter=Q(sessions__expire_date__gt=now), distinct=True),
        factors=Count("authenticator", filter=Q(authenticator__type__in=["totp", "webauthn"]), distinct=True),
    )
    open_grants = [
        grant for grant in grants if grant.ended_at is None and (grant.ends_on is None or grant.ends_on >= today)
    ]
    return PersonPage(
        person=person,
        grants=open_grants,
        past_grants=[grant for grant in grants if grant not in open_grants],
        session_count=counts["sessions"],
        factor_count=counts["factors"],
        last_sign_in=last_time(person.pk, Verb.SIGNED_IN),
    )
