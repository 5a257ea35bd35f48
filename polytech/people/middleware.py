"""Sessions, and the wall: every page needs somebody signed in unless it says that it is public."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from polytech.people.viewer import SignInNeeded, Viewer, find_viewer

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """A page that strangers may read."""
    view.public = True  # type: ignore[attr-defined]
    return view


def hot(view: View) -> View:
    """A page whose own statement finds the viewer (`people.api.read_page`)."""
    view.hot = True  # type: ignore[attr-defined]
    return view


class Sessions(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.address = request.META.get("REMOTE_ADDR") or None  # type: ignore[attr-defined]
        request.session.device = request.META.get("HTTP_USER_AGENT", "")[:200]  # type: ignore[attr-defined]


class SignedIn:
    """Sets `request.user` (who signed in) and `request.viewer` (in whose name); keeps strangers out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
        request.viewer = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_: Any) -> HttpResponseBase | None:
        if getattr(view, "hot", False):
            return None
        request.viewer = find_viewer(request.session.session_key)  # type: ignore[attr-defined]
        if getattr(view, "public", False):
            return None
        if request.viewer is None:  # type: ignore[attr-defined]
            return redirect_to_login(request.get_full_path())
        return second_factor_needed(request, request.viewer)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, SignInNeeded):
            return redirect_to_login(request.get_full_path())
        return None


def second_factor_needed(request: HttpRequest, viewer: Viewer) -> HttpResponseBase | None:
    """Staff without a second factor are sent to set one up, where the operator requires it."""
    required = settings.SECOND_FACTOR == "required"
    if required and viewer.is_staff and not viewer.has_second_factor and not request.path.startswith("/account/"):
        return HttpResponseRedirect("/account/2fa/")
    return None
