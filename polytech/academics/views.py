"""The timetable outside the portal: the iCalendar feed and the page that explains it."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from polytech.academics.actions import make_calendar_link, revoke_calendar_link
from polytech.academics.calendar import fingerprint, meetings_of, write_calendar
from polytech.academics.calendar_links import link_with, secret_of
from polytech.academics.models import CalendarLink
from polytech.academics.queries import ADVISED_A_PAGE, advised_page
from polytech.kernel.addresses import whole_number
from polytech.people.api import own, public, recorded
from polytech.ui.api import render_page

CACHED = "private, max-age=900"

LAST_PAGE = 99_999


@public
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The timetable of whoever made this secret address; public, because calendars cannot sign in."""
    link = link_with(secret)
    if link is None:
        response = HttpResponse(status=404, content_type="text/plain", headers={"Cache-Control": "no-store"})
        # Django would write the address, and with it a secret, to the log.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
    with translation.override(link.person.language):
        meetings = meetings_of(link.person_id, link.person.language)
        tag = fingerprint(meetings, link.person.language)
        if tag in request.headers.get("If-None-Match", ""):
            return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": CACHED})
        body = write_calendar(meetings, link.created_at)
    headers = {
        "ETag": tag,
        "Cache-Control": CACHED,
        "Content-Disposition": 'inline; filename="timetable.ics"',
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


@own
@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    """How the own timetable comes into a phone's calendar."""
    link = CalendarLink.objects.filter(person_id=request.viewer.person_id, revoked_at=None).first()  # type: ignore[attr-defined]
    address = f"{settings.BASE_URL}/calendar/{secret_of(link)}.ics" if link else ""
    by_phone = "webcal://" + address.split("://", 1)[-1]
    context = {
        "link": link,
        "address": address,
        "webcal": by_phone,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(by_phone, safe='')}",
    }
    response = render_page(request, "academics/subscribe.html", context, current="timetable")
    response.headers["Cache-Control"] = "no-store"
    return response


@own
@require_POST
def new_link(request: HttpRequest) -> HttpResponse:
    make_calendar_link(viewer=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("A new link is ready. Links that were given out before don't work any more."))
    return HttpResponseRedirect("/timetable/subscribe/")


@own
@require_POST
def revoke_link(request: HttpRequest) -> HttpResponse:
    revoke_calendar_link(viewer=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("The link does not work any more."))
    return HttpResponseRedirect("/timetable/subscribe/")


@require_safe
@recorded("advised")
def advised(request: HttpRequest) -> HttpResponse:
    """The students of an adviser. Somebody who advises nobody sees an empty list."""
    number = min(whole_number(request.GET.get("page", "")) or 1, LAST_PAGE)
    rows, total = advised_page(request.viewer, number)  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "total": total,
        "is_first": number <= 1,
        "following": number + 1 if total > number * ADVISED_A_PAGE else None,
    }
    return render_page(request, "academics/advised.html", context)
