"""Text in three languages, and the order of Kazakh words."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("kk", "ru", "en")
KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_KAZAKH_ORDER = {letter: chr(0x0430 + place) for place, letter in enumerate(KAZAKH_ALPHABET)}


def pick(text: Mapping[str, str] | None, language: str | None = None) -> str:
    """The reader's language if it is there, else Kazakh, Russian, English: the first that has words."""
    if not text:
        return ""
    wanted = (language or get_language() or "kk")[:2]
    return next((text[code] for code in (wanted, *LANGUAGES) if text.get(code)), "")


def pick_sql(column: str, parameter: str = "language") -> str:
    """`pick` as an SQL expression over a jsonb column; `%(parameter)s` is the reader's language."""
    return (
        f"coalesce(nullif({column}->>%({parameter})s, ''), nullif({column}->>'kk', ''), "
        f"nullif({column}->>'ru', ''), {column}->>'en', '')"
    )


def kazakh_sort_key(text: str) -> str:
    """A key whose code-point order is the order of the Kazakh alphabet, which holds the Russian one.

    The database compares by code points, where Ә, Ғ, Қ … come after Я.
    """
    return "".join(_KAZAKH_ORDER.get(letter, letter) for letter in text.casefold())


def _validate_languages(value: object) -> None:
    good = isinstance(value, dict) and all(
        code in LANGUAGES and isinstance(words, str) for code, words in value.items()
    )
    if not good:
        raise ValidationError("A text is a mapping from kk, ru, en to words.", code="languages")


class TranslatedField(models.JSONField):
    """Words in up to three languages, as `{"kk": …, "ru": …, "en": …}` in one jsonb column."""

    def __init__(self, **options: object) -> None:
        options.setdefault("default", dict)
        options.setdefault("blank", True)
        super().__init__(**options)  # type: ignore[arg-type]
        self.default_validators = [*self.default_validators, _validate_languages]
