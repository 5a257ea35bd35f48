from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytech.kernel import iin


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("990101300123", "check digit"),
        ("99010130012", "digits"),
        ("99010130012x", "digits"),
        ("991301300120", "birth date"),
        ("990101900120", "check digit"),
        ("٩٩٠١٠١٣٠٠١٢٠", "digits"),
    ],
)
def test_what_is_wrong_with_an_iin_is_named(number: str, problem: str) -> None:
    assert iin.problem_of(number) == problem


@given(serial=st.integers(0, 9999), day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_number_with_its_check_digit_is_valid_and_with_another_is_not(serial: int, day: date) -> None:
    century_digit = "3" if day.year < 2000 else "5"
    eleven = f"{day:%y%m%d}{century_digit}{serial:04d}"
    digit = iin.check_digit(eleven)

    valid = [other for other in range(10) if iin.problem_of(f"{eleven}{other}") is None]

    assert valid == ([] if digit is None else [digit])
