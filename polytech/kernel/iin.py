"""The individual identification number (IIN) of Kazakhstan: twelve digits with a check digit."""

from datetime import date

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY_OF_DIGIT = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit of an IIN, or None where no valid IIN begins with these eleven digits."""
    digits = [int(digit) for digit in first_eleven]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11
        if remainder != 10:
            return remainder
    return None


def problem_of(iin: str) -> str | None:
    """What is wrong with this IIN: `digits`, `birth date` or `check digit`; None when it is valid."""
    if len(iin) != 12 or not (iin.isascii() and iin.isdigit()):
        return "digits"
    century = _CENTURY_OF_DIGIT.get(iin[6])
    try:
        date((century or 0) + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return "birth date"
    return None if century and check_digit(iin[:11]) == int(iin[11]) else "check digit"
