"""The door of the university's other systems: allauth's, with a policy that lets its form lead back to them."""

from urllib.parse import urlsplit

from allauth.account.internal.decorators import login_not_required
from allauth.idp.oidc.views import authorization
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from polytech.people.middleware import first_steps_needed, public


@login_not_required
@csrf_exempt
def authorize(request: HttpRequest) -> HttpResponseBase:
    """The consent page's form is answered by a redirect to the system, which `form-action 'self'` would stop."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if viewer is not None and (detour := first_steps_needed(request, viewer)):
        return detour
    response = authorization(request)
    back = urlsplit(request.GET.get("redirect_uri", ""))
    if response.status_code == 200 and back.scheme in ("https", "http") and back.netloc:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"connect-src 'self' {settings.STREAMS_URL}; manifest-src 'self'; "
            f"form-action 'self' {back.scheme}://{back.netloc}; base-uri 'none'; frame-ancestors 'none'"
        )
    return response


@public
def not_offered(request: HttpRequest) -> HttpResponseBase:
    """The flow of devices has a form without protection against forgery, and no system of the university needs it."""
    raise Http404
