"""Names of persons in three scripts."""

from collections.abc import Mapping
from typing import Any

from polytech.kernel.text import kazakh_sort_key, pick

NAME_FIELDS = (
    "family_kk", "given_kk", "middle_kk", "family_ru", "given_ru", "middle_ru", "family_latin", "given_latin",
)  # fmt: skip


def names_of(person: Any) -> Mapping[str, str]:
    """Given and family name by language, as `{"kk": …, "ru": …, "en": …}`, only where there are any."""
    written = {
        "kk": (person.given_kk, person.family_kk),
        "ru": (person.given_ru, person.family_ru),
        "en": (person.given_latin, person.family_latin),
    }
    return {code: " ".join(part for part in parts if part) for code, parts in written.items() if any(parts)}


def full_name(person: Any, language: str | None = None) -> str:
    """The name in the reader's language, else in the first that has one, else nothing."""
    return pick(names_of(person), language)


def sort_key_of(names: Mapping[str, str]) -> str:
    """The key of lists: family, given and middle name in the first script that has a family name.

    Args:
        names: by the names of the fields (`family_kk` …); those that are missing are empty.
    """
    for script in ("kk", "ru", "latin"):
        if names.get(f"family_{script}"):
            parts = (names.get(f"{part}_{script}", "") for part in ("family", "given", "middle"))
            return kazakh_sort_key(" ".join(part for part in parts if part))
    return ""


def name_in_lists(person: Any) -> str:
    """Family name first, with the patronymic where it is known."""
    written = {
        "kk": (person.family_kk, person.given_kk, person.middle_kk),
        "ru": (person.family_ru, person.given_ru, person.middle_ru),
        "en": (person.family_latin, person.given_latin),
    }
    texts = {code: " ".join(part for part in parts if part) for code, parts in written.items()}
    return pick(texts) or person.username
