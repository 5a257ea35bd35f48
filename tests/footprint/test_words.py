"""What a person reads of the own footprint: every kind of thing that the portal records has words of its own."""

import re

from django.utils import translation

from polytech.footprint.words import _KINDS, kind_words
from tests.house.reading import PACKAGE

RECORDED = re.compile(r"""object_kind="([a-z-]+)"|recorded\("([a-z-]+)\"|record_reading\(request, "([a-z-]+)\"""")


def test_every_kind_that_is_recorded_has_words() -> None:
    found = {
        kind for path in PACKAGE.rglob("*.py") for kinds in RECORDED.findall(path.read_text()) for kind in kinds if kind
    }
    assert sorted(found - set(_KINDS)) == []


def test_the_words_are_the_readers() -> None:
    with translation.override("ru"):
        assert str(kind_words("course-grades")) == "оценки курса"
    with translation.override("kk"):
        assert str(kind_words("course-grades")) == "курс бағалары"
