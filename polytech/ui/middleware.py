"""The reader's language, and the headers that keep a page safe."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponseBase]
LANGUAGE_COOKIE = "language"


class ReaderLanguage:
    """The language a person chose (cookie), else the browser's, else Kazakh."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = frozenset(code for code, _ in settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in self.known else self._of_browser(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _of_browser(self, request: HttpRequest) -> str:
        for part in request.META.get("HTTP_ACCEPT_LANGUAGE", "").split(","):
            code = part.split(";")[0].strip()[:2].lower()
            if code in self.known:
                return code
        return settings.LANGUAGE_CODE


class SecurityHeaders:
    """A strict content security policy with a nonce for each answer, and its relatives."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                f"connect-src 'self' {settings.STREAMS_URL}; media-src 'self'; manifest-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.HTTPS:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
