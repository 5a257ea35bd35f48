"""Texts of a backup become harmless HTML in one language, with their links turned."""

from collections import Counter

import pytest

from polytech.integrations.moodle.availability import release_of
from polytech.integrations.moodle.html import cleaned, formatted, in_language, reading_minutes, title_of
from polytech.integrations.moodle.links import Links
from polytech.integrations.moodle.reading import Instance


@pytest.mark.parametrize(
    ("words", "kind", "html"),
    [
        ("one\ntwo\n\nthree", "0", "<p>one<br>two</p><p>three</p>"),
        ("<p>one</p>", "0", "<p>one</p>"),
        ("<b>1 < 2</b>", "2", "&lt;b&gt;1 &lt; 2&lt;/b&gt;"),
        ("**one**", "4", "<p><strong>one</strong></p>\n"),
        ("<p>one</p>", "1", "<p>one</p>"),
        (" ", "1", ""),
    ],
)
def test_moodles_four_formats_become_html(words: str, kind: str, html: str) -> None:
    assert formatted(words, kind) == html


@pytest.mark.parametrize(
    ("html", "result", "removed"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>", {"handler": 1}),
        ("<script>x</script>a", "a", {"script": 1}),
        ("<style>p{}</style>a", "a", {}),
        ("<a href='javascript:x'>a</a>", '<a rel="noopener noreferrer">a</a>', {"handler": 1}),
        ("<a href='data:text/html,x'>a</a>", '<a rel="noopener noreferrer">a</a>', {}),
        (
            "<iframe src='//v.example/1'></iframe>",
            '<p><a href="https://v.example/1" rel="noopener noreferrer">https://v.example/1</a></p>',
            {"iframe": 1},
        ),
        ("<iframe src='javascript:x'></iframe>", "", {"iframe": 1}),
        ("<p style='text-align: center; color: red'>a</p>", '<p align="center">a</p>', {}),
        ("<script type='math/tex'>x<1</script>", r"\(x&lt;1\)", {}),
        (r"\(a < b\)", r"\(a &lt; b\)", {}),
        ("<math><mi>x</mi></math>", "<math><mi>x</mi></math>", {}),
        ("<video src='/a' autoplay></video>", '<video controls preload="none" src="/a"></video>', {}),
        ("<img src='/a.png' alt='A'>", '<img src="/a.png" alt="A" loading="lazy">', {}),
        (
            "<img src='https://x.example/a.png' alt='A'>",
            '<a href="https://x.example/a.png" rel="noopener noreferrer">A</a>',
            {"remote-image": 1},
        ),
        (
            "<img alt='1 > 0 < 2' src=http://x.example/a.png>",
            '<a href="http://x.example/a.png" rel="noopener noreferrer">1 &gt; 0 &lt; 2</a>',
            {"remote-image": 1},
        ),
        ("<svg><script>x</script></svg>a", "a", {"script": 1}),
        ("<form action='/x'><input name=a>b</form>", "b", {"form": 1}),
        ("<table><tr><td colspan='2'>a</td></tr></table>",
         "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>", {}),
    ],
)  # fmt: skip
def test_only_harmless_html_stays_and_the_rest_is_counted(html: str, result: str, removed: dict[str, int]) -> None:
    counted: Counter[str] = Counter()
    assert (cleaned(html, counted), dict(counted)) == (result, removed)


def test_one_language_is_taken_out_of_several() -> None:
    spans = '<span lang="kk" class="multilang">қаз</span> <span lang="ru" class="multilang">рус</span>'
    assert in_language(f"a {spans} b", "ru") == "a рус b"
    assert in_language(spans, "en") == "қаз"
    assert in_language("{mlang kk}қаз{mlang}{mlang ru}рус{mlang}", "kk") == "қаз"
    assert in_language("{mlang kk}қаз{mlang}{mlang other}any{mlang}", "en") == "any"
    assert title_of("{mlang ru}Рус{mlang}{mlang en}Eng <b>x</b>{mlang}", "en") == "Eng x"


