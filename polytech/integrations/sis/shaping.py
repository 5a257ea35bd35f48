"""Turns the checked values of a row into what is staged for its table.

Each shape takes the values by the names of the layout's used columns and gives the staged columns of its `FedTable`
after `line`, `sourced_id`, `op`; None leaves the row out. `note(level, code, column, done, **values)` adds a finding.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from polytech.integrations.sis import values
from polytech.integrations.sis.transliteration import has_cyrillic, to_latin
from polytech.kernel import iin as numbers
from polytech.kernel.clock import week_parity
from polytech.kernel.findings import Level
from polytech.people.api import digest, sort_key_of

Values = dict[str, str | None]
Staged = Sequence[Any] | None
Note = Callable[..., None]
Shape = Callable[[Values, Note], Staged]
_IIN_OF_IDS = re.compile(r"\{\s*IIN\s*:\s*([^}]*)\}", re.IGNORECASE)
_KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_LOST_LETTERS = re.compile("[?\ufffd]")
_NAME_COLUMNS = tuple(
    f"metadata.{part}Name{script}" for script in ("Kk", "Ru") for part in ("family", "given", "middle")
)


@lru_cache(maxsize=8192)
def translated(plain: str | None, kk: str | None, ru: str | None, en: str | None) -> str:
    """Words in three languages as JSON; OneRoster's own title stands where its language has none."""
    words = {"kk": kk, "ru": ru, "en": en}
    if plain:
        cyrillic = "ru" if _KAZAKH_LETTERS.isdisjoint(plain) else "kk"
        language = cyrillic if has_cyrillic(plain) else "en"
        words[language] = words[language] or plain
    return orjson.dumps({code: text for code, text in words.items() if text}).decode()


def _title(row: Values, plain: str) -> str:
    return translated(row[plain], row["metadata.titleKk"], row["metadata.titleRu"], row["metadata.titleEn"])


def org(row: Values, note: Note) -> Staged:
    return (row["type"], _title(row, "name"), row["parentSourcedId"])


def session(row: Values, note: Note) -> Staged:
    if not row["type"]:
        note(Level.INFO, "session-skipped", "type", "skipped")
        return None
    if not _in_order(row["startDate"], row["endDate"]):
        note(Level.ERROR, "dates-order", "endDate", "quarantined", start=row["startDate"], end=row["endDate"])
        return None
    return (row["type"], _title(row, "title"), row["startDate"], row["endDate"], row["parentSourcedId"])


def user(row: Values, note: Note) -> Staged:
    family_kk, given_kk, middle_kk, family_ru, given_ru, middle_ru = (row[name] or "" for name in _NAME_COLUMNS)
    family, given, middle = (row[name] or "" for name in ("familyName", "givenName", "middleName"))
    if has_cyrillic(family + given):
        # The sender has put Cyrillic where OneRoster has one name only.
        if _KAZAKH_LETTERS.isdisjoint(family + given):
            family_ru, given_ru, middle_ru = family_ru or family, given_ru or given, middle_ru or middle
        family_kk, given_kk, middle_kk = family_kk or family, given_kk or given, middle_kk or middle
        family, given = to_latin(family), to_latin(given)
    for name in ("familyName", "givenName", *_NAME_COLUMNS):
        if row[name] and _LOST_LETTERS.search(row[name] or ""):
            note(Level.WARNING, "letters-lost", name, "kept", value=row[name])
            break
    sort_key = sort_key_of(
        {
            "family_kk": family_kk, "given_kk": given_kk, "middle_kk": middle_kk, "family_ru": family_ru,
            "given_ru": given_ru, "middle_ru": middle_ru, "family_latin": family, "given_latin": given,
        }
    )  # fmt: skip
    return (
        row["username"], row["email"] or "", family_kk, given_kk, middle_kk, family_ru, given_ru, middle_ru, family,
        given, sort_key, row["enabledUser"] or "t", None, _iin_digest(row, note), row["metadata.language"] or "kk",
        None, None,
    )  # fmt: skip


def iin_of(row: Values) -> str | None:
    """The IIN as sent: the portal's own column, else the one among OneRoster's `userIds`."""
    if row["metadata.iin"]:
        return row["metadata.iin"]
    found = _IIN_OF_IDS.search(row["userIds"] or "")
    return found[1].strip() or None if found else None


def _iin_digest(row: Values, note: Note) -> str | None:
    iin = iin_of(row)
    if iin is None:
        return None
    problem = numbers.problem_of(iin)
    if problem:
        # The number itself is personal and stays out of the finding.
        column = "metadata.iin" if row["metadata.iin"] else "userIds"
        note(Level.WARNING, f"iin-{problem.replace(' ', '-')}", column, "skipped")
        return None
    return digest(iin)


