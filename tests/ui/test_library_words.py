"""What the libraries' forms say: in the readers' language, in the portal's words."""

import importlib
import inspect

import pytest
from babel.messages.extract import extract_from_file
from django import forms
from django.utils import translation

from polytech.config.house import catalogues

FORMS = (
    "django.core.validators",
    "django.forms.fields",
    "django.forms.forms",
    "django.forms.models",
    "django.contrib.auth.password_validation",
)
NEVER_SHOWN = {
    ":": "no label of the kit ends in a colon",
    # Several forms at once, and forms that are made of a model: the portal has neither.
    "Please correct the duplicate data for %(field)s.": "",
    "Please correct the duplicate data for %(field)s, which must be unique.": "",
    "Please correct the duplicate data for %(field_name)s which must be unique for the %(lookup)s in %(date_field)s.":
        "",
    "Please correct the duplicate values below.": "",
    "The inline value did not match the parent instance.": "",
    "and": "",
    # What a password must be is said beside its field, in the portal's own words.
    "The password is too similar to the %(verbose_name)s.": "people.passwords.OwnData",
    "Your password can’t be too similar to your other personal information.": "",
    "Your password can’t be a commonly used password.": "",
    "Your password can’t be entirely numeric.": "",
    "Your password must contain at least %(min_length)d character.": "",
}  # fmt: skip


def sentences() -> set[str]:
    """Every sentence of Django's forms that a page of ours can show; of counted ones the singular."""
    found = set()
    for name in FORMS:
        path = inspect.getsourcefile(importlib.import_module(name))
        for _line, message, _comments, _context in extract_from_file("python", path, keywords=catalogues.KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found - set(NEVER_SHOWN)


@pytest.mark.requirement("R2-02")
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_sentence_of_djangos_forms_is_in_our_catalogues(language: str) -> None:
    ours = {
        catalogues.key_of(message)
        for room in catalogues.rooms()
        for message in catalogues.read(catalogues.path_of(room, language), language)
        if catalogues.is_translated(message)
    }

    assert sentences() - ours == set()


@pytest.mark.requirement("R2-02")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", ["Бұл өрісті толтырыңыз.", "Электрондық пошта мекенжайын дұрыс енгізіңіз.", "Күнді дұрыс енгізіңіз."]),
        ("ru", ["Заполните это поле.", "Введите правильный адрес электронной почты.", "Введите правильную дату."]),
    ],
)
def test_what_our_catalogues_say_wins_over_djangos(language: str, said: list[str]) -> None:
    class Form(forms.Form):
        name = forms.CharField()
        email = forms.EmailField()
        day = forms.DateField()
        word = forms.CharField(min_length=10)

    with translation.override(language):
        errors = Form({"name": "", "email": "nobody", "day": "31.31", "word": "word"}).errors
        shown = [str(errors[field][0]) for field in ("name", "email", "day")]
        counted = str(errors["word"][0])

    assert shown == said
    assert (
        counted
        == {
            "kk": "Кемінде 10 таңба болуы керек (қазір 4).",
            "ru": "Нужно не меньше 10 знаков (сейчас 4).",
        }[language]
    )
