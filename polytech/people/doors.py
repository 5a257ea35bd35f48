"""A closer look at who knocks, before the library opens a door of sign-in."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def from_here(view: View) -> View:
    """Nobody is signed in unasked: where another site opens the door, the reader gets the page with its link.

    Browsers say where a request comes from (`Sec-Fetch-Site`); one that is typed or kept comes from nowhere. What says
    nothing is an old browser, and goes on.
    """

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return HttpResponseRedirect(f"/account/login/?{request.META.get('QUERY_STRING', '')}")
        return view(request, *args, **kwargs)

    return opened


def signed(view: View) -> View:
    """A sign-out at the university ends a session here only with its signature: without one, any page could end it.

    The library checks a signature where there is one, and asks for none.
    """

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET.get("Signature"):
            raise Http404
        return view(request, *args, **kwargs)

    return opened
