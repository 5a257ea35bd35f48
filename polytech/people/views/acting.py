"""Acting for somebody: start, stop, and the sentence where it may not be."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from polytech.kernel.actions import Refused
from polytech.people.access import ACT_FOR, SEE_PERSON
from polytech.people.actions import start_acting, stop_acting
from polytech.people.forms import ReasonForm
from polytech.people.names import name_in_lists
from polytech.ui.api import render_page


def not_while_acting(request: HttpRequest) -> HttpResponse:
    sentence = _("Ways to sign in, secret links and other systems stay the person's own: stop acting first.")
    return render_page(request, "people/not_now.html", {"sentence": sentence, "back": "/"}, status=403)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, person_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    person = ACT_FOR.get(viewer, read=SEE_PERSON, pk=person_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            start_acting(
                viewer=viewer, person=person, reason=form.cleaned_data["reason"],
                session_key=request.session.session_key or "",
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            return HttpResponseRedirect("/")
    return render_page(
        request, "people/act.html", {"person": person, "name": name_in_lists(person), "form": form}, current="people"
    )


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """A POST stops; the banner's link shows one button, so that no page of another site can stop it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if request.method == "POST" or not viewer.is_acting:
        stop_acting(viewer=viewer, session_key=request.session.session_key or "")
        return HttpResponseRedirect("/people/")
    return render_page(request, "people/stop_acting.html", {})
