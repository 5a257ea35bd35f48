"""What other rooms may use of the user interface."""

from polytech.ui.formats import day, day_and_time, duration, language, number, percent, size, time_of_day
from polytech.ui.navigation import Destination
from polytech.ui.page import fingerprint, not_modified, render_page
from polytech.ui.same_origin import same_origin

__all__ = [
    "Destination",
    "day",
    "day_and_time",
    "duration",
    "fingerprint",
    "language",
    "not_modified",
    "number",
    "percent",
    "render_page",
    "same_origin",
    "size",
    "time_of_day",
]
