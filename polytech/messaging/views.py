"""Pages of announcements."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from polytech.kernel import clock
from polytech.kernel.actions import Refused
from polytech.kernel.addresses import whole_number
from polytech.kernel.text import pick
from polytech.messaging import actions, queries
from polytech.messaging.access import READ, WRITE, may_write_for, writes_at_all
from polytech.messaging.forms import AnnouncementForm
from polytech.messaging.models import Announcement
from polytech.people.api import Role, recorded
from polytech.ui.api import render_page

_ROLE_NAMES = dict(Role.choices)


def _before(request: HttpRequest) -> int | None:
    return whole_number(request.GET.get("before", "")) or None


def _language_of(texts: dict[str, str]) -> str:
    """The language that `pick` takes: the reader's one when it has words."""
    wanted = (get_language() or "kk")[:2]
    return next((code for code in (wanted, "kk", "ru", "en") if texts.get(code)), wanted)


def _as_shown(announcement: Announcement) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": announcement.pk,
        "title": pick(announcement.title),
        "paragraphs": [part.strip() for part in pick(announcement.body).split("\n") if part.strip()],
        "language": _language_of(announcement.body or announcement.title),
        "published_at": announcement.published_at,
        "expires_at": announcement.expires_at,
        "role": _ROLE_NAMES.get(announcement.audience_role, ""),
        "unit": pick(announcement.audience_org.title) if announcement.audience_org else "",
        "missing": announcement.missing_languages,
        "withdrawn": announcement.withdrawn_at is not None,
        "coming": announcement.published_at > now,
        "over": announcement.expires_at is not None and announcement.expires_at <= now,
    }


@require_safe
def list_announcements(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    own = writes_at_all(viewer) and request.GET.get("mine") == "1"
    source = queries.announcements_of_writer(viewer) if own else queries.announcements_to(viewer)
    rows, following = queries.page_of(source.select_related("audience_org"), _before(request))
    context = {
        "rows": [_as_shown(row) for row in rows],
        "following": following,
        "own": own,
        "may_write": writes_at_all(viewer),
        "is_first": _before(request) is None,
    }
    return render_page(request, "messaging/announcements.html", context, current="messages")


@require_safe
@recorded("announcement", thing="announcement_id")
def read_announcement(request: HttpRequest, announcement_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = READ.get(viewer, pk=announcement_id)
    context = {"announcement": _as_shown(found), "may_write": may_write_for(viewer, found.audience_org_id)}
    return render_page(request, "messaging/announcement.html", context, current="messages")


@require_http_methods(["GET", "HEAD", "POST"])
def write_announcement(request: HttpRequest, announcement_id: int | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not writes_at_all(viewer):
        raise PermissionDenied("messaging:announcement:write")
    known = None if announcement_id is None else WRITE.get(viewer, read=READ, pk=announcement_id)
    form = AnnouncementForm(viewer, request.POST or None, announcement=known)
    if request.method == "POST" and form.is_valid():
        try:
            if known is None:
                saved = actions.publish_announcement(viewer=viewer, words=form.words(), **form.audience_and_period())
            else:
                saved = actions.change_announcement(
                    viewer=viewer, announcement_id=known.pk, words=form.words(), **form.audience_and_period()
                )
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"/announcements/{saved.pk}/")
    context = {"form": form, "known": known}
    status = 422 if form.errors else 200
    return render_page(request, "messaging/write.html", context, current="messages", status=status)


@require_POST
def withdraw(request: HttpRequest, announcement_id: int) -> HttpResponse:
    actions.withdraw_announcement(viewer=request.viewer, announcement_id=announcement_id)  # type: ignore[attr-defined]
    messages.success(request, _("Withdrawn. It can be restored on this page."))
    return HttpResponseRedirect(f"/announcements/{announcement_id}/")


@require_POST
def restore(request: HttpRequest, announcement_id: int) -> HttpResponse:
    actions.restore_announcement(viewer=request.viewer, announcement_id=announcement_id)  # type: ignore[attr-defined]
    messages.success(request, _("Restored."))
    return HttpResponseRedirect(f"/announcements/{announcement_id}/")
