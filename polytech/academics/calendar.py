"""The timetable of a person as an iCalendar feed (RFC 5545)."""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from polytech.academics.models import ClassFormat, ClassKind, EnrolmentRole, Slot
from polytech.kernel.clock import week_parity
from polytech.kernel.text import pick
from polytech.people.api import full_name

PRODUCT = "-//Polytech Online//Timetable//EN"
REFRESH = timedelta(hours=4)
# A person has some dozens of slots a term; more is a mistake of the feed, and a calendar would choke on it.
MOST_SLOTS = 2000


@dataclass(frozen=True, slots=True)
class Meeting:
    """A slot on the days on which it concerns one person, both included, and not empty."""

    slot_id: int
    title: str
    kind: str
    format: str
    starts_at: time
    ends_at: time
    first_on: date
    until: date
    every_weeks: int
    room: str
    link: str
    teacher: str


def first_day(slot: Slot, start: date) -> date:
    """The first day from `start` on which a slot of this weekday and these weeks is held."""
    day = start + timedelta(days=(slot.weekday - start.isoweekday()) % 7)
    off = slot.parity is not None and slot.parity != week_parity(day)
    return day + timedelta(days=7) if off else day


def _meeting(slot: Slot, start: date | None, end: date | None, language: str) -> Meeting | None:
    day = first_day(slot, max(slot.starts_on, start or slot.starts_on))
    until = min(slot.ends_on, end or slot.ends_on)
    if day > until:
        return None
    return Meeting(
        slot_id=slot.pk,
        title=pick(slot.offering.discipline.title, language),
        kind=slot.kind,
        format=slot.format,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        first_on=day,
        until=until,
        every_weeks=1 if slot.parity is None else 2,
        room=slot.room.name if slot.room else "",
        link=slot.link if slot.link.startswith(("https://", "http://")) else "",
        teacher=(full_name(slot.teacher, language) or slot.teacher.username) if slot.teacher else "",
    )


def meetings_of(person_id: int, language: str) -> list[Meeting]:
    """The classes of a person, as the timetable's statement has them; two queries, and joint classes once."""
    slots = (
        Slot.objects.current()
        .filter(offering__ended_at=None)
        .select_related("offering__discipline", "room", "teacher")
        .order_by("pk")
    )
    current = {"offering__enrolments__person": person_id, "offering__enrolments__ended_at": None}
    by_place = slots.filter(
        Q(offering__enrolments__role=EnrolmentRole.STUDENT) | Q(teacher=None) | Q(teacher=person_id), **current
    ).annotate(place_from=F("offering__enrolments__starts_on"), place_until=F("offering__enrolments__ends_on"))
    found: dict[object, Meeting] = {}
    for slot in by_place[:MOST_SLOTS]:
        _keep(found, slot, _meeting(slot, slot.place_from, slot.place_until, language))
    for own in slots.filter(teacher=person_id)[:MOST_SLOTS]:
        _keep(found, own, _meeting(own, None, None, language))
    return list(found.values())


def _keep(found: dict[object, Meeting], slot: Slot, meeting: Meeting | None) -> None:
    """Two groups taught jointly, or two ways to one slot, are one event, if they are on the same days."""
    if meeting is not None:
        key = (slot.joint_with_id or slot.pk, meeting.first_on, meeting.until, meeting.starts_at, meeting.every_weeks)
        found.setdefault(key, meeting)


def fingerprint(meetings: Iterable[Meeting], language: str) -> str:
    """A strong entity tag of the feed, without writing it."""
    digest = hashlib.blake2b(f"{PRODUCT}{language}{settings.BASE_URL}".encode(), digest_size=16)
    for meeting in meetings:
        digest.update(repr(astuple(meeting)).encode())
    return f'"{digest.hexdigest()}"'


def write_calendar(meetings: Iterable[Meeting], stamp: datetime) -> bytes:
    """The feed in the language that is active.

    Args:
        stamp: when the feed came to be; the same for the same feed, so that equal feeds have equal bytes.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Timetable") + " · Polytech Online")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH)
    calendar.add("x-published-ttl", "PT4H")
    days: list[date] = []
    for meeting in meetings:
        calendar.add_component(_event(meeting, stamp, zone))
        days += [meeting.first_on, meeting.until]
    if days:
        calendar.add_missing_timezones(first_date=min(days), last_date=max(days) + timedelta(days=1))
    return calendar.to_ical()


def _event(meeting: Meeting, stamp: datetime, zone: ZoneInfo) -> Event:
    event = Event()
    kinds, formats = dict(ClassKind.choices), dict(ClassFormat.choices)
    event.add("uid", f"slot-{meeting.slot_id}-{meeting.first_on:%Y%m%d}@{_host()}")
    event.add("dtstamp", stamp)
    event.add("dtstart", datetime.combine(meeting.first_on, meeting.starts_at, zone))
    event.add("dtend", datetime.combine(meeting.first_on, meeting.ends_at, zone))
    if meeting.until >= meeting.first_on + timedelta(weeks=meeting.every_weeks):
        event.add("rrule", _rule(meeting, zone))
    event.add("summary", f"{meeting.title} ({str(kinds[ClassKind(meeting.kind)]).lower()})")
    lines = [str(formats[ClassFormat(meeting.format)]), meeting.teacher, meeting.link]
    event.add("description", "\n".join(line for line in lines if line))
    if place := meeting.room or meeting.link:
        event.add("location", place)
    event.add("url", meeting.link or f"{settings.BASE_URL}/timetable/{meeting.first_on.isoformat()}/")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _rule(meeting: Meeting, zone: ZoneInfo) -> dict[str, object]:
    """Every week or every second one. RFC 5545: with a local start the end of the rule is a moment in UTC."""
    rule: dict[str, object] = {"freq": "weekly"}
    if meeting.every_weeks > 1:
        rule["interval"] = meeting.every_weeks
    rule["until"] = datetime.combine(meeting.until, time(23, 59, 59), zone).astimezone(ZoneInfo("UTC"))
    return rule


def _host() -> str:
    return settings.BASE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
