"""Dates, times, numbers, sizes and durations in the reader's language.

Pages that come from the database as JSON carry dates as ISO 8601 text, so every filter takes text too. Answers are
kept by value and language: a page of a hundred rows shows few different dates and numbers.
"""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from babel import Locale, dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from polytech.kernel import clock

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
KEPT_ANSWERS = 4096
SMALLEST_LOAD = 1000
MINUTES_IN_HOUR = 60
MINUTES_IN_DAY = 24 * MINUTES_IN_HOUR

Moment = datetime | date | str
Number = int | float | Decimal

# CLDR's short words for units of information are English in Kazakh; these are the words people write.
_BYTE_UNITS = {
    "kk": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "ru": ("Б", "КБ", "МБ", "ГБ", "ТБ"),
    "en": ("B", "kB", "MB", "GB", "TB"),
}


def language() -> str:
    """The reader's language: `kk`, `ru` or `en`."""
    return (get_language() or "kk")[:2]


@lru_cache(maxsize=8)
def _locale(code: str) -> Locale:
    return Locale.parse({"en": "en_GB"}.get(code, code))


@lru_cache(maxsize=KEPT_ANSWERS)
def _moment(value: Moment) -> datetime | date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > len("2026-11-22") else date.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.get_default_timezone())
    return value


@lru_cache(maxsize=KEPT_ANSWERS)
def _day(value: date, style: str, with_year: bool, code: str) -> str:
    locale = _locale(code)
    if style == "weekday":
        return dates.format_date(value, "EEEE", locale)
    skeleton = {"short": "d MMM", "long": "EEEE, d MMMM", "heading": "EEEE, d MMMM"}.get(style, "d MMMM")
    if with_year:
        skeleton += {"kk": " y 'ж'.", "ru": " y 'г'."}.get(code, " y")
    words = dates.format_date(value, skeleton, locale).replace("..", ".")
    return words[:1].upper() + words[1:] if style == "heading" else words


def day(value: Moment | None, style: str = "") -> str:
    """A day in words: `22 қараша`; the year is named when it is not this year.

    Args:
        value: a date, a moment (shown in the university's time zone), or either as ISO 8601 text; None gives "".
        style: "" for `22 қараша`, "short" for `22 қар.`, "long" with the weekday, "heading" for the same with a capital
            letter, "weekday" for the weekday alone.
    """
    if value is None or value == "":
        return ""
    plain = _date(value)
    return _day(plain, style, plain.year != clock.today().year, language())


def _date(value: Moment) -> date:
    moment = _moment(value)
    return moment.date() if isinstance(moment, datetime) else moment


def days(first: Moment, last: Moment) -> str:
    """Days that follow one another: `23–29 қараша`, over the end of a month `30 қараша – 6 желтоқсан`."""
    start, end = _date(first), _date(last)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    return f"{day(start)} – {day(end)}"


def time_of_day(value: datetime | time | str | None) -> str:
    """Hours and minutes, `09:05`, in the university's time zone when the moment is aware; None gives ""."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and "-" not in value[:5]:
        value = time.fromisoformat(value)
    moment = value if isinstance(value, time) else _moment(value)
    if not isinstance(moment, datetime | time):
        raise TypeError(f"A day has no time: {value!r}")
    return f"{moment.hour:02}:{moment.minute:02}"


def day_and_time(value: Moment | None) -> str:
    """`22 қараша, 09:05`; None gives ""."""
    if value is None or value == "":
        return ""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return day(moment)
    return f"{day(moment)},{NO_BREAK_SPACE}{time_of_day(moment)}"


@lru_cache(maxsize=KEPT_ANSWERS)
def _number(value: Number, digits: int | None, code: str) -> str:
    if digits is None:
        return numbers.format_decimal(value, locale=_locale(code), decimal_quantization=False)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    with localcontext(rounding=ROUND_HALF_UP):  # 48.5 is 49, as people round; Babel takes the context's way.
        return numbers.format_decimal(value, pattern, locale=_locale(code))


def number(value: Number | None, digits: int | None = None) -> str:
    """A number with the reader's decimal sign and groups: `12 345,6`; None gives "".

    Args:
        value: what to show.
        digits: how many digits after the decimal sign, always shown; None shows those that are there.
    """
    return "" if value is None else _number(value, digits, language())


def size(value: int | None) -> str:
    """A number of bytes in the largest fitting unit of 1,000: `1,4 МБ`, `52 КБ`; None gives ""."""
    return "" if value is None else _size(value, language())


def load(value: int | None) -> str:
    """How many bytes something will load, where that is worth knowing: nothing below a kilobyte."""
    return size(value) if value is not None and value >= SMALLEST_LOAD else ""


@lru_cache(maxsize=KEPT_ANSWERS)
def _size(value: int, code: str) -> str:
    amount, place = float(value), 0
    while amount >= 999.5 and place < len(_BYTE_UNITS["en"]) - 1:
        amount /= 1000
        place += 1
    tenths_matter = place > 1 and amount < 9.95 and not round(amount, 1).is_integer()
    text = _number(amount, 1 if tenths_matter else 0, code)
    return f"{text}{NO_BREAK_SPACE}{_BYTE_UNITS.get(code, _BYTE_UNITS['en'])[place]}"


def percent(value: Number | None, digits: int = 0) -> str:
    """A number of per cent (0–100, not a share of one): `62 %`, with a no-break space; None gives ""."""
    return "" if value is None else f"{_number(value, digits, language())}{NO_BREAK_SPACE}%"


def duration(value: timedelta | float | None) -> str:
    """A length of time: `45 мин`, `1 сағ 20 мин`, `3 күн`; None gives "".

    Args:
        value: a timedelta, or a number of minutes.
    """
    if value is None:
        return ""
    minutes = round(value.total_seconds() / 60 if isinstance(value, timedelta) else value)
    if minutes >= 2 * MINUTES_IN_DAY:
        days = round(minutes / MINUTES_IN_DAY)
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    parts = []
    if hours:
        parts.append(gettext("%(count)s h") % {"count": hours})
    if rest or not hours:
        parts.append(gettext("%(count)s min") % {"count": rest})
    return " ".join(parts).replace(" ", NO_BREAK_SPACE)
