"""Where one can go: the portal's navigation, by the viewer's roles."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from polytech.people.api import Role, Viewer
from polytech.ui import api as ui


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the navigation. Without `roles` it is for everybody who is signed in."""

    key: str
    href: str
    text: str | Promise
    icon: str
    roles: frozenset[str] = frozenset()
    short: str | Promise = ""

    def is_open_to(self, roles: frozenset[str]) -> bool:
        return not self.roles or bool(self.roles & roles)


def _for(*roles: Role) -> frozenset[str]:
    return frozenset(role.value for role in roles)


# The first five of a viewer stand at the bottom of a phone; the others in the rail's rest and under "More".
DESTINATIONS = (
    Place("today", "/", _("Today"), "house"),
    Place("courses", "/courses/", _("Courses"), "book-open"),
    Place("timetable", "/timetable/", _("Timetable"), "calendar-days"),
    Place("messages", "/announcements/", _("Messages"), "message-square"),
    Place("grades", "/grades/", _("Grades"), "chart-column", _for(Role.STUDENT)),
    Place(
        "people", "/people/", _("People"), "users",
        _for(Role.SUPPORT, Role.REGISTRAR, Role.ADMINISTRATOR, Role.DEAN),
    ),
    Place("feed", "/feed/", _("University data"), "refresh-cw", _for(Role.REGISTRAR, Role.ADMINISTRATOR),
          short=_("Data")),
    Place(
        "coverage", "/programmes/coverage/", _("Coverage"), "list-checks",
        _for(Role.METHODOLOGIST, Role.QUALITY, Role.ADMINISTRATOR, Role.DEAN),
    ),
    Place(
        "timetable-problems", "/timetable/problems/", _("Timetable problems"), "bell",
        _for(Role.REGISTRAR, Role.DEAN, Role.METHODOLOGIST), short=_("Problems"),
    ),
)  # fmt: skip


# Who studies, teaches or advises has the day in mind first; the offices have their own work.
_PEOPLE_OF_COURSES = _for(Role.STUDENT, Role.TEACHER, Role.ADVISER)


def _in_order(roles: frozenset[str]) -> list[Place]:
    places = [place for place in DESTINATIONS if place.is_open_to(roles)]
    if roles & _PEOPLE_OF_COURSES:
        return places
    return sorted(places, key=lambda place: (place.key != "today", not place.roles))


@lru_cache(maxsize=256)
def _open_to(roles: frozenset[str], language: str | None) -> tuple[ui.Destination, ...]:
    """Few sets of roles and three languages: pages ask for this twice, so it is kept."""
    return tuple(
        ui.Destination(
            key=place.key, href=place.href, text=str(place.text), short=str(place.short), icon=place.icon, count=0
        )
        for place in _in_order(roles)
    )


def destinations(request: HttpRequest) -> tuple[ui.Destination, ...]:
    """The places that the viewer of this request may open, those of the own work first (`ui.navigation`)."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return () if viewer is None else _open_to(viewer.roles, get_language())
