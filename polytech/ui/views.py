"""The reader's choices, the page of the components, and the small files that browsers ask for."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from polytech.ui import cookies
from polytech.ui.jinja import static
from polytech.ui.page import THEMES, render_page
from polytech.ui.sample import SampleForm, SampleReader, sample_destinations, sample_page

YEAR_SECONDS = 365 * 24 * 3600


def open_to_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What `people.api.public` says, for this room below it."""
    view.public = True  # type: ignore[attr-defined]
    return view


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the reader came from: a path of this portal only, never another site."""
    target = request.GET.get("next", "")
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    return HttpResponseRedirect(target)


def _remember(request: HttpRequest, cookie: str, choice: str) -> HttpResponse:
    response = _back(request)
    response.set_cookie(cookie, choice, max_age=YEAR_SECONDS, secure=settings.HTTPS, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response


@open_to_all
@require_safe
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return _remember(request, cookies.LANGUAGE, code)


@open_to_all
@require_safe
def choose_theme(request: HttpRequest, name: str) -> HttpResponse:
    if name == "auto":
        response = _back(request)
        response.delete_cookie(cookies.THEME)
        return response
    if name not in THEMES:
        raise Http404
    return _remember(request, cookies.THEME, name)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Every component on one page. The form answers, so that submitting can be tried on any browser."""
    form = SampleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Received: %(title)s") % {"title": form.cleaned_data["title"]})
        return HttpResponseRedirect("/ui/")
    if request.viewer is None:  # type: ignore[attr-defined]
        request.viewer = SampleReader()  # type: ignore[attr-defined]
    places = sample_destinations()
    return render_page(request, "ui/components.html", sample_page(request, form), current="today", places=places)


@open_to_all
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the portal installable on a phone."""
    icon = {"src": static("ui/favicon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any maskable"}
    response = JsonResponse(
        {
            "name": "Polytech Online",
            "short_name": "Polytech",
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f9fafb",
            "theme_color": "#2563a8",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )
    response.headers["Cache-Control"] = "max-age=86400"
    return response


@open_to_all
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@open_to_all
@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """For browsers that ask without reading the page."""
    return HttpResponseRedirect(static("ui/favicon.svg"))
