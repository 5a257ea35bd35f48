"""Small writes from pages that the browser keeps: guarded by where the request comes from, not by a token.

A token in a page would change it for every session and end its being kept. Browsers say with every POST where it
comes from (`Sec-Fetch-Site`, older ones `Origin` or `Referer`), and pages of others cannot forge that. The session
cookie is SameSite=Lax besides.
"""

import functools
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the request was sent by a page of this portal; one that does not say is not."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(source)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def same_origin(view: View) -> View:
    """Refuses (403) what other sites send. Put it under `csrf_exempt`, on writes that hot pages offer."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", "OPTIONS") and not is_same_origin(request):
            raise PermissionDenied("This request came from another site.")
        return view(request, *args, **kwargs)

    return guarded
