"""Catalogues of translations, one for each room and language: collected from the code, judged, and compiled."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("kk", "ru")  # English is what the code says.
METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**/templates/**.*", "jinja2.ext:babel_extract")]
JINJA_OPTIONS = {
    "extensions": "jinja2.ext.do",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
Key = str | tuple[str, str]


@dataclass(frozen=True)
class Complaint:
    """One thing wrong in a catalogue; `text` is the English message."""

    path: Path
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.kind}: {self.text!r}"


def rooms() -> list[Path]:
    """The folders that have a catalogue: each room, `integrations` one for each outside system."""
    found = []
    for folder in sorted(PACKAGE.iterdir()):
        if folder.is_dir() and (folder / "__init__.py").exists():
            found += (
                sorted(part for part in folder.iterdir() if (part / "__init__.py").exists())
                if (folder.name == "integrations")
                else [folder]
            )
    return found


def path_of(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(room: Path) -> Catalog:
    """Every message in the code and the templates of a room."""
    template = Catalog(charset="utf-8")
    # Rooms below have their own catalogues, so only this one's folder is walked.
    found = extract_from_dir(
        str(room), METHODS, {"**/templates/**.*": JINJA_OPTIONS}, KEYWORDS, comment_tags=("Translators:",),
        strip_comment_tags=True,
    )  # fmt: skip
    for name, _line, message, comments, context in found:
        template.add(message, None, [(Path(name).as_posix(), 0)], auto_comments=comments, context=context)
    return template


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def extract() -> Iterator[tuple[Path, int]]:
    """Bring every catalogue up to the code: new messages come in empty, those gone leave.

    Yields:
        each written catalogue with the number of its messages that are not translated.
    """
    for room in rooms():
        template = collect(room)
        if not len(template):
            continue
        for language in LANGUAGES:
            path = path_of(room, language)
            catalog = read(path, language)
            catalog.update(template, no_fuzzy_matching=True)
            write(catalog, path, language)
            yield path, sum(1 for message in catalog if message.id and not is_translated(message))


def write(catalog: Catalog, path: Path, language: str) -> None:
    """One form of file for every catalogue: no dates and no line numbers, so that a diff shows words only."""
    body = io.BytesIO()
    write_po(
        body, catalog, width=110, omit_header=True, sort_output=True, ignore_obsolete=True, include_previous=False,
        include_lineno=False,
    )  # fmt: skip
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + body.getvalue())


def compile_stale() -> list[Path]:
    """Compile the catalogues whose `.mo` is missing or older; returns those compiled."""
    compiled = []
    for room in rooms():
        for language in LANGUAGES:
            path = path_of(room, language)
            target = path.with_suffix(".mo")
            if not path.exists() or (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
                continue
            new = target.with_suffix(".mo.new")
            with new.open("wb") as file:
                write_mo(file, read(path, language))
            new.replace(target)
            compiled.append(path)
    return compiled


def check() -> Iterator[Complaint]:
    """What keeps the catalogues from being complete and right, in words a translator understands."""
    for room in rooms():
        wanted = {key_of(message): message for message in collect(room) if message.id}
        for language in LANGUAGES:
            path = path_of(room, language)
            if wanted or path.exists():
                yield from _check_one(path, language, wanted)


def _check_one(path: Path, language: str, wanted: dict[Key, Message]) -> Iterator[Complaint]:
    shown = path.relative_to(PACKAGE.parent)
    catalog = read(path, language)
    known = {key_of(message): message for message in catalog if message.id}
    for key in wanted.keys() - known.keys():
        yield Complaint(shown, "missing", _text(wanted[key]))
    for key in known.keys() - wanted.keys():
        yield Complaint(shown, "not in the code any more", _text(known[key]))
    for message in catalog.obsolete.values():
        yield Complaint(shown, "obsolete", _text(message))
    for message in known.values():
        for kind in _faults(message, language):
            yield Complaint(shown, kind, _text(message))


def _faults(message: Message, language: str) -> Iterator[str]:
    forms = _forms(message)
    if message.fuzzy:
        yield "fuzzy"
    if not is_translated(message):
        yield "not translated"
        return
    expected = int(PLURALS[language][len("nplurals=")]) if message.pluralizable else 1
    if len(forms) != expected:
        yield f"{len(forms)} plural forms where {language} has {expected}"
    sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
    allowed = set().union(*(_PLACEHOLDER.findall(source) for source in sources))
    # The count may be left out of a singular ("one file"), never out of the general form, which comes last.
    needed = set(_PLACEHOLDER.findall(sources[-1]))
    if any(set(_PLACEHOLDER.findall(form)) - allowed for form in forms):
        yield "a placeholder that the English text does not have"
    if needed - set(_PLACEHOLDER.findall(forms[-1])):
        yield "a placeholder is lost"


def is_translated(message: Message) -> bool:
    forms = _forms(message)
    return bool(forms) and all(forms)


def _forms(message: Message) -> tuple[str, ...]:
    """One translation, or one for each plural form; an empty text where there is none."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(form or "" for form in forms)


def key_of(message: Message) -> Key:
    text = _text(message)
    return (message.context, text) if message.context else text


def _text(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id
