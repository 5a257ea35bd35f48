"""Pieces of pages that many readers share, such as a class or an announcement in a list: rendered once."""

from functools import lru_cache
from typing import Any

import orjson
from django.template.loader import get_template
from markupsafe import Markup

from polytech.ui.formats import language

KEPT_PIECES = 8192


def kept(template: str, macro: str, *arguments: object) -> Markup:
    """What a macro of a template gives for these arguments, kept in the process.

    Args:
        arguments: plain JSON values, as hot pages have them. Besides the reader's language they decide everything that
            the piece shows: where it names a date, the present year is one of them.
    """
    return _piece(template, macro, language(), orjson.dumps(arguments))


@lru_cache(maxsize=KEPT_PIECES)
def _piece(template: str, macro: str, _language: str, arguments: bytes) -> Markup:
    found: Any = get_template(template)
    piece: Markup = getattr(found.template.module, macro)(*orjson.loads(arguments))
    return piece
