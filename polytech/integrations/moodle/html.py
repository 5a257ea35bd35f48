"""HTML of a backup made fit for the portal: formats, languages, links, and only harmless tags."""

import re
from collections import Counter
from collections.abc import Callable
from html import escape, unescape
from math import ceil

import nh3
from markdown_it import MarkdownIt

# Studying a lecture, with its examples and formulas: letters and spaces a minute. Letters, not words, because a word
# of Kazakh carries what takes several in Russian or English.
CHARACTERS_PER_MINUTE = 500
SUBSTANTIAL = ("script", "iframe", "embed", "object", "applet", "form")

_MATH_TAGS = {
    "math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mpadded",
    "mphantom", "menclose", "mstyle", "merror",
}  # fmt: skip
TAGS = {
    "a", "abbr", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small",
    "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr",
    "track", "tt", "u", "ul", "var", "video", "wbr",
} | _MATH_TAGS  # fmt: skip
ATTRIBUTES = {
    "*": {"dir", "lang", "title", "id"},
    "a": {"href", "download"},
    "audio": {"src"},
    "col": {"span", "align"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "p": {"align"},
    "div": {"align"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "scope", "headers", "align", "abbr"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "poster", "width", "height"},
    **{
        tag: {"mathvariant", "display", "stretchy", "columnalign", "rowspacing", "notation", "width", "accent"}
        for tag in _MATH_TAGS
    },
}
# The cleaner would write two attributes in a changing order, and equal backups must give equal texts.
_PLAYER = re.compile(r"<(audio|video)\b")
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    set_tag_attribute_values={"img": {"loading": "lazy"}},
    clean_content_tags={"script", "style", "iframe", "object", "applet", "noscript", "template", "title"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
    id_prefix=None,
)

_FRAME = re.compile(
    r"""<(iframe|embed|object)\b[^>]*?\s(?:src|data)\s*=\s*("([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>(.*?</\1\s*>)?""",
    re.I | re.S,
)
# The portal shows pictures of its own only; one from elsewhere becomes a link to it. Read in cleaned HTML, where every
# value stands in double quotes.
_REMOTE_IMAGE = re.compile(r"""<img\b(?:[^>"]|"[^"]*")*?\ssrc="((?:https?:)?//[^"]+)"(?:[^>"]|"[^"]*")*>""")
_ALT = re.compile(r"""\salt="([^"]+)\"""")
_SUBSTANTIAL = re.compile(rf"<({'|'.join(SUBSTANTIAL)})\b", re.I)
_HANDLER = re.compile(r"<[a-z][^>]*\s(on[a-z]+\s*=|href\s*=\s*[\"']?\s*javascript:)", re.I)
_TEX_SCRIPT = re.compile(
    r"""<script[^>]*type\s*=\s*["']math/tex(; *mode=display)?["'][^>]*>(.*?)</script>""", re.I | re.S
)
_CENTERED = re.compile(
    r"""<(p|div|td|th)\b([^>]*?)\sstyle\s*=\s*["'][^"']*text-align:\s*(center|right)[^"']*["']""", re.I
)
_MULTILANG = re.compile(
    r"""(<(span|lang)\b[^>]*\blang="([a-zA-Z_-]+)"[^>]*class="multilang"[^>]*>.*?</\2>|"""
    r"""<(span|lang)\b[^>]*class="multilang"[^>]*\blang="([a-zA-Z_-]+)"[^>]*>.*?</\4>)"""
    r"""(\s*<(span|lang)\b[^>]*class="multilang"[^>]*>.*?</\7>|\s*<(span|lang)\b[^>]*\blang="[a-zA-Z_-]+"[^>]*"""
    r"""class="multilang"[^>]*>.*?</\8>)+""",
    re.S,
)
_ONE_LANGUAGE = re.compile(r"""<(?:span|lang)\b[^>]*\blang="([a-zA-Z_-]+)"[^>]*>(.*?)</(?:span|lang)>""", re.S)
_MLANG = re.compile(r"\{\s*mlang\s+([\w,-]+)\s*\}(.*?)\{\s*mlang\s*\}", re.S)
_HEADING = re.compile(r"(</?h)([1-6])\b")
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")
_BLOCK = re.compile(r"<(p|div|table|ul|ol|h[1-6]|br|pre|blockquote)\b", re.I)

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def formatted(words: str, moodle_format: str | int | None) -> str:
    """Moodle's text formats as HTML: 0 automatic, 1 HTML, 2 plain, 4 Markdown."""
    if not words.strip():
        return ""
    kind = str(moodle_format or "0").strip()
    if kind == "2":
        return escape(words).replace("\n", "<br>\n")
    if kind == "4":
        return _MARKDOWN.render(words)
    if kind == "0" and not _BLOCK.search(words):
        paragraphs = re.split(r"\n\s*\n", words.strip())
        return "".join(f"<p>{paragraph.strip().replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
    return words


def in_language(words: str, language: str) -> str:
    """One language out of Moodle's two ways to write several (`multilang` spans and `{mlang}`)."""
    if "multilang" in words:
        words = _MULTILANG.sub(lambda found: _pick(dict(_ONE_LANGUAGE.findall(found[0])), language), words)
    if "{mlang" not in words.replace(" ", ""):
        return words
    blocks = [codes.lower().split(",") for codes, _ in _MLANG.findall(words)]
    every = [code for codes in blocks for code in codes]
    chosen = language if language in every else "other" if "other" in every else (every or [language])[0]
    return _MLANG.sub(lambda found: found[2] if chosen in found[1].lower().split(",") else "", words)


def _pick(choices: dict[str, str], language: str) -> str:
    by_code = {code.lower()[:2]: words for code, words in choices.items()}
    return by_code.get(language) or next(iter(by_code.values()), "")


def cleaned(html: str, removed: Counter[str], rewrite: Callable[[str], str] | None = None) -> str:
    """Only harmless HTML. What was taken out that a reader would miss is counted in `removed` by its tag.

    Frames and embedded objects become plain links to what they showed.
    """
    if not html:
        return ""
    html = _TEX_SCRIPT.sub(lambda found: rf"\[{found[2]}\]" if found[1] else rf"\({found[2]}\)", html)
    for tag in _SUBSTANTIAL.findall(html):
        removed[tag.lower()] += 1
    if handlers := len(_HANDLER.findall(html)):
        removed["handler"] += handlers
    html = _FRAME.sub(_as_link, html)
    html = _CENTERED.sub(r'<\1\2 align="\3"', html)
    if rewrite is not None:
        html = rewrite(html)

    html = _CLEANER.clean(html)
    linked, remote = _REMOTE_IMAGE.subn(_as_link_to_picture, html)
    if remote:
        removed["remote-image"] += remote
        html = _CLEANER.clean(linked)
    return _PLAYER.sub(r'<\1 controls preload="none"', levelled(html.strip()))


def _as_link_to_picture(found: re.Match[str]) -> str:
    alt = _ALT.search(found[0])
    return f'<a href="{found[1]}">{escape(unescape(alt[1] if alt else found[1]))}</a>'


def levelled(html: str) -> str:
    """Headings from the second level on and without gaps: the first one is the page's own, and a reader who listens
    walks from heading to heading. Moodle's editor begins with the third."""
    used = sorted({int(level) for _, level in _HEADING.findall(html)})
    new = {level: min(6, 2 + place) for place, level in enumerate(used)}
    return _HEADING.sub(lambda found: f"{found[1]}{new[int(found[2])]}", html)


def _as_link(found: re.Match[str]) -> str:
    address = unescape(found[3] or found[4] or found[5] or "").strip()
    if address.startswith("//"):
        address = f"https:{address}"
    if not re.match(r"(https?:|@@PLUGINFILE@@|\$@|/)", address):
        return ""
    return (
        f'<p><a href="{escape(address)}">{escape(address if address[0] != "@" else address.rsplit("/", 1)[-1])}</a></p>'
    )


def plain_text(html: str) -> str:
    """The words of HTML, on one line."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", html))).strip()


def title_of(words: str, language: str) -> str:
    """A name of Moodle as a title: one language, no tags."""
    return plain_text(in_language(words, language))[:500]


def reading_minutes(html: str) -> int | None:
    """Minutes to study a text; None for one without words."""
    return ceil(len(plain_text(html)) / CHARACTERS_PER_MINUTE) or None
