"""Sessions, and the wall: every page needs somebody signed in unless it says that it is public."""

from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from polytech.people.viewer import PasswordChangeNeeded, SecondFactorNeeded, SignInNeeded, Viewer, find_viewer
from polytech.ui.api import page_before

View = Callable[..., HttpResponseBase]
# Where staff without a second factor may go: setting one up, and leaving.
_WITHOUT_SECOND_FACTOR = (
    "/account/2fa/", "/account/reauthenticate/", "/account/logout/", "/account/password/", "/language/", "/theme/",
)  # fmt: skip
_WHERE_TO_CHANGE_IT = "/account/password/change/"
_WITHOUT_OWN_PASSWORD = ("/account/password/", "/account/logout/", "/language/", "/theme/")
# What support may do under /account/ while acting for somebody: stop, leave, and read in another language.
_WHILE_ACTING = ("/account/acting/", "/account/logout/")


def public(view: View) -> View:
    """A page that strangers may read."""
    view.public = True  # type: ignore[attr-defined]
    return view


def hot(view: View) -> View:
    """A page whose own statement finds the viewer (`people.api.read_page`)."""
    view.hot = True  # type: ignore[attr-defined]
    return view


def own(view: View) -> View:
    """A page that stays the person's own while support acts for them: what is read there outlives the acting."""
    view.own = True  # type: ignore[attr-defined]
    return view


def is_public(view: View) -> bool:
    """Marked by us, or by a library (allauth, Django) as needing no sign-in."""
    return getattr(view, "public", False) or not getattr(view, "login_required", True)


def address_of(request: HttpRequest) -> str | None:
    """The reader's address, as the web server knows it: behind trusted proxies (config/wsgi.py) what they saw.

    Over a socket, or from a proxy that names something else, there is none.
    """
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return None


class Sessions(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        address = request.META["REMOTE_ADDR"] = address_of(request) or ""
        request.session.address = address or None  # type: ignore[attr-defined]
        request.session.device = request.META.get("HTTP_USER_AGENT", "")[:200]  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            response = super().process_response(request, response)
        except SessionInterrupted:
            # It ended meanwhile in another tab; what was done in this one is still true.
            request.session.finish()  # type: ignore[attr-defined]
            raise
        if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            request.session.finish()  # type: ignore[attr-defined]
        return response


class SignedIn:
    """Sets `request.user` (who signed in) and `request.viewer` (in whose name); keeps strangers out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
        request.viewer = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_arguments: Any) -> HttpResponseBase | None:
        if getattr(view, "hot", False):
            return None
        viewer = request.viewer = find_viewer(request.session.session_key)  # type: ignore[attr-defined]
        if viewer is None:
            _forget_session_that_is_over(request)
            return None if is_public(view) else _to_sign_in(request)
        if viewer.is_acting and not may_while_acting(request.path, view):
            from polytech.people.views.acting import not_while_acting

            return not_while_acting(request)
        return None if is_public(view) else first_steps_needed(request, viewer)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, SignInNeeded):
            return _to_sign_in(request)
        if isinstance(exception, PasswordChangeNeeded):
            return HttpResponseRedirect(_WHERE_TO_CHANGE_IT)
        if isinstance(exception, SecondFactorNeeded):
            return HttpResponseRedirect("/account/2fa/")
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Afterwards one reads the same page again; whoever was sending something goes back to where it stood."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    messages.warning(request, _("You were signed out meanwhile, so nothing was saved. Sign in and do it again."))
    return redirect_to_login(page_before(request))


def _forget_session_that_is_over(request: HttpRequest) -> None:
    """A cookie whose session has rested too long, or whose person left, must not count as signed in any more."""
    if request.session.session_key and SESSION_KEY in request.session:
        request.session.flush()
        request.user = AnonymousUser()


def may_while_acting(path: str, view: View) -> bool:
    """Ways to sign in, sessions, secret links and other systems stay the person's own while support acts for them."""
    if getattr(view, "own", False):
        return False
    return path.startswith(_WHILE_ACTING) or not path.startswith(("/account/", "/identity/"))


def first_steps_needed(request: HttpRequest, viewer: Viewer) -> HttpResponseBase | None:
    """Where somebody must go first: to change a made-up password; then, of staff, to set up a second factor."""
    if viewer.must_change_password and not viewer.is_acting and not request.path.startswith(_WITHOUT_OWN_PASSWORD):
        return HttpResponseRedirect(_WHERE_TO_CHANGE_IT)
    if settings.SECOND_FACTOR != "required" or not viewer.lacks_second_factor:
        return None
    return None if request.path.startswith(_WITHOUT_SECOND_FACTOR) else HttpResponseRedirect("/account/2fa/")
