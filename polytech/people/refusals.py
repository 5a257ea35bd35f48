"""Why somebody who proved who they are does not come in, and whom to ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.ui.api import render_page

UNKNOWN, ENDED, INACTIVE, DIRECTORY_DOWN, CLOSED = "unknown", "ended", "inactive", "directory-down", "closed"

_SENTENCES: dict[str, str | Promise] = {
    UNKNOWN: _("The university's feed does not know you yet, so there is no account for you here."),
    ENDED: _("Your studies or your work at the university have ended, so your account is closed."),
    INACTIVE: _("Your account is blocked."),
    DIRECTORY_DOWN: _("The university's directory does not answer just now, so passwords cannot be checked."),
    CLOSED: _("Accounts come from the university's student portal; nobody can make one here."),
}


def sentence_of(code: str) -> str:
    """The sentence of a refusal with whom to ask, in the reader's language."""
    ask = _("Ask the registrar's office: %(contact)s") % {"contact": settings.CONTACT}
    return f"{_SENTENCES[code]} {ask}."


def refusal_of(person: Any) -> str | None:
    """The reason for which this person may not sign in, None when they may."""
    if person is None:
        return UNKNOWN
    if person.ended_at is not None:
        return ENDED
    return None if person.is_active else INACTIVE


def refuse(request: HttpRequest, code: str, *, person_id: int | None = None, method: str = "") -> HttpResponse:
    """The page that says no, recorded in the footprint."""
    record(
        verb=Verb.REFUSED, object_kind="sign-in", object_id=person_id, actor_id=person_id,
        address=request.META.get("REMOTE_ADDR") or None,
        extra={"reason": code, **({"method": method} if method else {})},
    )  # fmt: skip
    return show_refusal(request, code)


def show_refusal(request: HttpRequest, code: str) -> HttpResponse:
    return render_page(request, "people/refused.html", {"sentence": sentence_of(code)}, status=403)
