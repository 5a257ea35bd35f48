"""Forms of single values in the feed's files: what a text must look like and what it becomes.

A form takes the text of a cell, trimmed and not empty, and returns what is staged. A text that does not fit raises
`Unfit`. Results are remembered by the reader where a column has few different values.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from urllib.parse import urlsplit

Form = Callable[[str], str]

LONGEST_TEXT = 500
LONGEST_LINK = 1000
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,149}")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
# `\d` takes the digits of every script, and Python reads more forms of dates and times than are promised.
_PROGRAMME_CODE = re.compile(r"(6B|7M|8D)[0-9]{5}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00(?:\.0{1,6})?)?")
_CREDITS = re.compile(r"[0-9]{1,3}([.,][0-9])?")
_WEEKDAYS = {name: str(place) for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}


class Unfit(ValueError):
    """The text has not the form of its column.

    `code` is the finding's code; `expected` says the form in a few signs; `shown` is False where the text itself is
    personal and must not be repeated in a finding.
    """

    def __init__(self, code: str, expected: str = "", *, shown: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.shown = shown


def text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise Unfit("text-too-long", str(LONGEST_TEXT))
    return " ".join(value.split())


def identifier(value: str) -> str:
    if len(value) > 255 or any(ord(sign) < 33 for sign in value):
        raise Unfit("identifier-bad", "≤ 255, no spaces")
    return value


def identifiers(value: str) -> str:
    """The first of a list of identifiers."""
    return identifier(value.split(",")[0].strip())


def day(value: str) -> str:
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise Unfit("date-bad", "YYYY-MM-DD")
    return found.isoformat()


def moment(value: str) -> str:
    try:
        found = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise Unfit("moment-bad", "YYYY-MM-DDThh:mm:ssZ")
    return found.isoformat()


def clock_time(value: str) -> str:
    parts = _TIME.fullmatch(value)
    try:
        found = time(int(parts[1]), int(parts[2])) if parts else None
    except ValueError:
        found = None
    if found is None:
        raise Unfit("time-bad", "hh:mm")
    return found.isoformat("minutes")


def one_of(choices: dict[str, str], code: str = "choice-unknown") -> Form:
    """One word of a vocabulary, in any case of letters; it becomes the portal's own word."""
    known = {word.lower(): meaning for word, meaning in choices.items()}
    expected = " | ".join(choices)

    def form(value: str) -> str:
        try:
            return known[value.lower()]
        except KeyError:
            raise Unfit(code, expected) from None

    form.choices = choices  # type: ignore[attr-defined]
    return form


truth = one_of({"true": "t", "false": "f"})
language = one_of({"kk": "kk", "ru": "ru", "en": "en"})


def weekday(value: str) -> str:
    found = _WEEKDAYS.get(value.lower()[:3], value)
    if found not in {"1", "2", "3", "4", "5", "6", "7"}:
        raise Unfit("weekday-bad", "1 (Monday) … 7")
    return found


def small_number(value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) <= 3):
        raise Unfit("number-bad", "0 … 999")
    return value


def study_year(value: str) -> str:
    if value not in {"1", "2", "3", "4", "5", "6", "7"}:
        raise Unfit("number-bad", "1 … 7")
    return value


def credits(value: str) -> str:
    if not _CREDITS.fullmatch(value):
        raise Unfit("number-bad", "0 … 999.9")
    return value.replace(",", ".")


def programme_code(value: str) -> str:
    if not _PROGRAMME_CODE.fullmatch(value):
        raise Unfit("programme-code-bad", "6B06101")
    return value


def username(value: str) -> str:
    value = value.lower()
    if not _USERNAME.fullmatch(value):
        raise Unfit("username-bad", "a–z 0–9 . _ @ + -")
    return value


def email(value: str) -> str:
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise Unfit("email-bad", "name@example.org")
    return value


def is_link(value: str) -> bool:
    """Whether this is an address a reader can be sent to: http or https with a host."""
    if len(value) > LONGEST_LINK or any(sign.isspace() or ord(sign) < 32 for sign in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
