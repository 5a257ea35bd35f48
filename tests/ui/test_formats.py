"""Dates, numbers, sizes and durations in three languages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from polytech.ui import formats

SPACE = "\N{NO-BREAK SPACE}"
KK, RU, EN = "kk", "ru", "en"


@pytest.fixture(autouse=True)
def this_year(at: Callable[[datetime], None]) -> None:
    at(datetime(2026, 11, 22, 10, 0))


@pytest.mark.parametrize(
    ("language", "style", "shown"),
    [
        (KK, "", "22 қараша"),
        (RU, "", "22 ноября"),
        (EN, "", "22 November"),
        (KK, "long", "жексенбі, 22 қараша"),
        (RU, "long", "воскресенье, 22 ноября"),
        (EN, "long", "Sunday, 22 November"),
        (KK, "short", "22 қар."),
        (RU, "short", "22 нояб."),
        (EN, "short", "22 Nov"),
        (KK, "weekday", "жексенбі"),
        (KK, "heading", "Жексенбі, 22 қараша"),
        (RU, "heading", "Воскресенье, 22 ноября"),
    ],
)
def test_a_day_of_this_year(language: str, style: str, shown: str) -> None:
    with translation.override(language):
        assert formats.day(date(2026, 11, 22), style) == shown


@pytest.mark.parametrize(
    ("language", "first", "last", "shown"),
    [
        (KK, date(2026, 11, 23), date(2026, 11, 29), "23–29 қараша"),
        (RU, date(2026, 11, 23), date(2026, 11, 29), "23–29 ноября"),
        (EN, date(2026, 11, 23), date(2026, 11, 29), "23–29 November"),
        (KK, "2026-11-30", "2026-12-06", "30 қараша – 6 желтоқсан"),
        (RU, "2026-11-30", "2026-12-06", "30 ноября – 6 декабря"),
        (EN, "2026-11-30", "2026-12-06", "30 November – 6 December"),
        (RU, date(2026, 12, 28), date(2027, 1, 3), "28 декабря – 3 января 2027 г."),
        (EN, date(2025, 11, 24), date(2025, 11, 30), "24–30 November 2025"),
    ],
)
def test_days_that_follow_one_another_name_the_month_once(
    language: str, first: date | str, last: date | str, shown: str
) -> None:
    with translation.override(language):
        assert formats.days(first, last) == shown


@pytest.mark.parametrize(
    ("language", "shown"), [(KK, "1 қыркүйек 2025 ж."), (RU, "1 сентября 2025 г."), (EN, "1 September 2025")]
)
def test_a_day_of_another_year_names_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert formats.day("2025-09-01") == shown


def test_a_moment_is_shown_in_the_time_zone_of_the_university() -> None:
    moment = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    with translation.override(EN):
        assert formats.day_and_time(moment) == f"23 November,{SPACE}01:30"
        assert formats.day_and_time("2026-11-22T20:30:00+00:00") == f"23 November,{SPACE}01:30"
        assert formats.time_of_day(moment) == "01:30"


@pytest.mark.parametrize("value", [time(9, 5), "09:05:00", "09:05", "2026-11-22T09:05:00"])
def test_a_time_of_day_comes_in_many_forms(value: time | str | datetime) -> None:
    assert formats.time_of_day(value) == "09:05"


@pytest.mark.parametrize(
    ("language", "value", "digits", "shown"),
    [
        (RU, 12345.6, None, f"12{SPACE}345,6"),
        (KK, 12345.6, None, f"12{SPACE}345,6"),
        (EN, 12345.6, None, "12,345.6"),
        (RU, 78, None, "78"),
        (RU, 78, 2, "78,00"),
        (EN, Decimal("48.5"), 0, "49"),
        (EN, 47.5, 0, "48"),
    ],
)
def test_a_number_has_the_signs_of_the_language(language: str, value: float, digits: int | None, shown: str) -> None:
    with translation.override(language):
        assert formats.number(value, digits) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        (KK, 0, f"0{SPACE}Б"),
        (KK, 820, f"820{SPACE}Б"),
        (RU, 52_000, f"52{SPACE}КБ"),
        (RU, 1_432_000, f"1,4{SPACE}МБ"),
        (EN, 1_432_000, f"1.4{SPACE}MB"),
        (EN, 999_600, f"1{SPACE}MB"),
        (EN, 96_500_000, f"97{SPACE}MB"),
        (EN, 3_200_000_000_000, f"3.2{SPACE}TB"),
    ],
)
def test_a_size_is_short(language: str, value: int, shown: str) -> None:
    with translation.override(language):
        assert formats.size(value) == shown


def test_a_percent_sign_keeps_to_its_number() -> None:
    with translation.override(RU):
        assert (formats.percent(62), formats.percent(22.25, 1)) == (f"62{SPACE}%", f"22,3{SPACE}%")


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        (EN, 0, f"0{SPACE}min"),
        (KK, 45, f"45{SPACE}мин"),
        (RU, 80, f"1{SPACE}ч{SPACE}20{SPACE}мин"),
        (KK, 120, f"2{SPACE}сағ"),
        (RU, timedelta(days=2), "2 дня"),
        (RU, timedelta(days=5), "5 дней"),
        (RU, timedelta(days=21), "21 день"),
        (KK, timedelta(days=5), "5 күн"),
        (EN, timedelta(hours=30), f"30{SPACE}h"),
    ],
)
def test_a_duration_is_said_in_words(language: str, value: timedelta | float, shown: str) -> None:
    with translation.override(language):
        assert formats.duration(value) == shown


def test_what_is_not_there_is_not_shown() -> None:
    filters = (formats.day, formats.time_of_day, formats.day_and_time, formats.number, formats.size, formats.percent)
    assert [shown(None) for shown in (*filters, formats.duration)] == [""] * 7


def test_a_literal_in_a_template_is_worked_out_for_each_reader() -> None:
    template = engines["jinja2"].from_string("{{ 60|duration }} {{ 1432000|bytes }}")
    shown = []
    for language in (EN, RU):
        with translation.override(language):
            shown.append(template.render())
    assert shown == [f"1{SPACE}h 1.4{SPACE}MB", f"1{SPACE}ч 1,4{SPACE}МБ"]


def test_damaged_dates_are_errors_not_guesses() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        formats.day("22.11.2026")
    with pytest.raises(TypeError):
        formats.time_of_day("2026-11-22")


def test_what_loads_at_once_has_no_size_worth_naming() -> None:
    with translation.override(EN):
        assert [formats.load(value) for value in (None, 0, 999, 1000)] == ["", "", "", f"1{SPACE}kB"]
