"""The door of the university's other systems: allauth's, with a policy that lets its form lead back to them."""

from urllib.parse import urlsplit

from allauth.account.internal.decorators import login_not_required
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import authorization
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.views.decorators.csrf import csrf_exempt

from polytech.people.middleware import first_steps_needed, public
from polytech.ui.api import bad_request


@login_not_required
@csrf_exempt
def authorize(request: HttpRequest) -> HttpResponseBase:
    """The consent page's form is answered by a redirect to the system, which `form-action 'self'` would stop.

    The address to lead back to must be one that is registered, letter by letter (RFC 9700, 2.1; the library lets other
    queries and ports pass), and a challenge a digest (2.1.1): else nothing is asked and nobody is led anywhere.
    """
    asked = request.GET or request.POST
    if not _is_exact(asked):
        return bad_request(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    if viewer is not None and (detour := first_steps_needed(request, viewer)):
        return detour
    response = authorization(request)
    back = urlsplit(asked.get("redirect_uri", ""))
    if response.status_code == 200 and back.scheme in ("https", "http") and back.netloc:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"connect-src 'self' {settings.STREAMS_URL}; manifest-src 'self'; "
            f"form-action 'self' {back.scheme}://{back.netloc}; base-uri 'none'; frame-ancestors 'none'"
        )
    return response


def _is_exact(asked: QueryDict) -> bool:
    client = Client.objects.filter(id=asked.get("client_id", "")[:100]).first()
    address = asked.get("redirect_uri")
    if client is not None and address is not None and address not in client.get_redirect_uris():
        return False
    return "code_challenge" not in asked or asked.get("code_challenge_method") == "S256"


@public
def not_offered(request: HttpRequest) -> HttpResponseBase:
    """The flow of devices has a form without protection against forgery, and no system of the university needs it."""
    raise Http404
