"""What the codes of a report say, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

FINDINGS: Mapping[str, Any] = {
    # The file as a whole
    "archive-not-found": _("The file is not there."),
    "archive-not-an-archive": _("This is not a backup: neither a zip nor a tar.gz archive."),
    "archive-damaged": _("The archive is damaged or cut off. Make the backup again, and upload the whole of it."),
    "archive-too-large": _("The archive is larger than the limit of %(limit)s bytes."),
    "archive-too-many-entries": _("The archive holds more than %(limit)s files."),
    "archive-entry-too-large": _("“%(name)s” is larger than the limit of %(limit)s bytes."),
    "archive-bomb": _("The archive unpacks to far more than it should: %(bytes)s bytes."),
    "archive-unsafe-name": _("The archive holds a file that would be written outside: “%(name)s”."),
    "archive-link": _("The archive holds a link or a device: “%(name)s”."),
    "archive-duplicate-name": _("The archive holds two files of one name: “%(name)s”."),
    "archive-encrypted": _("The archive is encrypted: “%(name)s”."),
    "archive-packing": _("“%(name)s” is packed in a way that is not read. An ordinary zip (Deflate) is."),
    "manifest-missing": _("This is no Moodle backup: moodle_backup.xml is missing."),
    "manifest-empty": _("moodle_backup.xml does not say what the backup holds."),
    "manifest-duplicate": _("moodle_backup.xml names an activity or a section twice."),
    "format-unknown": _("Backups of the format “%(format)s” are not read."),
    "version-unknown": _("The version of Moodle “%(version)s” is not known."),
    "version-too-old": _("Backups of Moodle %(version)s are not read: restore it in Moodle 2.6 or later first."),
    "version-too-new": _("Moodle %(version)s is newer than this importer: it reads up to 5.x."),
    "version-untried": _("Moodle %(version)s is older than 2.6, the oldest version tried here. Check the result."),
    "xml-broken": _("The XML is broken. Make the backup again."),
    "xml-doctype": _("The XML declares a document type, which Moodle never does and attacks do."),
    "xml-too-large": _("The text is too large to be read."),
    "too-many-files": _("The list of files is longer than %(limit)s."),
    "too-much-text": _("The texts of the course are together longer than %(limit)s characters."),
    "failed": _("The import failed by a mistake of the portal. Nothing was changed; the administrator sees why."),
    # Parts
    "part-empty": _("The part is empty."),
    "part-missing": _("“%(part)s” is missing in the backup; only the title came."),
    "section-missing": _("The section “%(title)s” has no description in the backup; a plain one was made."),
    "link-broken": _("A link or picture leads to something that the backup does not hold: %(address)s."),
    "html-removed": _("Taken out of the text for safety: %(tag)s (%(number)s)."),
    "remote-image": _("Pictures of other sites became links to them (%(number)s)."),
    "questions-kept": _("Questions of the kind “%(kind)s” are kept for the question bank: %(number)s."),
    # Activities
    "inside-kept": _("Its text and dates came. Its inner workings are kept until their room is there."),
    "kind-kept": _("The portal has no “%(module)s” yet: its introduction came, its settings are kept."),
    "kept-in-backup": _("Its settings are too large to stand beside it; they stay in the kept backup."),
    "people-kept": _("Stays in the kept backup: %(what)s, %(number)s."),
    "chapters-kept": _("Hidden chapters are kept, not shown: %(number)s."),
    "subsection-flattened": _("A subsection: its elements follow this heading."),
    "address-refused": _("The address is not one of the web and was left out: %(address)s."),
    "hidden-stealth": _("Was open by its link only; it is hidden here."),
    "hidden-condition": _("Hidden, because the conditions on who sees it cannot be checked yet: %(conditions)s."),
    "condition-kept": _("Conditions of release are kept but not checked yet: %(conditions)s."),
    "hidden-closed": _("Hidden: its last day is over."),
    # Files
    "file-missing": _("The file “%(path)s” is listed, but its bytes are not in the backup."),
    "file-external": _("The file “%(path)s” was kept outside Moodle and is not in the backup."),
    "file-damaged": _("The bytes of “%(path)s” are not those that Moodle saved; it was left out."),
    "file-unplaced": _("The file “%(path)s” belongs to nothing that the backup holds."),
}

STEPS: Mapping[str, Any] = {
    "": _("Waiting for its turn"),
    "opening": _("Opening the backup"),
    "reading": _("Reading the activities"),
    "files": _("Keeping the files"),
    "people": _("Looking for the people"),
    "writing": _("Writing the course"),
    "grades": _("Writing the grades"),
    "done": _("Done"),
    "refused": pgettext_lazy("import", "Refused"),
}

OUTCOMES: Mapping[str, Any] = {
    "came": _("came"),
    "partly": _("came in part"),
    "kept": _("kept for later"),
    "not": _("did not come"),
    "flattened": _("opened out"),
    "empty": _("without a grade"),
    "matched": _("found, study or teach here"),
    "matched-elsewhere": _("found, not in this course"),
    "unmatched": _("not found here"),
    "ambiguous": _("could be several people"),
}

THINGS: Mapping[str, Any] = {
    "activities": _("Activities"),
    "sections": _("Sections"),
    "chapters": _("Chapters of books"),
    "files": _("Files"),
    "inline-images": _("Pictures pasted into texts"),
    "users": _("Users"),
    "groups": _("Groups"),
    "group-members": _("Places in groups"),
    "groupings": _("Groupings"),
    "grade-items": _("Grade items"),
    "grades": _("Grades"),
    "grade-changes": _("Earlier values of grades"),
    "questions": _("Questions"),
    "parts": _("Other parts"),
    "calendar": _("Calendar events"),
    "comments": _("Comments"),
    "competencies": _("Competencies"),
    "completions": _("Completion marks"),
    "completion-defaults": _("Defaults of completion"),
    "rubrics": _("Rubrics and marking guides"),
    "badges": _("Badges"),
    "outcomes": _("Outcomes"),
    "scales": _("Scales"),
    "content-bank": _("Content bank"),
    "logs": _("Log entries"),
    "blocks": _("Side blocks"),
    "role-assignments": _("Roles of people"),
    "enrolments": _("Enrolments"),
    "filters": _("Text filters"),
    "xapi-states": _("States of interactive content"),
}

# What stands in the gaps of sentences in Moodle's own words.
_WORDS: Mapping[str, Any] = {
    "submissions": _("submitted work"), "attempts": _("attempts"), "discussions": _("discussions"),
    "grades": _("grades of people"), "overrides": _("exceptions for people"), "userflags": _("marks on people"),
    "completeds": _("answers of people"), "answers": _("answers of people"), "records": _("entries"),
    "subwikis": _("wiki pages"), "messages": _("messages"), "subscriptions": _("subscriptions"),
    "timers": _("times of people"), "responses": _("answers of people"), "ratings": _("ratings"),
    "assessments": _("assessments"), "scoes_tracks": _("tracks of packages"),
    "completion": _("completion of another element"), "grade": _("a grade"), "group": _("a group"),
    "grouping": _("a grouping"), "date": _("a date"), "profile": _("data of the person"), "unknown": _("unknown"),
    "handler": _("scripts in attributes"),
}  # fmt: skip


def _in_words(value: object) -> str:
    return ", ".join(str(_WORDS.get(part, part)) for part in str(value).split(", "))


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(finding: Mapping[str, Any]) -> str:
    """One finding of a report (`Finding.as_json`) in words."""
    form = FINDINGS.get(str(finding.get("code")))
    if form is None:
        return str(finding.get("code"))
    values = dict(finding.get("values") or {})
    values |= {name: _in_words(values[name]) for name in ("what", "conditions", "tag") if name in values}
    values |= {
        name: str(words.get(values[name], values[name]))
        for name, words in (("module", _MODULES), ("kind", _QUESTIONS))
        if name in values
    }
    words = str(form) % _Gaps(values)
    return f"{finding['file']}: {words}" if finding.get("file") else words


def module_name(module: str) -> str:
    """A Moodle activity kind in words where it has a common one, else Moodle's own in quotation marks."""
    return str(_MODULES[module]) if module in _MODULES else gettext("“%(name)s”") % {"name": module}


