"""Parts of addresses. Importing this module gives `path("courses/<key:course_id>/", …)`."""

import re

from django.urls import register_converter
from django.urls.converters import IntConverter


class Key(IntConverter):
    """A number that can be a primary key. Longer ones are no address: the database could not hold them."""

    regex = "[0-9]{1,18}"


def whole_number(text: str) -> int:
    """A number that came in an address or a form; 0 when it is none that the database could hold."""
    return int(text) if re.fullmatch(Key.regex, text, re.ASCII) else 0


register_converter(Key, "key")