def user_role(row: Values, note: Note) -> Staged:
    if not _in_order(row["beginDate"], row["endDate"]):
        note(Level.ERROR, "dates-order", "endDate", "quarantined", start=row["beginDate"], end=row["endDate"])
        return None
    return (row["role"], row["beginDate"], row["endDate"], row["userSourcedId"], row["orgSourcedId"])


def programme(row: Values, note: Note) -> Staged:
    if not (row["titleKk"] or row["titleRu"] or row["titleEn"]):
        note(Level.ERROR, "value-missing", "titleKk", "quarantined")
        return None
    return (row["code"], translated(None, row["titleKk"], row["titleRu"], row["titleEn"]), row["orgSourcedId"])


def course(row: Values, note: Note) -> Staged:
    return (row["courseCode"] or "", _title(row, "title"), row["metadata.credits"], row["orgSourcedId"])


def programme_course(row: Values, note: Note) -> Staged:
    return (row["studyYear"], row["programmeSourcedId"], row["courseSourcedId"])


def outcome(row: Values, note: Note) -> Staged:
    if not (row["textKk"] or row["textRu"] or row["textEn"]):
        note(Level.ERROR, "value-missing", "textKk", "quarantined")
        return None
    words = translated(None, row["textKk"], row["textRu"], row["textEn"])
    return (row["code"], words, row["position"] or "0", row["courseSourcedId"])


def student_programme(row: Values, note: Note) -> Staged:
    if not _in_order(row["startDate"], row["endDate"]):
        note(Level.ERROR, "dates-order", "endDate", "quarantined", start=row["startDate"], end=row["endDate"])
        return None
    return (
        row["studyForm"], row["studyYear"], row["startDate"], row["endDate"], row["userSourcedId"],
        row["programmeSourcedId"], row["adviserSourcedId"],
    )  # fmt: skip


def class_(row: Values, note: Note) -> Staged:
    return (
        row["classCode"] or "", _title(row, "title"), row["courseSourcedId"], row["termSourcedIds"],
        row["schoolSourcedId"],
    )  # fmt: skip


def enrolment(row: Values, note: Note) -> Staged:
    if not _in_order(row["beginDate"], row["endDate"]):
        note(Level.ERROR, "dates-order", "endDate", "quarantined", start=row["beginDate"], end=row["endDate"])
        return None
    return (
        row["role"], row["primary"] or "f", row["beginDate"], row["endDate"], row["userSourcedId"],
        row["classSourcedId"],
    )  # fmt: skip


def slot(row: Values, note: Note) -> Staged:
    when = _when(row, note)
    if when is None:
        return None
    weekday, starts_on, ends_on, parity, weeks = when
    if row["startTime"] >= row["endTime"]:  # type: ignore[operator]
        note(Level.ERROR, "times-order", "endTime", "quarantined", start=row["startTime"], end=row["endTime"])
        return None
    return (
        row["kind"], row["format"], weekday, row["startTime"], row["endTime"], starts_on, ends_on, parity,
        _link(row, note), weeks, row["classSourcedId"], row["room"], row["teacherSourcedId"],
        row["jointWithSourcedId"],
    )  # fmt: skip


def _when(row: Values, note: Note) -> tuple[str, str | None, str | None, str | None, str] | None:
    """Weekday, first and last day, parity and weeks; a single date is a pattern of one day."""
    if row["date"]:
        if row["weekday"] or row["startDate"] or row["endDate"]:
            note(Level.ERROR, "date-and-pattern", "date", "quarantined")
            return None
        day = date.fromisoformat(row["date"])
        return str(day.isoweekday()), row["date"], row["date"], str(week_parity(day)), "all"
    if not row["weekday"]:
        note(Level.ERROR, "value-missing", "weekday", "quarantined")
        return None
    if not _in_order(row["startDate"], row["endDate"]):
        note(Level.ERROR, "dates-order", "endDate", "quarantined", start=row["startDate"], end=row["endDate"])
        return None
    return row["weekday"], row["startDate"], row["endDate"], None, row["weeks"] or "all"


def _link(row: Values, note: Note) -> str:
    """The link, when a reader can be sent there; a live class without one is reported (R4-18)."""
    link = row["link"] or ""
    if link and not values.is_link(link):
        note(Level.WARNING, "link-bad", "link", "skipped", value=link[:100])
        link = ""
    elif not link and row["format"] == "synchronous":
        note(Level.WARNING, "link-missing", "link", "kept")
    if row["format"] == "classroom" and not row["room"]:
        note(Level.WARNING, "room-missing", "room", "kept")
    return link


def _in_order(start: str | None, end: str | None) -> bool:
    return not (start and end) or start <= end
