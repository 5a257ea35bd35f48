"""What stands in the files: texts in three languages, templates without inline code, nothing of a workplace."""

import re
from collections import defaultdict

import pytest
from django.template import engines
from jinja2 import TemplateSyntaxError

from polytech.config.house import catalogues
from tests.house.reading import PACKAGE, ROOT, tracked_files

INLINE = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=|<style\b", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.I),
    "a script address": re.compile(r"javascript:", re.I),
}
# Spelt so that this file does not contain what it looks for.
WORKPLACE = re.compile(
    r"/(?:work|farm)/(?:main|shared|steering|in)\b|/tmp/(?:wt|land|brief)\b|registry\.npm" + r"js\.org|files\.python"
    r"hosted\.org|pypi\.org/sim" + "ple"
)
# Words that stood beside the glossary's own for the same thing: their beginnings, and what is said now.
GIVEN_UP = {
    "kk": {"тіркелгі": "есептік жазба", "топтама": "жеткізілім", "дерекқор": "деректер базасы", "түйме": "батырма"},
    "ru": {"поставк": "выгрузка"},
}
TEXT_SUFFIXES = {
    "", ".py", ".html", ".css", ".js", ".json", ".md", ".toml", ".lock", ".po", ".sql", ".txt", ".csv", ".yml", ".yaml",
    ".svg", ".xml", ".sh", ".cfg", ".ini", ".conf", ".service", ".webmanifest",
}  # fmt: skip


@pytest.mark.requirement("R2-02")
def test_the_catalogues_are_complete() -> None:
    """Kazakh and Russian: nothing missing, empty, fuzzy or out of use; placeholders and plural forms agree."""
    assert [str(complaint) for complaint in catalogues.check()] == []


@pytest.mark.requirement("R2-02")
def test_the_catalogues_say_a_thing_with_the_glossarys_word() -> None:
    glossary = _glossary()
    other_words = []
    for room in catalogues.rooms():
        for language in catalogues.LANGUAGES:
            for message in catalogues.read(catalogues.path_of(room, language), language):
                words = glossary.get(message.id.casefold()) if isinstance(message.id, str) else None
                if words and message.string and message.string.casefold() not in words[language]:
                    other_words.append(
                        f"{room.name}/{language}: {message.id} = {message.string}, not {words[language]}"
                    )

    assert other_words == []


@pytest.mark.requirement("R2-02")
def test_no_text_goes_back_to_a_word_that_was_given_up() -> None:
    found = [
        f"{room.name}/{language}: {message.id}: not “{old}” but “{new}”"
        for room in catalogues.rooms()
        for language in catalogues.LANGUAGES
        for message in catalogues.read(catalogues.path_of(room, language), language)
        for old, new in GIVEN_UP[language].items()
        if message.id and old in str(message.string).casefold()
    ] + [
        f"{guide.name}: not “{old}” but “{new}”"
        for language in catalogues.LANGUAGES
        for guide in (ROOT / "docs").glob(f"*.{language}.md")
        for old, new in GIVEN_UP[language].items()
        if old in guide.read_text().casefold()
    ]

    assert found == []


@pytest.mark.requirement("R2-02")
def test_a_text_is_translated_alike_in_every_room() -> None:
    """The rooms' catalogues become one at run time, where the first translation of a text is everybody's."""
    translations = defaultdict(set)
    for room in catalogues.rooms():
        for language in catalogues.LANGUAGES:
            for message in catalogues.read(catalogues.path_of(room, language), language):
                if message.id and message.string:
                    translations[language, message.context, message.id].add(message.string)

    assert {text: found for text, found in translations.items() if len(found) > 1} == {}


def _glossary() -> dict[str, dict[str, set[str]]]:
    """English term → language → the words for it."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"kk": set(), "ru": set()})
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        is_heading = cells[0] == "English" or set(line) <= set("|-: ")
        if line.startswith("|") and len(cells) == 3 and not is_heading:
            english, kazakh, russian = cells
            for term in english.split(" / "):
                found[term.casefold()]["kk"] |= {word.casefold() for word in kazakh.split(" / ")}
                found[term.casefold()]["ru"] |= {word.casefold() for word in russian.split(" / ")}
    return found


def test_templates_have_no_inline_styles_handlers_or_scripts() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}: {match.group(0)[:80]}"
        for path in PACKAGE.rglob("templates/**/*.*")
        for what, pattern in INLINE.items()
        if (match := pattern.search(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)))
    ]

    assert found == []


def test_every_template_can_be_compiled() -> None:
    environment = engines["jinja2"].env
    broken = []
    for path in PACKAGE.rglob("templates/**/*.*"):
        try:
            environment.compile(path.read_text())
        except TemplateSyntaxError as error:
            broken.append(f"{path.relative_to(ROOT)}:{error.lineno}: {error.message}")

    assert broken == []


def test_templates_never_switch_escaping_off_by_hand() -> None:
    """Only HTML that was sanitised when it came in is shown as HTML; such places end in `_html`."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in PACKAGE.rglob("templates/**/*.html")
        for match in re.finditer(r"[\w.\[\]\"']+\s*\|\s*safe\b", path.read_text())
        if not re.search(r"(?:html|help_text)[\"']?\]?\s*\|", match.group(0))
    ]

    assert found == []


def test_no_file_names_a_workplace_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in tracked_files()
        if path.suffix in TEXT_SUFFIXES and (match := WORKPLACE.search(path.read_text(errors="replace")))
    ]

    assert found == []


def test_no_file_is_too_large_to_be_read_in_a_review() -> None:
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked_files()
        if path.stat().st_size > 400_000 and path.suffix != ".lock"
    }

    assert large == {}


def test_no_test_is_switched_off_and_nothing_is_left_to_do() -> None:
    left = re.compile(r"@pytest\.mark\.(?:skip|xfail)\b|assert " + r"True\b|#\s*(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for folder in (PACKAGE, ROOT / "tests")
        for path in folder.rglob("*.py")
        if (match := left.search(path.read_text()))
    ]

    assert found == []
