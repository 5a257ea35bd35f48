"""The Jinja2 environment: translations, addresses, static files, and the reader's numbers and dates."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from polytech.kernel.text import pick


def url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def environment(**options: Any) -> Environment:
    options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, **options}
    result = Environment(autoescape=options.pop("autoescape", True), **options)
    result.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    result.globals.update(static=static, url=url)
    result.filters.update(pick=pick)
    return result
