"""A timetable without clashes: of rooms, of teachers, and of students whose classes follow one another."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from polytech.kernel.clock import monday_of

HOURS = (
    ("08:00", "09:40"), ("09:55", "11:35"), ("11:50", "13:30"), ("14:00", "15:40"), ("15:55", "17:35"),
    ("17:50", "19:30"), ("19:45", "21:25"),
)  # fmt: skip
WEEKDAYS = 5
CELLS = WEEKDAYS * len(HOURS)
FORMATS = ("classroom", "synchronous", "classroom", "asynchronous", "classroom")
KINDS = ("lecture", "practical", "laboratory")
BUILDINGS = ("ГУК", "НК", "МУК", "ИЦ")
DEMO_CLASSES = 6
WEEKLY_AT_MOST = 4


class Timetable:
    """Gives every class its meetings.

    The week is a ring of 35 cells (weekday and double hour). Meeting m of class c stands in cell (c × meetings + m)
    mod 35, so that up to 35 consecutive meetings never share a cell, and the round of the ring chooses the room, so
    that no room is given twice. The first six classes are the demo student's: they meet every weekday, and today,
    in each of the three formats.
    """

    def __init__(self, classes: int, slots: int, starts_on: date, ends_on: date, today: date) -> None:
        self.classes = classes
        self.slots = slots
        self.starts_on, self.ends_on, self.today = starts_on, ends_on, today
        self.demo = list(self._demo())
        usual = max(0, slots - len(self.demo))
        others = max(1, classes - DEMO_CLASSES)
        self.per_class = usual / others
        # Many slots for a class are single dates of two weekly meetings; few are weekly patterns.
        self.dated = self.per_class > WEEKLY_AT_MOST
        self.meetings = 2 if self.dated else max(1, -(-usual // others))

    def rows(self) -> Iterator[dict[str, Any]]:
        yield from self.demo
        left = self.slots - len(self.demo)
        for place, number in enumerate(range(DEMO_CLASSES, self.classes)):
            due = round((place + 1) * self.per_class) - round(place * self.per_class)
            wanted = min(due, left)
            left -= wanted
            yield from self._dated(number, wanted) if self.dated else self._weekly(number, wanted)

    def _demo(self) -> Iterator[dict[str, Any]]:
        days = sorted({*range(1, WEEKDAYS + 1), self.today.isoweekday()})
        for turn, weekday in enumerate(days):
            for place, form in enumerate(("classroom", "synchronous", "asynchronous")):
                number = (turn * 3 + place) % DEMO_CLASSES
                start, end = HOURS[(place * 2 + turn) % 6]
                sourced_id = f"slot-demo-{weekday}-{form}"
                yield {
                    "class": number, "sourcedId": sourced_id, "kind": KINDS[place], "format": form,
                    "weekday": weekday, "startDate": self.starts_on, "endDate": self.ends_on, "weeks": "all",
                    "startTime": start, "endTime": end, **_place(form, sourced_id, f"ГУК-{101 + place}"),
                }  # fmt: skip

    def _weekly(self, number: int, count: int) -> Iterator[dict[str, Any]]:
        for meeting in range(count):
            weekday, hours, room = self._cell(number, meeting)
            form = FORMATS[(number + meeting) % len(FORMATS)]
            weeks = ("all", "all", "odd", "even")[(number // 3 + meeting) % 4]
            sourced_id = f"slot-{number + 1}-{meeting + 1}"
            yield {
                "class": number, "sourcedId": sourced_id, "kind": KINDS[meeting % 3], "format": form,
                "weekday": weekday, "startDate": self.starts_on, "endDate": self.ends_on, "weeks": weeks,
                "startTime": hours[0], "endTime": hours[1], **_place(form, sourced_id, room),
            }  # fmt: skip

    def _dated(self, number: int, count: int) -> Iterator[dict[str, Any]]:
        weeks = -(-count // self.meetings)
        last_start = monday_of(self.ends_on) - timedelta(weeks=weeks)
        first = max(monday_of(self.starts_on) + timedelta(weeks=1), min(monday_of(self.today), last_start))
        for place in range(count):
            week, meeting = divmod(place, self.meetings)
            weekday, hours, room = self._cell(number, meeting)
            day = first + timedelta(weeks=week, days=weekday - 1)
            form = FORMATS[(number + meeting) % len(FORMATS)]
            sourced_id = f"slot-{number + 1}-{place + 1}"
            yield {
                "class": number, "sourcedId": sourced_id, "kind": KINDS[meeting % 3], "format": form, "date": day,
                "startTime": hours[0], "endTime": hours[1], **_place(form, sourced_id, room),
            }  # fmt: skip

    def _cell(self, number: int, meeting: int) -> tuple[int, tuple[str, str], str]:
        place = (number - DEMO_CLASSES) * self.meetings + meeting
        rounds, cell = divmod(place, CELLS)
        building = BUILDINGS[rounds % len(BUILDINGS)]
        room = f"{building}-{201 + rounds // len(BUILDINGS)}"
        return cell % WEEKDAYS + 1, HOURS[cell // WEEKDAYS], room


def _place(form: str, sourced_id: str, room: str) -> dict[str, str]:
    """Where it is held: a room, or a link for a live class; an asynchronous one needs neither."""
    if form == "classroom":
        return {"room": room}
    return {"link": f"https://meet.polytech.example/{sourced_id}"} if form == "synchronous" else {}
