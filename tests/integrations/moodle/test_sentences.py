"""What a report of an import says: Moodle's own words stand in it only where there are no others."""

import pytest
from django.utils import translation

from polytech.integrations.moodle import sentences

pytestmark = pytest.mark.requirement("R2-02")


@pytest.mark.parametrize(
    ("language", "kind", "said"),
    [
        ("kk", "multichoice", "«бірнеше нұсқадан таңдау»"),
        ("ru", "multichoice", "«множественный выбор»"),
        ("ru", "pmatch", "«pmatch»"),
    ],
)
def test_kinds_of_questions_have_words(language: str, kind: str, said: str) -> None:
    with translation.override(language):
        assert said in sentences.sentence({"code": "questions-kept", "values": {"kind": kind, "number": 2}})


@pytest.mark.parametrize(
    ("language", "module", "name", "said"),
    [
        ("kk", "choice", "таңдау", "«таңдау»"),
        ("ru", "choice", "опрос", "«опрос»"),
        ("ru", "attendance", "«attendance»", "«attendance»"),
    ],
)
def test_kinds_of_activities_have_words(language: str, module: str, name: str, said: str) -> None:
    with translation.override(language):
        assert sentences.module_name(module) == name
        assert said in sentences.sentence({"code": "kind-kept", "values": {"module": module}})


def test_a_damaged_archive_is_told_without_the_librarys_english() -> None:
    with translation.override("ru"):
        shown = sentences.sentence({"code": "archive-damaged", "values": {"reason": "unexpected end of data"}})

    assert "unexpected" not in shown
