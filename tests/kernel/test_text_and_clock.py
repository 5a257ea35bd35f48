from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from polytech.kernel.clock import monday_of, week_parity
from polytech.kernel.text import kazakh_sort_key, pick


def test_kazakh_letters_sort_where_the_alphabet_has_them() -> None:
    names = ["Яковлева", "Әбенова", "Қасымов", "Ким", "Бекова", "Абаев", "Іляс", "Ыдырыс", "Үсен", "Ұлан", "Усов"]

    assert sorted(names, key=kazakh_sort_key) == [
        "Абаев", "Әбенова", "Бекова", "Ким", "Қасымов", "Усов", "Ұлан", "Үсен", "Ыдырыс", "Іляс", "Яковлева",
    ]  # fmt: skip


def test_missing_language_falls_back_to_one_that_has_words() -> None:
    text = {"kk": "", "ru": "Физика", "en": "Physics"}

    assert [pick(text, language) for language in ("kk", "ru", "en")] == ["Физика", "Физика", "Physics"]
    assert pick({}, "kk") == pick(None, "kk") == ""


@given(st.dates(min_value=date(1970, 1, 5), max_value=date(2200, 1, 1)))
def test_parity_holds_within_a_week_and_turns_every_monday(day: date) -> None:
    monday = monday_of(day)

    assert week_parity(day) == week_parity(monday)
    assert week_parity(monday + timedelta(days=7)) == 1 - week_parity(monday)
