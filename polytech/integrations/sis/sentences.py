"""What each finding says to the reader: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ARCHIVE: dict[str, Promise] = {
    "archive-not-found": _("There is no file or folder with this name. Check the name."),
    "archive-not-an-archive": _(
        "This is neither a zip nor a tar.gz file. Pack the CSV files into a zip and send that."
    ),
    "archive-damaged": _("The archive is damaged or was cut off on its way. Send it again."),
    "archive-too-large": _("The archive has %(bytes)s bytes; at most %(limit)s are read. Send the files in parts."),
    "archive-too-many-entries": _("The archive holds more than %(limit)s files. Send the files of the feed only."),
    "archive-entry-too-large": _("The file %(name)s has %(bytes)s bytes; at most %(limit)s are read."),
    "archive-bomb": _("Unpacked, the archive would be unreasonably large. It was not opened."),
    "archive-unsafe-name": _(
        "The archive holds a name that leads out of it: %(name)s. Pack the files without folders."
    ),
    "archive-link": _("The archive holds a link instead of a file: %(name)s. Pack the files themselves."),
    "archive-duplicate-name": _("The archive holds the file %(name)s twice. Keep one of them."),
    "archive-encrypted": _("The archive is locked with a password. Send it without one."),
    "archive-packing": _("The file %(name)s is packed in a way that is not read. Pack an ordinary zip (Deflate)."),
    "fetch-address-bad": _("This is not an address that can be fetched. Use https://… with a host."),
    "fetch-private": _(
        "The address leads into a private network. The operator can allow the host by POLYTECH_SIS_HOSTS."
    ),
    "fetch-failed": _("The address could not be fetched: %(reason)s. Check it and try again."),
    "fetch-too-large": _("What the address gives is larger than %(limit)s bytes and was not taken."),
    "fetch-too-slow": _("The address did not give everything within %(seconds)s seconds. Try again later."),
    "fetch-not-kept": _(
        "The server could not keep what the address gives: %(reason)s. Nothing was applied; tell the operator."
    ),
    "fetch-too-many-redirects": _("The address sends from one place to another without end. Check it."),
}
_MANIFEST: dict[str, Promise] = {
    "manifest-missing": _("The file manifest.csv is missing, so it is not known what the delivery holds. Add it."),
    "version-unknown": _("The manifest speaks of OneRoster %(value)s; version %(expected)s is read."),
    "mode-unknown": _("The manifest says “%(value)s” where it must say one of: %(expected)s."),
    "file-missing": _("The manifest announces %(name)s, but the delivery does not hold it. Nothing was applied."),
    "file-not-announced": _("The manifest does not announce this file, so it was not read. Add a line for it."),
    "file-unused": _("The portal has no use for the file %(name)s; it was not read."),
    "nothing-delivered": _("By its manifest the delivery holds none of the files that the portal reads."),
}
_TEXT: dict[str, Promise] = {
    "encoding-bom": _("The file begins with a byte order mark. It was read; it needs none."),
    "encoding-utf16": _("The file is in UTF-16. It was read; please send UTF-8."),
    "encoding-cp1251": _(
        "The file is in windows-1251, which has no ә, ғ, қ, ң, ө, ұ, ү, һ: Kazakh names may have lost letters. "
        "Please send UTF-8."
    ),
    "encoding-unknown": _("The file is in no encoding that can be read. Save it as UTF-8 and send it again."),
    "nul-bytes": _("The file holds zero bytes, so it is not text. Save it as CSV in UTF-8 and send it again."),
    "line-too-long": _("A line is longer than %(limit)s bytes. Is this a CSV file?"),
    "delimiter": _("The columns are separated by “%(found)s”. It was read; please use commas."),
    "file-empty": _("The file has no header. Its first line must hold the names of the columns."),
    "column-twice": _("This column stands in the header twice. Keep one of them."),
    "column-missing": _("This column is missing. Nothing was applied; add the column and send the delivery again."),
    "column-unknown": _("The portal does not know this column and has not read it. Is its name misspelt?"),
    "not-csv": _("This cannot be read as CSV: %(reason)s."),
    "row-broken": _("The row cannot be read: %(reason)s. Check the quotation marks in it."),
    "row-width": _("The row has %(fields)s fields, the header %(expected)s. Check the commas and quotation marks."),
    "ends-withheld": _(
        "Rows that cannot be read: %(count)s. It is not known what stands in them, so nothing was ended for being "
        "missing in this file. Mend these rows and send the file again."
    ),
    "letters-lost": _("“%(value)s” has lost letters on its way. Send the file in UTF-8."),
}
_VALUES: dict[str, Promise] = {
    "identifier-twice": _("Line %(first)s has the same identifier. One of the two must go."),
    "identifier-bad": _("“%(value)s” cannot be an identifier (%(expected)s)."),
    "value-missing": _("There must be a value here."),
    "text-too-long": _("The text is longer than %(expected)s signs. Shorten it."),
    "date-bad": _("“%(value)s” is not a date. Write it as %(expected)s."),
    "moment-bad": _("“%(value)s” is not a moment. Write it as %(expected)s."),
    "time-bad": _("“%(value)s” is not a time of day. Write it as %(expected)s."),
    "choice-unknown": _("“%(value)s” is not one of: %(expected)s."),
    "status-unknown": _("“%(value)s” is not a status. It is one of: %(expected)s."),
    "role-unknown": _("“%(value)s” is not a role. It is one of: %(expected)s."),
    "weekday-bad": _("“%(value)s” is not a day of the week (%(expected)s)."),
    "number-bad": _("“%(value)s” is not a fitting number (%(expected)s)."),
    "programme-code-bad": _("“%(value)s” is not the code of a programme, like %(expected)s."),
    "username-bad": _("“%(value)s” cannot be a username (%(expected)s)."),
    "email-bad": _("“%(value)s” is not an e-mail address. The person was taken without it."),
    "delta-mark-missing": _("In a delta file every row needs a status and the date of its last change."),
    "dates-order": _("The end is before the start."),
    "times-order": _("The class ends at %(end)s, before it begins at %(start)s."),
    "session-skipped": _("The portal has no grading periods; this one was not taken."),
    "iin-digits": _("The IIN does not have twelve digits. The person was taken without it."),
    "iin-birth-date": _("The IIN does not begin with a date of birth. The person was taken without it."),
    "iin-check-digit": _("The check digit of the IIN is wrong. The person was taken without it."),
    "date-and-pattern": _("A slot has either one date or a weekday with first and last day, not both."),
    "link-bad": _("“%(value)s” is not an address that a reader can open. The class was taken without a link."),
    "link-missing": _("A live class without a link: nobody can join it. Add the link."),
    "room-missing": _("A class in a classroom, and no room is named. Add the room."),
}
_WHOLE: dict[str, Promise] = {
    "reference-unknown": _(
        "“%(value)s” is neither in %(target)s nor known to the portal. Send it, or correct it here."
    ),
    "reference-quarantined": _("“%(value)s” in %(target)s was kept out, and this row with it. Mend that row first."),
    "circle": _("“%(value)s” would be above itself. It was taken without a parent."),
    "username-twice": _("The username “%(value)s” stands in line %(first)s already."),
    "username-taken": _("The username “%(value)s” belongs to another account. Change one of the two."),
    "iin-twice": _("Line %(first)s has the same IIN. One human being has one row."),
    "iin-taken": _("The account “%(value)s” has the same IIN under another identifier. Clear up who this is."),
    "account-adopted": _("The account “%(value)s” has the same IIN; it was there before and now belongs to the feed."),
    "same-twice": _("“%(value)s” says the same of the same person. One of the two must go."),
    "same-by-hand": _("The same was entered by hand before. That entry stays; this one was not needed."),
    "same-taken-over": _("The same was entered by hand before; that entry now belongs to the feed."),
    "joint-unlike": _(
        "A joint slot must have the day, time and room of “%(value)s”, lie within its dates, and cannot lean on a "
        "joint one."
    ),
    "room-clash": _(
        "The room %(room)s is taken at that time by “%(value)s” in line %(other)s. Give another room or time, "
        "or name it as joint."
    ),
    "room-taken": _("The room %(room)s is taken at that time by “%(value)s” of the timetable. Give another one."),
    "end-unknown": _("“%(value)s” is to be ended, but the portal does not know it. Nothing was to be done."),
    "person-ended": _("%(name)s (%(value)s) is not in the data any more."),
    "large-end": _(
        "This would end %(ended)s of %(current)s (%(percent)s %%), more than the set %(limit)s %%. "
        "Check that the file is whole, and confirm if it is right."
    ),
    "more": _("There are %(count)s more findings of this kind (%(of)s)."),
    "upload-gone": _("The uploaded file is no longer on the server. Upload it again."),
    "feed-busy": _("Another delivery was being applied at that moment, so this one was not. Apply it again."),
    "disk-full": _("The disk of the server is full. Nothing was applied; the operator must free some space."),
    "database-away": _("The database does not answer. Nothing was applied; try again."),
    "database-refused": _("The database refused the batch: %(reason)s. Nothing was applied; tell the operator."),
}
SENTENCES = _ARCHIVE | _MANIFEST | _TEXT | _VALUES | _WHOLE

DONE: dict[str, Promise] = {
    "kept": _("taken"),
    "quarantined": _("row kept out"),
    "skipped": _("left out"),
    "replaced": _("joined"),
    "refused": _("nothing applied"),
}
# What the worker does with a batch in a state.
WORK: dict[str, Promise] = {
    "waiting": _("The delivery waits for its turn"),
    "looking": _("The delivery is being looked at"),
    "running": _("The delivery is being applied"),
}
# What the files hold, in words.
FILE_WORDS: dict[str, Promise] = {
    "orgs": _("Units"),
    "academicSessions": _("Academic periods"),
    "courses": _("Disciplines"),
    "classes": _("Teaching groups"),
    "users": _("People"),
    "roles": _("Roles"),
    "enrollments": _("Enrolments"),
    "x-programmes": _("Education programmes"),
    "x-programmeCourses": _("Disciplines of programmes"),
    "x-studentProgrammes": _("Students' programmes"),
    "x-outcomes": _("Learning outcomes"),
    "x-slots": _("Timetable"),
}
LEVELS: dict[str, Promise] = {"error": _("Error"), "warning": _("Warning"), "info": _("For information")}


class _Blanks(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(code: str, values: Mapping[str, Any] | None) -> str:
    """The finding in the reader's language. Values are plain text: the page escapes them."""
    template = SENTENCES.get(code)
    return str(template) % _Blanks(values or {}) if template is not None else code