_MODULES: Mapping[str, Any] = {
    "page": _("page"), "book": _("book"), "label": _("text between"), "resource": _("file"), "folder": _("folder"),
    "url": _("link"), "assign": _("assignment"), "assignment": _("assignment"), "quiz": _("test"),
    "forum": _("forum"), "choice": _("choice"), "glossary": _("glossary"), "lesson": _("lesson"),
    "feedback": _("questionnaire"), "survey": _("questionnaire"), "wiki": _("wiki"), "workshop": _("peer assessment"),
    "data": _("database of entries"), "subsection": _("subsection"), "scorm": "SCORM", "h5pactivity": "H5P",
    "hvp": "H5P", "lti": "LTI", "imscp": "IMS CP", "qbank": _("question bank"), "chat": _("chat"),
}  # fmt: skip

# The kinds of questions that Moodle brings along.
_QUESTIONS: Mapping[str, Any] = {
    "multichoice": _("multiple choice"), "truefalse": _("true or false"), "match": _("matching"),
    "shortanswer": _("short answer"), "numerical": _("numerical answer"), "essay": _("essay"),
    "description": _("text without a question"), "calculated": _("calculated answer"),
    "calculatedsimple": _("simple calculated answer"), "calculatedmulti": _("calculated multiple choice"),
    "multianswer": _("answers within a text (Cloze)"), "gapselect": _("choosing missing words"),
    "ddwtos": _("dragging words into a text"), "ddimageortext": _("dragging onto an image"),
    "ddmarker": _("dragging markers"), "ordering": _("putting in order"), "random": _("random question"),
    "randomsamatch": _("random matching"),
}  # fmt: skip


def _whose(component: str) -> str:
    """What the files of a part of Moodle belong to."""
    family, _underscore, name = component.partition("_")
    if family == "mod":
        return module_name(name)
    words = {"assignsubmission": _("submitted work"), "assignfeedback": _("feedback"), "question": _("questions")}
    return str(words.get(family, _("other files")))


def kept_files_sentence(row: Mapping[str, Any]) -> str:
    """A row of `report["files"]` in words."""
    if row.get("code") == "files-kept":
        words = {"what": _whose(str(row.get("component"))), **row}
        return gettext("%(what)s: %(number)s files stay in the kept backup (%(component)s, %(area)s).") % _Gaps(words)
    return sentence({"code": row.get("code"), "values": row})
