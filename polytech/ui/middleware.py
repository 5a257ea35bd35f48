"""The reader's language, the headers that keep a page safe, and refusals that nobody caught."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from polytech.kernel.actions import Refused
from polytech.ui import cookies

Handler = Callable[[HttpRequest], HttpResponseBase]


@lru_cache(maxsize=512)
def _language_of_browser(header: str) -> str:
    """The language of ours that an Accept-Language header wants most, else the university's."""
    known = {code for code, _ in settings.LANGUAGES}
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        name, _, weight = part.partition(";")
        code = name.strip()[:2].lower()
        try:
            share = float(weight.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            continue
        if code in known and share > 0:
            wanted.append((share, code))
    # `max` keeps the first of equals, which is the order of the header.
    return max(wanted, key=lambda pair: pair[0])[1] if wanted else settings.LANGUAGE_CODE


class ReaderLanguage:
    """The language a person chose (cookie), else the browser's, else Kazakh."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = frozenset(code for code, _ in settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(cookies.LANGUAGE, "")
        if chosen not in self.known:
            chosen = _language_of_browser(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500])
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response


class Refusals:
    """What no page answers by itself, answered as a page of its own: the sentence of an action that a rule refused, and
    an address with a NUL in it, which no text of the database can hold."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            from polytech.ui.errors import bad_request

            return bad_request(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, Refused):
            return None
        from polytech.ui.errors import refused

        return refused(request, str(exception.sentence))


class NotKept:
    """What does not say that browsers may keep it, is kept by none: codes and keys on pages of libraries, tables for
    spreadsheets. It goes out unpacked too (docs/decisions/0021)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def headers_of_every_answer() -> dict[str, str]:
    """What every answer carries, also those that are no pages: static files, health, event streams."""
    headers = {
        "Content-Security-Policy": "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    if settings.HTTPS:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class SecurityHeaders:
    """A strict content security policy, the same for every page, and its relatives.

    Nothing inline runs and there is no nonce: pages are kept by browsers and answered with 304, and a nonce that is
    used twice protects nothing (docs/decisions/0020).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.headers = {
            **headers_of_every_answer(),
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                f"connect-src 'self' {settings.STREAMS_URL}; media-src 'self'; manifest-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        kind = response.headers.get("Content-Type", "")
        # Files are streamed and say by themselves what they are.
        if kind.startswith("text/") and "charset" not in kind and not response.streaming:
            response.headers["Content-Type"] = f"{kind}; charset=utf-8"
        if settings.HTTPS and request.method == "POST" and _takes_session_away(response):
            # The next one at this computer shall not go back to what was read.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _takes_session_away(response: HttpResponseBase) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and not cookie.value
