"""The Jinja2 environment: translations, addresses, static files, and the reader's numbers and dates."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from polytech.kernel.text import pick
from polytech.ui import formats

FILTERS: dict[str, Callable[..., str]] = {
    "pick": pick,
    "day": formats.day,
    "days": formats.days,
    "time": formats.time_of_day,
    "datetime": formats.day_and_time,
    "number": formats.number,
    "bytes": formats.size,
    "load": formats.load,
    "percent": formats.percent,
    "duration": formats.duration,
}


class PageEnvironment(Environment):
    """Looks into a dict before it asks for an attribute: pages show JSON, and a missing attribute is a slow answer."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if obj.__class__ is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@lru_cache(maxsize=8192)
def url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args, kwargs=kwargs)


@cache
def static(path: str) -> str:
    """The address of a static file: with its hash when the files were collected, else plain.

    A page must not fail because the assets were not built: it reads without them.
    """
    try:
        return staticfiles_storage.url(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


def page_shell(request: Any) -> Any:
    """The shell for templates that a library renders without `render_page`."""
    from polytech.ui.page import shell_of

    return shell_of(request)


def kept_piece(template: str, macro: str, *arguments: object) -> Markup:
    """A piece that many readers share (`ui.pieces.kept`)."""
    from polytech.ui.pieces import kept

    return kept(template, macro, *arguments)


def environment(**options: Any) -> Environment:
    """Of the portal's own pages: a name that is not there is an error (Django's backend would show nothing)."""
    return _environment({**options, "undefined": StrictUndefined})


def forms_environment(**options: Any) -> Environment:
    """Of form templates: Django's own count on absent names being empty."""
    return _environment(options)


def _environment(options: dict[str, Any]) -> Environment:
    options.pop("autoescape", None)
    result = PageEnvironment(autoescape=True, trim_blocks=True, lstrip_blocks=True, **options)
    result.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    result.globals.update(static=static, url=url, page_shell=page_shell, kept=kept_piece, gettext=say, _=say)
    result.filters.update({name: _of_the_reader(function) for name, function in FILTERS.items()})
    return result


@lru_cache(maxsize=8192)
def _said(message: str, language: str | None) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 the catalogues are ours


@lru_cache(maxsize=8192)
def _said_alone(message: str, language: str | None) -> Markup:
    return _said(message, language) % {}


def say(message: str, /, **values: object) -> Markup:
    """The words of a message in the reader's language, as Jinja2's own `gettext` gives them; a page says dozens, so
    they are kept. Values are escaped."""
    language = translation.get_language()
    return _said(message, language) % values if values else _said_alone(message, language)


def _of_the_reader(function: Callable[..., str]) -> Callable[..., str]:
    """A filter that asks for the reader's language: without `pass_context` Jinja2 would work out `60|duration` once,
    while it compiles the template, in the language of whoever reads first."""

    @pass_context
    def read(context: Context, *args: Any, **kwargs: Any) -> str:
        return function(*args, **kwargs)

    return read
