"""What stands in the navigation: the room above decides, this room draws.

`settings.UI_NAVIGATION` names a callable of a request that gives the destinations in order. The first five stand at
the bottom of a phone; those after them in the rail of a desk (class `rest`) and in the account's menu of a phone
(class `on-phone`). Each is a mapping with:

- `href`: the address; `text`: the words, already in the reader's language;
- `icon`: a name of the sprite; `key`: what pages pass as `current` to `render_page`;
- `count`: how many things wait there; 0 shows nothing.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


class Destination(TypedDict):
    """One place of the navigation."""

    href: str
    text: str
    icon: str
    key: str
    count: int


def five_destinations(request: HttpRequest) -> list[Destination]:
    return [
        Destination(href="/", text=_("Today"), icon="house", key="today", count=0),
        Destination(href="/courses/", text=_("Courses"), icon="book-open", key="courses", count=0),
        Destination(href="/timetable/", text=_("Timetable"), icon="calendar-days", key="timetable", count=0),
        Destination(href="/announcements/", text=_("Messages"), icon="message-square", key="messages", count=0),
        Destination(href="/grades/", text=_("Grades"), icon="chart-column", key="grades", count=0),
    ]


@lru_cache(maxsize=2)
def _source(name: str) -> Callable[[HttpRequest], Sequence[Destination]]:
    try:
        return import_string(name)  # type: ignore[no-any-return]
    except ImportError:
        return five_destinations


def destinations(request: HttpRequest) -> Sequence[Destination]:
    """The destinations of this reader; none for a stranger."""
    if getattr(request, "viewer", None) is None:
        return ()
    return _source(getattr(settings, "UI_NAVIGATION", "polytech.pages.navigation.destinations"))(request)
