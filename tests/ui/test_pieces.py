"""Pieces that many readers share: drawn once, and never another reader's."""

from django.utils import translation

from polytech.ui.pieces import _piece, kept


def draw(title: str = "<b>Kept</b> once") -> str:
    return kept("ui/kit.html", "item", "/courses/", title, ["text"], "file-text", None, True)


def test_an_equal_piece_is_drawn_once() -> None:
    _piece.cache_clear()
    assert draw() == draw()
    assert (_piece.cache_info().misses, _piece.cache_info().hits) == (1, 1)


def test_a_piece_in_another_language_or_of_other_words_is_another_piece() -> None:
    said = []
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            said.append(draw().split('aria-label="')[1].split('"')[0])
    assert said == ["Аяқталды", "Завершено", "Completed"]
    assert ">Another<" in draw("Another")


def test_what_people_wrote_is_escaped_in_a_piece() -> None:
    assert "&lt;b&gt;Kept&lt;/b&gt; once" in draw()
