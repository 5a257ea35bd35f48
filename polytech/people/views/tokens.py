"""Keys of other systems: made, shown once, revoked."""

from datetime import datetime, time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from polytech.kernel import clock
from polytech.people.access import MANAGE_TOKENS
from polytech.people.actions import make_token, revoke_token
from polytech.people.forms import TokenForm
from polytech.people.models import Role
from polytech.ui.api import render_page


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has_role(Role.ADMINISTRATOR):
        raise Http404
    form, key = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["expires_on"]
        expires_at = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        _token, key = make_token(
            viewer=viewer, name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], expires_at=expires_at
        )
        form = TokenForm()
    context = {
        "tokens": MANAGE_TOKENS.visible(viewer).order_by("revoked_at", "-created_at"),
        "form": form,
        "key": key,
        "now": clock.now(),
    }
    response = render_page(request, "people/tokens.html", context, current="people")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = MANAGE_TOKENS.get(request.viewer, pk=token_id)  # type: ignore[attr-defined]
    revoke_token(viewer=request.viewer, token=token)  # type: ignore[attr-defined]
    messages.success(request, _("The key opens nothing any more."))
    return HttpResponseRedirect("/people/tokens/")
