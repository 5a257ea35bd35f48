"""Where one can go: the portal's navigation, by the viewer's roles."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from polytech.people.api import Role, Viewer


@dataclass(frozen=True, slots=True)
class Destination:
    """A place of the navigation. Without `roles` it is for everybody who is signed in."""

    key: str
    href: str
    text: str | Promise
    icon: str
    roles: frozenset[str] = frozenset()

    def is_open_to(self, viewer: Viewer) -> bool:
        return not self.roles or bool(self.roles & viewer.roles)


def _for(*roles: Role) -> frozenset[str]:
    return frozenset(role.value for role in roles)


# The first five stand at the bottom of a phone, in this order; the others in the rail's rest and under "More".
DESTINATIONS = (
    Destination("home", "/", _("Today"), "house"),
    Destination("courses", "/courses/", _("Courses"), "book-open"),
    Destination("timetable", "/timetable/", _("Timetable"), "calendar-days"),
    Destination("messages", "/announcements/", _("Messages"), "message-square"),
    Destination("grades", "/grades/", _("Grades"), "chart-column"),
    Destination(
        "people", "/people/", _("People"), "users",
        _for(Role.SUPPORT, Role.REGISTRAR, Role.ADMINISTRATOR, Role.DEAN),
    ),
    Destination("feed", "/feed/", _("University feed"), "refresh-cw", _for(Role.REGISTRAR, Role.ADMINISTRATOR)),
    Destination(
        "coverage", "/coverage/", _("Coverage"), "list-checks", _for(Role.METHODOLOGIST, Role.QUALITY, Role.DEAN)
    ),
    Destination(
        "timetable-problems", "/timetable/problems/", _("Timetable alarms"), "bell",
        _for(Role.REGISTRAR, Role.DEAN, Role.METHODOLOGIST),
    ),
)  # fmt: skip

PUBLIC_DESTINATIONS = (
    Destination("about", "/about/", _("About the portal"), "info"),
    Destination("help", "/help/", _("Help"), "circle-help"),
)


@lru_cache(maxsize=64)
def _answers(href: str) -> bool:
    """Whether the portal has this address at all: rooms may be left out of an installation."""
    try:
        resolve(href)
    except Resolver404:
        return False
    return True


def destinations(request: HttpRequest) -> list[dict[str, object]]:
    """The places that the viewer of this request may open, the five of everybody first.

    Returns:
        Dicts with `key` (what `render_page(current=…)` names), `href`, `text` (in the reader's language), `icon`
        (a name of the sprite) and `count` (how many things wait there; None where nothing is counted).
    """
    viewer: Viewer | None = getattr(request, "viewer", None)
    places = PUBLIC_DESTINATIONS if viewer is None else [place for place in DESTINATIONS if place.is_open_to(viewer)]
    return [
        {"key": place.key, "href": place.href, "text": str(place.text), "icon": place.icon, "count": None}
        for place in places
        if _answers(place.href)
    ]
