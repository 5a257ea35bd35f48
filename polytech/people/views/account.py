"""One's own account: names, language, sessions, second factors, password, and one's own trail."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from polytech.footprint.api import PAGE, Line, place_of, trail_of
from polytech.people.actions import end_session, end_sessions
from polytech.people.forms import LanguageForm
from polytech.people.models import Person
from polytech.people.queries import sessions_of
from polytech.people.trail import details_of
from polytech.ui.api import render_page


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    person = Person.objects.get(pk=request.viewer.person_id)  # type: ignore[attr-defined]
    form = LanguageForm(request.POST or None, initial={"language": person.language})
    if request.method == "POST" and form.is_valid():
        Person.objects.filter(pk=person.pk).update(language=form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/account/")
    factors = Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True)
    context = {
        "person": person,
        "form": form,
        "passkeys": sum(kind == Authenticator.Type.WEBAUTHN for kind in factors),
        "has_app": Authenticator.Type.TOTP in factors,
        "session_count": len(sessions_of(person.pk, request.session.session_key)),
        "has_password": person.has_usable_password(),
    }
    return render_page(request, "people/account.html", context)


@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    person_id = request.viewer.person_id  # type: ignore[attr-defined]
    context = {"sessions": sessions_of(person_id, request.session.session_key)}
    return render_page(request, "people/sessions.html", context)


@require_POST
def end_one(request: HttpRequest) -> HttpResponse:
    person_id = request.viewer.person_id  # type: ignore[attr-defined]
    ended = end_session(person_id=person_id, session_key_digest=request.POST.get("session", ""))
    messages.success(request, _("The session is ended.") if ended else _("The session had ended already."))
    return HttpResponseRedirect("/account/sessions/")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    person_id = request.viewer.person_id  # type: ignore[attr-defined]
    keep = None if request.POST.get("this") else request.session.session_key
    end_sessions(person_id=person_id, ended_by=person_id, keep=keep, reason="sign-out everywhere")
    if keep is None:
        return HttpResponseRedirect("/account/login/")
    messages.success(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect("/account/sessions/")


@require_GET
def own_footprint(request: HttpRequest) -> HttpResponse:
    person_id = request.viewer.person_id  # type: ignore[attr-defined]
    lines = trail_of(person_id, before=place_of(request.GET.get("before", "")), limit=PAGE + 1)
    return render_page(request, "people/footprint.html", {**footprint_context(lines, person_id), "person": None})


def footprint_context(lines: list[Line], person_id: int) -> dict[str, object]:
    more = len(lines) > PAGE
    lines = lines[:PAGE]
    return {
        "lines": [(line, details_of(line)) for line in lines],
        "owner_id": person_id,
        "older": lines[-1].place if more else "",
    }
