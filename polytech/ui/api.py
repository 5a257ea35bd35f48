"""What other rooms may use of the user interface."""

from polytech.ui.errors import bad_request, page_before
from polytech.ui.formats import day, day_and_time, duration, language, number, percent, size, time_of_day
from polytech.ui.navigation import Destination
from polytech.ui.page import fingerprint, not_modified, render_page
from polytech.ui.same_origin import same_origin

__all__ = [
    "Destination",
    "bad_request",
    "day",
    "day_and_time",
    "duration",
    "fingerprint",
    "language",
    "not_modified",
    "number",
    "page_before",
    "percent",
    "render_page",
    "same_origin",
    "size",
    "time_of_day",
]
