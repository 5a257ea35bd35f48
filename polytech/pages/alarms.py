"""Classes of the timetable that lack what their format needs (R4-18): a link, a course or a room."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from polytech.academics.api import ClassFormat, ClassKind, Slot
from polytech.kernel import clock
from polytech.kernel.addresses import whole_number
from polytech.kernel.text import pick
from polytech.learning.api import CourseOffering
from polytech.people.api import Role, Viewer, recorded
from polytech.regulation.api import Outcome, slot_is_complete
from polytech.ui.api import render_page

WATCHERS = (Role.REGISTRAR, Role.DEAN, Role.METHODOLOGIST, Role.QUALITY, Role.ADMINISTRATOR)
PAGE_LENGTH = 50
MONDAY = date(2026, 11, 23)  # Any Monday: only the names of its days are used.
KINDS = ("link", "course", "room")


def incomplete_slots(viewer: Viewer) -> QuerySet[Any]:
    """Classes of now and of later, within the viewer's units, that lack something; `lack` says what.

    The same as `regulation.slot_is_complete` says of each row, but for sixty thousand rows at once; a test holds
    the two together.
    """
    reach = viewer.units(*WATCHERS)
    rows = (
        Slot.objects.current()
        .filter(ends_on__gte=clock.today(), offering__ended_at=None)
        .annotate(has_course=Exists(CourseOffering.objects.filter(offering=OuterRef("offering"))))
        .annotate(
            lack=Case(
                When(Q(format=ClassFormat.SYNCHRONOUS, link=""), then=Value("link")),
                When(Q(format=ClassFormat.ASYNCHRONOUS, link="", has_course=False), then=Value("course")),
                When(Q(format=ClassFormat.CLASSROOM, room=None), then=Value("room")),
                output_field=CharField(),
            )
        )
        .filter(lack__isnull=False)
    )
    if reach is None:
        return rows
    return rows.filter(Q(offering__org__in=reach) | Q(offering__org=None, offering__discipline__org__in=reach))


def _row(slot: Any) -> dict[str, Any]:
    finding = slot_is_complete(
        format=slot.format, link=slot.link, room=slot.room.name if slot.room else "", has_course=slot.has_course
    )
    return {
        "title": pick(slot.offering.discipline.title),
        "group": slot.offering.code,
        "kind": str(ClassKind(slot.kind).label),
        "format": str(ClassFormat(slot.format).label),
        "day": MONDAY + timedelta(days=slot.weekday - 1),
        "starts": slot.starts_at,
        "ends": slot.ends_at,
        "remedy": pick(finding.remedy),
        "is_broken": finding.outcome == Outcome.BROKEN,
    }


@require_safe
@recorded("timetable-problems")
def alarms(request: HttpRequest) -> HttpResponse:
    """The list, by what is missing."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has_role(*WATCHERS):
        raise PermissionDenied("pages:timetable:alarms")
    rows = incomplete_slots(viewer)
    counts = rows.aggregate(**{kind: Count("pk", filter=Q(lack=kind)) for kind in KINDS})
    kind = request.GET.get("lack", "")
    if kind in KINDS:
        rows = rows.filter(lack=kind)
    found = list(
        rows.filter(pk__gt=whole_number(request.GET.get("after", "")))
        .select_related("offering__discipline", "room")
        .order_by("pk")[: PAGE_LENGTH + 1]
    )
    names = {
        "link": _("Live without a link"),
        "course": _("Asynchronous without a course"),
        "room": _("Without a room"),
    }
    context = {
        "total": sum(counts.values()),
        "tabs": [("/timetable/problems/", f"{_('All')} · {sum(counts.values())}", kind not in KINDS)]
        + [(f"?lack={key}", f"{names[key]} · {counts[key]}", kind == key) for key in KINDS],
        "rows": [_row(slot) for slot in found[:PAGE_LENGTH]],
        "following": found[PAGE_LENGTH - 1].pk if len(found) > PAGE_LENGTH else None,
        "kind": kind if kind in KINDS else "",
        "is_first": not whole_number(request.GET.get("after", "")),
    }
    return render_page(request, "pages/alarms.html", context, current="timetable-problems")
