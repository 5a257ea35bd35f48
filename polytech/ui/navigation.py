"""What stands in the navigation: the room above decides, this room draws.

`settings.UI_NAVIGATION` names a callable of a request that gives the destinations in order. The first five stand at
the bottom of a phone; those after them in the rail of a desk (class `rest`) and in the account's menu of a phone
(class `on-phone`). Each is a mapping with:

- `href`: the address; `text`: the words, already in the reader's language;
- `short`: fewer words for the bar of a phone, "" where `text` fits (some twelve letters);
- `icon`: a name of the sprite; `key`: what pages pass as `current` to `render_page`;
- `count`: how many things wait there; 0 shows nothing.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


class Destination(TypedDict):
    """One place of the navigation."""

    href: str
    text: str
    short: str
    icon: str
    key: str
    count: int


@lru_cache(maxsize=2)
def _source(name: str) -> Callable[[HttpRequest], Sequence[Destination]]:
    return import_string(name)


def destinations(request: HttpRequest) -> Sequence[Destination]:
    """The destinations of this reader; none for a stranger."""
    if getattr(request, "viewer", None) is None:
        return ()
    return _source(settings.UI_NAVIGATION)(request)
