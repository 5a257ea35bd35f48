from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from polytech.config.house import catalogues


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one room, which says two things in code and two in a template."""
    package = tmp_path / "portal"
    room = package / "desk"
    (room / "templates").mkdir(parents=True)
    (package / "__init__.py").touch()
    (room / "__init__.py").touch()
    (room / "views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        'title = _("Desk")\ncount = ngettext("%(n)s file", "%(n)s files", 2)\n'
    )
    (room / "templates" / "desk.html").write_text(
        '{{ _("Open") }}{% trans name=x %}Hello, {{ name }}{% endtrans %}{{ kit.note(_("Quiet")) }}'
    )
    monkeypatch.setattr(catalogues, "PACKAGE", package)
    return room


def complaints() -> list[tuple[str, str]]:
    return sorted((complaint.kind, complaint.text) for complaint in catalogues.check() if "kk" in complaint.path.parts)


def translate(room: Path, **words: str | tuple[str, ...]) -> None:
    for language in catalogues.LANGUAGES:
        path = catalogues.path_of(room, language)
        catalog = catalogues.read(path, language)
        for message in catalog:
            text = message.id[0] if isinstance(message.id, tuple) else message.id
            if text and text.split()[0].strip(",") in words:
                message.string = words[text.split()[0].strip(",")]
        catalogues.write(catalog, path, language)


KAZAKH = {
    "Desk": "Үстел", "Open": "Ашу", "Quiet": "Тыныш", "Hello": "Сәлем, %(name)s", "%(n)s": ("%(n)s файл", "%(n)s файл"),
}  # fmt: skip


def test_texts_of_code_and_templates_are_collected(room: Path) -> None:
    found = {message.id for message in catalogues.collect(room) if message.id}

    assert found == {"Desk", ("%(n)s file", "%(n)s files"), "Open", "Hello, %(name)s", "Quiet"}


def test_new_messages_come_in_empty_and_are_complained_about(room: Path) -> None:
    list(catalogues.extract())

    assert complaints() == [
        ("not translated", "%(n)s file"),
        ("not translated", "Desk"),
        ("not translated", "Hello, %(name)s"),
        ("not translated", "Open"),
        ("not translated", "Quiet"),
    ]


def test_complete_catalogue_has_nothing_to_complain_about(room: Path) -> None:
    list(catalogues.extract())
    translate(room, **KAZAKH)

    assert complaints() == []


def test_collecting_again_keeps_the_words_and_changes_no_file(room: Path) -> None:
    list(catalogues.extract())
    translate(room, **KAZAKH)
    before = catalogues.path_of(room, "kk").read_bytes()

    list(catalogues.extract())

    assert catalogues.path_of(room, "kk").read_bytes() == before


def test_message_that_left_the_code_is_complained_about_and_then_leaves(room: Path) -> None:
    list(catalogues.extract())
    translate(room, **KAZAKH)
    (room / "views.py").write_text("")

    assert complaints() == [("not in the code any more", "%(n)s file"), ("not in the code any more", "Desk")]

    list(catalogues.extract())
    assert complaints() == []


def test_missing_catalogue_is_complained_about(room: Path) -> None:
    assert [kind for kind, _ in complaints()] == ["missing"] * 5


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("Сәлем", "a placeholder is lost"),
        ("Сәлем, %(names)s", "a placeholder that the English text does not have"),
    ],
)
def test_wrong_placeholder_is_complained_about(room: Path, word: str, problem: str) -> None:
    list(catalogues.extract())
    translate(room, **{**KAZAKH, "Hello": word})

    assert (problem, "Hello, %(name)s") in complaints()


def test_doubtful_message_is_complained_about(room: Path) -> None:
    list(catalogues.extract())
    translate(room, **KAZAKH)
    path = catalogues.path_of(room, "kk")
    path.write_text(path.read_text().replace('msgid "Open"', '#, fuzzy\nmsgid "Open"'))

    assert complaints() == [("fuzzy", "Open")]


def test_compiling_touches_only_what_is_stale(room: Path) -> None:
    list(catalogues.extract())

    assert catalogues.compile_stale() == [catalogues.path_of(room, "kk"), catalogues.path_of(room, "ru")]
    assert catalogues.compile_stale() == []


def test_plural_forms_of_a_language_are_those_it_has() -> None:
    assert [Catalog(locale="ru").num_plurals, catalogues.PLURALS["ru"][9]] == [3, "3"]
