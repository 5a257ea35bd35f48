"""What reading a page that is not hot leaves in the footprint (hot pages: `viewer.read_page`)."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from polytech.footprint.api import Verb, record

Page = Callable[..., HttpResponseBase]
_READING = ("GET", "HEAD")


def recorded(kind: str, *, thing: str = "") -> Callable[[Page], Page]:
    """Record each reading of the page, when it was there for the reader.

    Args:
        kind: the footprint's word for what is read.
        thing: the argument of the address that numbers it.
    """

    def decorate(page: Page) -> Page:
        @functools.wraps(page)
        def recording(request: HttpRequest, *args: Any, **arguments: Any) -> HttpResponseBase:
            response = page(request, *args, **arguments)
            if response.status_code == 200 and request.method in _READING:
                record_reading(request, kind, arguments.get(thing), arguments.get("course_id"))
            return response

        return recording

    return decorate


def record_reading(
    request: HttpRequest, kind: str, object_id: int | None, course_id: int | None = None, verb: Verb = Verb.VIEWED
) -> None:
    """Add the statement of one reading in the viewer's name."""
    viewer = request.viewer  # type: ignore[attr-defined]
    record(
        verb=verb, object_kind=kind, object_id=object_id, course_id=course_id, actor_id=viewer.person_id,
        acted_by_id=viewer.acted_by_id, address=request.META.get("REMOTE_ADDR") or None,
    )  # fmt: skip