def test_minutes_follow_the_length_of_the_text() -> None:
    assert [reading_minutes(html) for html in ("", "<p>a</p>", "ә" * 500, "ә" * 501)] == [None, 1, 1, 2]


LINKS = Links(
    course=7,
    moodle_course=3,
    wwwroot="https://moodle.example",
    files={
        (20, "mod_page", "content", 0, "fig one.png"): "/courses/7/files/1/fig%20one.png",
        (10, "course", "legacy", 0, "a/b.pdf"): "/courses/7/files/2/b.pdf",
    },
    elements={123: 55},
    instances={("forum", 9): 123},
    course_context=10,
)


@pytest.mark.parametrize(
    ("written", "turned", "broken"),
    [
        ('src="@@PLUGINFILE@@/fig%20one.png"', 'src="/courses/7/files/1/fig%20one.png"', []),
        ('src="@@PLUGINFILE@@/fig one.png?forcedownload=1"', 'src="/courses/7/files/1/fig%20one.png"', []),
        ('src="@@PLUGINFILE@@/gone.png"', 'src="unavailable:"', ["gone.png"]),
        ('src="@@PLUGINFILE@@/../../etc/passwd"', 'src="unavailable:"', ["../../etc/passwd"]),
        ('href="$@PAGEVIEWBYID*123@$"', 'href="/courses/7/55/"', []),
        ('href="$@PAGEVIEWBYID*123@$#part"', 'href="/courses/7/55/#part"', []),
        ('href="$@BOOKVIEWBYIDCH*123*4@$"', 'href="/courses/7/55/"', []),
        ('href="$@FORUMVIEWBYF*9@$"', 'href="/courses/7/55/"', []),
        ('href="$@COURSEVIEWBYID*3@$"', 'href="/courses/7/"', []),
        ('href="$@QUIZINDEX*3@$"', 'href="/courses/7/"', []),
        ('href="$@COURSEVIEWBYID*4@$"', 'href="unavailable:"', ["COURSEVIEWBYID 4"]),
        ('href="$@QUIZVIEWBYID*999@$"', 'href="unavailable:"', ["QUIZVIEWBYID 999"]),
        ('href="$@FILEPHP@$$@SLASH@$a$@SLASH@$b.pdf"', 'href="/courses/7/files/2/b.pdf"', []),
        ('href="https://moodle.example/mod/page/view.php?id=123"', 'href="/courses/7/55/"', []),
        ('href="https://moodle.example/mod/page/view.php?id=9"',
         'href="https://moodle.example/mod/page/view.php?id=9"', []),
    ],
)  # fmt: skip
def test_links_lead_to_the_same_thing_here(written: str, turned: str, broken: list[str]) -> None:
    found: Counter[str] = Counter()
    assert LINKS.rewrite(written, (20, "mod_page", "content", 0), found) == turned
    assert list(found) == broken


@pytest.mark.parametrize(
    ("availability", "opens", "others", "odd"),
    [
        ('{"op":"&","c":[{"type":"date","d":">=","t":1790000000}],"showc":[true]}', 1790000000, set(), False),
        ('{"op":"|","c":[{"type":"date","d":">=","t":1790000000},{"type":"group","id":3}],"show":true}', None,
         {"date", "group"}, True),
        ('{"op":"&","c":[{"type":"completion","cm":5,"e":1}],"showc":[true]}', None, {"completion"}, False),
        ('{"op":"!&","c":[{"type":"date","d":">=","t":1790000000}],"show":true}', None, {"date"}, True),
        ("not json", None, {"unknown"}, False),
        ("[" * 100_000, None, {"unknown"}, False),
        ("", None, set(), False),
    ],
)  # fmt: skip
def test_dates_of_release_are_kept_to_and_other_conditions_told(
    availability: str, opens: int | None, others: set[str], odd: bool
) -> None:
    release = release_of(Instance(fields={"availability": availability}))
    found = int(release.opens_at.timestamp()) if release.opens_at else None
    assert (found, release.others, release.is_odd) == (opens, others, odd)
