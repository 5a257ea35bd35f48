"""Public pages: what the portal is, help, browsers, and the system passport."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from polytech.kernel import clock, components
from polytech.pages import passport
from polytech.people.api import Role, public
from polytech.regulation.api import RULES_OF_ONLINE_LEARNING, parameter
from polytech.ui.api import render_page

# Who reads exact versions: they are of use to those who keep the system, and to those who attack it.
VERSION_READERS = (Role.ADMINISTRATOR, Role.SUPPORT, Role.QUALITY, Role.METHODOLOGIST)


def _page(request: HttpRequest, template: str, here: str, context: dict[str, object] | None = None) -> HttpResponse:
    places = [
        ("/about/", _("About the portal")),
        ("/help/", _("Help")),
        ("/about/browsers/", _("Browsers and devices")),
        ("/about/system/", _("System passport")),
    ]
    shown = {
        "tabs": [(href, text, href == here) for href, text in places],
        "contact": settings.CONTACT,
        "can_reset": bool(settings.EMAIL_HOST),
        **(context or {}),
    }
    return render_page(request, f"pages/{template}.html", shown)


@public
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    context: dict[str, object] = {
        "live_share": parameter("R4-04.least-live-share", today),
        "academic_hour": parameter("academic-hour.minutes", today),
        "rules": RULES_OF_ONLINE_LEARNING,
    }
    return _page(request, "about", "/about/", context)


@public
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    return _page(request, "help", "/help/")


@public
@require_safe
def browsers(request: HttpRequest) -> HttpResponse:
    return _page(request, "browsers", "/about/browsers/")


@public
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    with_versions = viewer is not None and viewer.has_role(*VERSION_READERS)
    context: dict[str, object] = {
        "with_versions": with_versions,
        "components": components.components(),
        "version": components.version(),
        "python": passport.python_version() if with_versions else "",
        "database": passport.database_version() if with_versions else "",
    }
    return _page(request, "system", "/about/system/", context)
