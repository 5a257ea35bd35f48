"""Every finding has a sentence in three languages that says what is wrong; none is left over."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from polytech.integrations import sis
from polytech.integrations.sis.sentences import DONE, SENTENCES, sentence_of

_FOLDER = Path(sis.__file__).parent
_ARCHIVES = _FOLDER.parent.parent / "kernel" / "archives.py"
_FETCHING = _FOLDER.parent.parent / "kernel" / "fetching.py"
# A word of small letters and hyphens in quotes, after what makes a finding of it.
_USES = (
    r"Unfit\(\s*\"([a-z0-9-]+)\"", r"refuse\(\s*\"([a-z0-9-]+)\"", r"Level\.[A-Z]+,\s*\"([a-z0-9-]+)\"",
    r"code = \"([a-z0-9-]+)\"", r"code: str = \"([a-z0-9-]+)\"", r"one_of\([^()]*, \"([a-z-]+)\"\)",
    r"_check_doubles\([^)]*\"([a-z-]+-twice)\"", r"\"(reference-[a-z]+)\"",
)  # fmt: skip


def used_codes() -> set[str]:
    text = "\n".join(path.read_text() for path in _FOLDER.glob("*.py") if path.name != "sentences.py")
    codes = {code for pattern in _USES for code in re.findall(pattern, text)}
    codes |= {"iin-digits", "iin-birth-date", "iin-check-digit", "more"}
    codes |= {f"archive-{code}" for code in re.findall(r"ArchiveRefused\(\s*\"([a-z-]+)\"", _ARCHIVES.read_text())}
    codes |= {f"fetch-{code}" for code in re.findall(r"FetchRefused\(\s*\"([a-z-]+)\"", _FETCHING.read_text())}
    return codes - set(DONE)


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert used_codes() == set(SENTENCES)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_sentences_are_translated_with_their_values(language: str) -> None:
    values = dict.fromkeys(
        ("value", "expected", "first", "room", "other", "ended", "current", "percent", "limit", "count", "of", "name",
         "bytes", "reason", "fields", "target", "start", "end", "found", "seconds"), "7"
    )  # fmt: skip
    for code in SENTENCES:
        with translation.override("en"):
            english = sentence_of(code, values)
        with translation.override(language):
            own = sentence_of(code, values)
        assert own != english, code
        assert own.count("7") == english.count("7"), code


def test_value_that_is_missing_does_not_break_the_sentence() -> None:
    with translation.override("en"):
        assert sentence_of("date-bad", {}) == "“…” is not a date. Write it as …."
