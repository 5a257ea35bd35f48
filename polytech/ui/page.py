"""A page: its shell (navigation, reader's choices, who reads) around a room's template."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe

from polytech.kernel.text import pick
from polytech.ui import cookies
from polytech.ui.formats import language
from polytech.ui.navigation import Destination, destinations

THEMES = ("light", "dark")
PRIVATE = "private, no-cache"
PLACES_ON_A_PHONE = 5


@dataclass(frozen=True, slots=True)
class Shell:
    """What the base layout shows around a page; `rail`, `account` and `choices` are finished HTML."""

    language: str
    theme: str
    viewer: Any
    rail: str
    account: str
    choices: str
    messages: Iterable[Any]

    @property
    def name(self) -> str:
        return pick(self.viewer.name) or self.viewer.username


@lru_cache(maxsize=2048)
def _fragment(template: str, language: str, theme: str, current: str, places: tuple[tuple[object, ...], ...]) -> str:
    """A part of the shell, which few readers see differently: by language, theme, and where one can go."""
    names = ("href", "text", "short", "icon", "key", "count")
    context = {
        "language": language,
        "theme": theme,
        "current": current,
        "places": [dict(zip(names, place, strict=True)) for place in places],
    }
    return mark_safe(get_template(template).render(context))  # noqa: S308 - rendered with escaping by Jinja2


def _theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(cookies.THEME, "")
    return chosen if chosen in THEMES else ""


def _messages(request: HttpRequest) -> Iterable[Any]:
    """Sentences for this reader; a request that failed before the middleware has no store of them."""
    return get_messages(request) if hasattr(request, "_messages") else ()


def _shell(request: HttpRequest, current: str, places: Sequence[Destination] | None) -> Shell:
    if settings.DEBUG:
        _fragment.cache_clear()
    code, theme, viewer = language(), _theme(request), getattr(request, "viewer", None)
    shown = destinations(request) if places is None else places
    facts = tuple(
        (place["href"], place["text"], place["short"], place["icon"], place["key"], place["count"]) for place in shown
    )
    choices = _fragment("ui/choices.html", code, theme, "", ())
    return Shell(
        language=code,
        theme=theme,
        viewer=viewer,
        rail=_fragment("ui/rail.html", code, "", current, facts) if viewer else "",
        account=_fragment("ui/account.html", code, "", current, facts[PLACES_ON_A_PHONE:]) if viewer else "",
        choices=mark_safe(choices.replace("@path@", quote(request.get_full_path(), safe="/"))),  # noqa: S308 - quoted
        messages=_messages(request),
    )


def shell_of(request: HttpRequest) -> Shell:
    """The shell for a template that a library renders without `render_page`."""
    return _shell(request, "", None)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    current: str = "",
    status: int = 200,
    places: Sequence[Destination] | None = None,
) -> HttpResponse:
    """A page as an answer.

    Args:
        template: a Jinja2 template that extends `ui/base.html`.
        context: what the template shows.
        current: the key of the destination that the page belongs to.
        status: the HTTP status.
        places: destinations other than the reader's own.
    """
    text = get_template(template).render({**(context or {}), "shell": _shell(request, current, places)}, request)
    response = HttpResponse(text, status=status)
    headers = response.headers
    headers["Cache-Control"] = PRIVATE
    headers["Vary"] = "Cookie, Accept-Language"
    if tag := getattr(request, "page_tag", ""):
        headers["ETag"] = tag
    return response


@cache
def _edition() -> str:
    """A fingerprint of the running code, templates, catalogues and assets: pages of an older one are not reused."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=8)
    places = [path for ending in ("*.py", "*.html", "*.mo", "*.sql") for path in package.rglob(ending)]
    for path in sorted([*places, *Path(settings.STATIC_ROOT).glob("staticfiles.json")]):
        facts = path.stat()
        digest.update(f"{path}{facts.st_size}{facts.st_mtime_ns};".encode())
    return digest.hexdigest()


def fingerprint(request: HttpRequest, *parts: str | bytes) -> str:
    """A weak entity tag of a page made of `parts` as this reader sees it: who, in which language, with what around.

    Args:
        parts: all that the page shows besides its shell, for example the JSON text of its one statement.
    """
    viewer = getattr(request, "viewer", None)
    digest = hashlib.blake2b(digest_size=12)
    around = (_edition(), language(), _theme(request), request.get_full_path(), viewer, destinations(request))
    digest.update(repr(around).encode())
    for part in parts:
        digest.update(b"\0")
        digest.update(part.encode() if isinstance(part, str) else part)
    return f'W/"{digest.hexdigest()}"'


def not_modified(request: HttpRequest, *parts: str | bytes) -> HttpResponseNotModified | None:
    """The answer 304 when the reader's browser has this page already, else None and `render_page` sets the tag.

    A page that brings a message (a toast) is never reused.
    """
    if request.COOKIES.get(cookies.MESSAGES) or request.method not in ("GET", "HEAD"):
        return None
    tag = fingerprint(request, *parts)
    request.page_tag = tag  # type: ignore[attr-defined]
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if tag not in (part.strip() for part in known.split(",")):
        return None
    response = HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": PRIVATE})
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response
