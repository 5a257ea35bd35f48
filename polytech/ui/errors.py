"""Pages for when something does not go: what happened, and what to do next, in the reader's language.

They read nothing from the database: it may be what failed.
"""

import logging
import secrets
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from polytech.ui.page import render_page

logger = logging.getLogger("polytech.errors")

RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True)
class Trouble:
    """What an error page says."""

    status: int
    title: str
    sentence: str
    icon: str
    button_text: str = ""
    href: str = ""
    reference: str = ""


def _wants_json(request: HttpRequest) -> bool:
    """Programs ask for JSON and do not name HTML; browsers always name it."""
    accepted = request.META.get("HTTP_ACCEPT", "")
    return "application/json" in accepted and "text/html" not in accepted


def _answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    if _wants_json(request):
        told = {"error": trouble.title, "detail": trouble.sentence, "reference": trouble.reference or None}
        return JsonResponse(told, status=trouble.status, headers={"Cache-Control": "no-store"})
    try:
        response = render_page(request, "ui/error.html", {"trouble": trouble}, status=trouble.status)
    except Exception:
        logger.exception("The error page itself failed")
        response = HttpResponse(
            f"{trouble.title}. {trouble.sentence}", status=trouble.status, content_type="text/plain"
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def page_before(request: HttpRequest) -> str:
    """The page of this portal that led here, else the home page."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    try:
        is_ours = came_from.netloc == request.get_host()
    except DisallowedHost:
        is_ours = False
    query = f"?{came_from.query}" if came_from.query else ""
    return f"/{came_from.path.lstrip('/')}{query}" if is_ours else "/"


def _once_more(request: HttpRequest) -> str:
    """Where to try again: the same page when it was only read, else the page that the form stood on."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else page_before(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        Trouble(
            400,
            _("The portal did not understand this request"),
            _("The address or what was sent with it is damaged. Go back and try again from the page you came from."),
            "circle-question-mark", _("To the home page"), "/",
        ),
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # What the exception says names a rule: it stands in the log, for those who keep the portal.
    return _answer(
        request,
        Trouble(
            403,
            _("This is not open to you"),
            _("You may read this page but not do this here. If your work needs it, ask support."),
            "lock", _("To the home page"), "/",
        ),
    )  # fmt: skip


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection against other sites did not match: mostly a page left open for long, or no cookies."""
    logger.info("CSRF check failed: %s %s", request.path, reason)
    return _answer(
        request,
        Trouble(
            403,
            _("The form was open for too long"),
            _("Nothing was saved. Go back, reload the page and send the form again. If it happens again, allow cookies "
              "for this site."),
            "rotate-ccw", _("Open the page again"), _once_more(request),
        ),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # An address that somebody typed without its last stroke.
    path = request.path_info
    if request.method in ("GET", "HEAD") and not is_valid_path(path) and is_valid_path(f"{path}/"):
        return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
    return _answer(
        request,
        Trouble(
            404,
            _("There is no such page for you"),
            _("The address is wrong, the thing was moved, or it is not open to you. Look for it from the home page."),
            "search", _("To the home page"), "/",
        ),
    )  # fmt: skip


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """An action that a rule did not allow, when the page has no better place to say so."""
    before = page_before(request)
    return _answer(request, Trouble(409, _("This was not done"), sentence, "octagon-alert", _("Back"), before))


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    reference = secrets.token_hex(4)
    logger.error("Reference %s: %s %s failed", reference, request.method, request.path)
    return _answer(
        request,
        Trouble(
            500,
            _("Something broke on our side"),
            _("Your saved work is safe. Try again; if it happens again, tell support this number:"),
            "octagon-alert", _("Try again"), _once_more(request), reference,
        ),
    )  # fmt: skip


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database does not answer, or the portal is being maintained."""
    response = _answer(
        request,
        Trouble(
            503,
            _("The portal is being maintained"),
            _("Everything you saved is safe. Try again in a minute."),
            "timer", _("Try again"), _once_more(request),
        ),
    )  # fmt: skip
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
