"""Writes a made-up course as Moodle 4.5 would back it up: tar.gz, one folder for each activity, files by SHA-1."""

import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import singledispatchmethod
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from lxml import etree

from polytech.integrations.moodle.reading import NULL
from polytech.integrations.moodle.sample import course as form
from polytech.integrations.moodle.sample.course import MadeUpCourse
from polytech.kernel import clock

_VERSION, _RELEASE = "2024100700", "4.5"
_COURSE_ID, _COURSE_CONTEXT = 1, 10
_DAYS_BEFORE_TODAY = 7 * 11


def write_sample(path: Path, *, language: str = "kk", start: date | None = None) -> Path:
    """Write the backup of the demo's course of databases.

    Args:
        path: the file to write, by custom `.mbz`.
        language: `kk` or `ru`.
        start: first day of the first week; else the Monday eleven weeks ago, so that the course is under way.
    """
    from polytech.integrations.moodle.sample import courses

    first = clock.monday_of(start or clock.today() - timedelta(days=_DAYS_BEFORE_TODAY))
    path.write_bytes(_Backup(courses.databases(language), first).archive())
    return path


def _xml(tag: str, attributes: Mapping[str, str], *children: object) -> etree._Element:
    element = etree.Element(tag, dict(attributes))
    for child in children:
        if isinstance(child, etree._Element):
            element.append(child)
    return element


def _fields(tag: str, fields: Mapping[str, object], *more: etree._Element, **attributes: str) -> etree._Element:
    element = _xml(tag, attributes)
    for name, value in fields.items():
        etree.SubElement(element, name).text = NULL if value is None else str(value)
    element.extend(more)
    return element


class _Backup:
    """One backup in the making. Module ids, context ids and instance ids count up together."""

    def __init__(self, course: MadeUpCourse, first: date) -> None:
        self.course = course
        self.first = first
        zone = timezone.get_default_timezone()
        self.stamp = int(datetime(first.year, first.month, first.day, tzinfo=zone).timestamp()) - 14 * 86400
        self.parts: dict[str, bytes] = {}
        self.files = etree.Element("files")
        self.questions = etree.Element("question_categories")
        self.activities = etree.Element("activities")
        self.sections = etree.Element("sections")
        self.modules: dict[str, int] = {}
        self.next_id = 100
        self.file_id = 0
        self.week = 0

    def archive(self) -> bytes:
        self._number_titles()
        for number, week in enumerate(self.course.weeks):
            self.week = number
            modules = [self._add(activity, number) for activity in week.activities]
            self._section(number, week, modules)
        self._write_common()
        return self._packed()

    def _number_titles(self) -> None:
        """Module ids before anything is written, so that texts may link forward."""
        number = self.next_id
        for week in self.course.weeks:
            for activity in week.activities:
                if not isinstance(activity, form.Label):
                    self.modules[activity.title] = number
                number += 1

    def _packed(self) -> bytes:
        packed = io.BytesIO()
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            index = [f"Moodle archive file index. Count: {len(self.parts)}"]
            index += [f"{name}\tf\t{len(content)}\t{self.stamp}" for name, content in sorted(self.parts.items())]
            everything = {".ARCHIVE_INDEX": ("\n".join(index) + "\n").encode(), **dict(sorted(self.parts.items()))}
            for name, content in everything.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime = len(content), self.stamp
                tar.addfile(entry, io.BytesIO(content))
        return packed.getvalue()

    def _put(self, name: str, root: etree._Element) -> None:
        self.parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    # Activities

    def _add(self, activity: form.Activity, section: int) -> int:
        module_id, context = self.next_id, 1000 + self.next_id
        self.next_id += 1
        name, fields, more = self._instance(activity, context)
        title = str(fields["name"])
        folder = f"activities/{name}_{module_id}"
        instance = _fields(name, fields, *more, id=str(module_id))
        ids = {"id": str(module_id), "moduleid": str(module_id), "modulename": name, "contextid": str(context)}
        self._put(f"{folder}/{name}.xml", _xml("activity", ids, instance))
        self._put(f"{folder}/module.xml", self._module(name, module_id, section))
        self._put(f"{folder}/grades.xml", self._grade_items(activity, name, module_id))
        self._put(f"{folder}/inforef.xml", etree.Element("inforef"))
        self.activities.append(
            _fields(
                "activity",
                {"moduleid": module_id, "sectionid": section + 1, "modulename": name, "title": title,
                 "directory": folder, "insubsection": ""},
            )
        )  # fmt: skip
        return module_id

    def _module(self, name: str, module_id: int, section: int) -> etree._Element:
        return _fields(
            "module",
            {"modulename": name, "sectionid": section + 1, "sectionnumber": section, "idnumber": "",
             "added": self.stamp, "score": 0, "indent": 0, "visible": 1, "visibleoncoursepage": 1, "visibleold": 1,
             "groupmode": 0, "groupingid": 0, "completion": 2 if name != "label" else 0, "completionview": 1,
             "completionexpected": 0, "availability": None, "showdescription": 0, "tags": ""},
            id=str(module_id), version=_VERSION,
        )  # fmt: skip

    def _grade_items(self, activity: form.Activity, name: str, module_id: int) -> etree._Element:
        items = etree.Element("grade_items")
        if isinstance(activity, form.Assignment | form.Quiz):
            points = activity.points if isinstance(activity, form.Assignment) else 100
            items.append(
                _fields(
                    "grade_item",
                    {"categoryid": 1, "itemname": activity.title, "itemtype": "mod", "itemmodule": name,
                     "iteminstance": module_id, "itemnumber": 0, "gradetype": 1, "grademax": f"{points}.00000",
                     "grademin": "0.00000", "gradepass": "50.00000", "timecreated": self.stamp,
                     "timemodified": self.stamp, "grade_grades": ""},
                    id=str(module_id),
                )
            )  # fmt: skip
        return _xml("activity_gradebook", {}, items, etree.Element("grade_letters"))

    @singledispatchmethod
    def _instance(self, activity: object, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        raise TypeError(activity)

    def _common(self, title: str, intro: str) -> dict[str, object]:
        return {"name": title, "intro": self._links(intro), "introformat": 1, "timemodified": self.stamp}

    @_instance.register
    def _page(self, page: form.Page, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        html = page.html
        for name, (caption, drawing) in page.drawings.items():
            self._file(context, "mod_page", "content", 0, f"{name}.png", drawing.png(), "image/png")
            figure = f'<figure><img src="@@PLUGINFILE@@/{name}.png" alt="{escape(caption)}">'
            html = html.replace(f"{{{{{name}}}}}", f"{figure}<figcaption>{escape(caption)}</figcaption></figure>")
        fields = {**self._common(page.title, ""), "content": self._links(html), "contentformat": 1, "revision": 1}
        return "page", fields, []

    @_instance.register
    def _book(self, book: form.Book, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        chapters = etree.Element("chapters")
        for place, (title, html) in enumerate(book.chapters, start=1):
            chapters.append(
                _fields(
                    "chapter",
                    {"pagenum": place, "subchapter": 0, "title": title, "content": self._links(html),
                     "contentformat": 1, "hidden": 0, "timemodified": self.stamp},
                    id=f"{context}{place:02}",
                )
            )  # fmt: skip
        return "book", {**self._common(book.title, book.intro), "numbering": 1}, [chapters]

    @_instance.register
    def _label(self, label: form.Label, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        words = re.sub(r"<[^>]+>", " ", label.html)
        return "label", self._common(" ".join(words.split())[:50], label.html), []

    @_instance.register
    def _files(self, files: form.Files, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        module = "folder" if len(files.files) > 1 else "resource"
        for name, content in files.files.items():
            self._file(context, f"mod_{module}", "content", 0, name, content.encode(), "text/plain")
        return module, {**self._common(files.title, files.intro), "revision": 1}, []

    @_instance.register
    def _link(self, link: form.Link, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        return "url", {**self._common(link.title, link.intro), "externalurl": link.address, "display": 0}, []

    @_instance.register
    def _assignment(self, task: form.Assignment, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        due = self._moment(task.weekday)
        fields = {
            **self._common(task.title, task.html), "alwaysshowdescription": 1, "submissiondrafts": 0, "duedate": due,
            "cutoffdate": due + 7 * 86400, "allowsubmissionsfromdate": 0, "grade": task.points, "maxattempts": -1,
            "submissions": "", "grades": "",
        }  # fmt: skip
        return "assign", fields, []

    @_instance.register
    def _quiz(self, quiz: form.Quiz, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        fields = {
            **self._common(quiz.title, quiz.intro), "timeopen": 0, "timeclose": self._moment(quiz.weekday),
            "timelimit": quiz.minutes * 60, "preferredbehaviour": "deferredfeedback", "attempts_number": 2,
            "grademethod": 1, "questionsperpage": 1, "shuffleanswers": 1, "sumgrades": len(quiz.questions),
            "grade": "100.00000",
        }  # fmt: skip
        slots = etree.Element("question_instances")
        for place, question in enumerate(quiz.questions, start=1):
            reference = _fields("question_reference", {"questionbankentryid": f"{context}{place:02}", "version": None})
            slot = {"slot": place, "page": place, "requireprevious": 0, "maxmark": "1.0000000"}
            slots.append(_fields("question_instance", slot, reference, id=f"{context}{place:02}"))
            del question
        self._question_category(quiz, context)
        attempts = etree.Element("attempts")
        return "quiz", fields, [slots, attempts]

    @_instance.register
    def _forum(self, forum: form.Forum, context: int) -> tuple[str, dict[str, object], list[etree._Element]]:
        return "forum", {**self._common(forum.title, forum.intro), "type": "general", "discussions": ""}, []

    def _question_category(self, quiz: form.Quiz, context: int) -> None:
        entries = etree.Element("question_bank_entries")
        for place, question in enumerate(quiz.questions, start=1):
            answers = etree.Element("answers")
            for number, answer in enumerate(question.answers):
                fields = {"answertext": answer, "answerformat": 1, "fraction": "0.0000000" if number else "1.0000000",
                          "feedback": "", "feedbackformat": 1}  # fmt: skip
                answers.append(_fields("answer", fields, id=f"{context}{place:02}{number}"))
            asked = _fields(
                "question",
                {"parent": 0, "name": question.name, "questiontext": question.html, "questiontextformat": 1,
                 "generalfeedback": question.feedback, "generalfeedbackformat": 1, "defaultmark": "1.0000000",
                 "penalty": "0.3333333", "qtype": "multichoice", "length": 1, "timecreated": self.stamp,
                 "timemodified": self.stamp},
                _xml("plugin_qtype_multichoice_question", {}, answers),
                id=f"{context}{place:02}",
            )  # fmt: skip
            version = _fields("question_versions", {"version": 1, "status": "ready"}, _xml("questions", {}, asked))
            entry = _fields("question_bank_entry", {"idnumber": None}, _xml("question_version", {}, version))
            entry.set("id", f"{context}{place:02}")
            entries.append(entry)
        category = {"name": quiz.title, "contextid": context, "contextlevel": 70, "info": "", "parent": 0}
        self.questions.append(_fields("question_category", category, entries, id=str(context)))

    # Texts, times and files

    def _links(self, html: str) -> str:
        """`[[Title]]` as Moodle writes a link to an activity inside a backup."""

        def link(found: re.Match[str]) -> str:
            module_id = self.modules[found[1]]
            return f'<a href="$@{self._kind(found[1])}VIEWBYID*{module_id}@$">{escape(found[1])}</a>'

        return re.sub(r"\[\[(.+?)\]\]", link, html)

    def _kind(self, title: str) -> str:
        kinds = {form.Page: "PAGE", form.Book: "BOOK", form.Link: "URL", form.Assignment: "ASSIGN", form.Quiz: "QUIZ"}
        for week in self.course.weeks:
            for activity in week.activities:
                if not isinstance(activity, form.Label) and activity.title == title:
                    return kinds.get(type(activity), "RESOURCE")
        raise KeyError(title)

    def _moment(self, weekday: int) -> int:
        day = self.first + timedelta(days=7 * (self.week - 1) + weekday - 1)
        zone = timezone.get_default_timezone()
        return int(datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone).timestamp())

    def _file(
        self, context: int, component: str, area: str, item: int, name: str, content: bytes, media_type: str
    ) -> None:
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        self.parts[f"files/{digest[:2]}/{digest}"] = content
        for entry, size, kind in ((name, len(content), media_type), (".", 0, None)):
            self.file_id += 1
            nothing = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
            fields = {
                "contenthash": digest if kind else nothing, "contextid": context, "component": component,
                "filearea": area, "itemid": item, "filepath": "/", "filename": entry, "userid": None,
                "filesize": size, "mimetype": kind, "status": 0, "timecreated": self.stamp,
                "timemodified": self.stamp, "source": None, "author": None, "license": None,
                "sortorder": 1 if kind and component == "mod_resource" else 0, "repositorytype": None,
                "repositoryid": None, "reference": None,
            }  # fmt: skip
            self.files.append(_fields("file", fields, id=str(self.file_id)))

    # The backup as a whole

    def _section(self, number: int, week: form.Week, modules: list[int]) -> None:
        folder = f"sections/section_{number + 1}"
        fields = {
            "number": number, "name": week.title, "summary": week.summary, "summaryformat": 1,
            "sequence": ",".join(map(str, modules)), "visible": 1, "availabilityjson": None, "component": None,
            "itemid": None, "timemodified": self.stamp,
        }  # fmt: skip
        self._put(f"{folder}/section.xml", _fields("section", fields, id=str(number + 1)))
        self._put(f"{folder}/inforef.xml", etree.Element("inforef"))
        entry = {"sectionid": number + 1, "title": week.title, "directory": folder, "parentcmid": "", "modname": ""}
        self.sections.append(_fields("section", entry))

    def _write_common(self) -> None:
        course = {
            "shortname": self.course.short_title, "fullname": self.course.title, "idnumber": "",
            "summary": self.course.summary, "summaryformat": 1, "format": "weeks", "showgrades": 1,
            "startdate": self.stamp + 14 * 86400, "enddate": 0, "lang": self.course.language, "visible": 1,
            "timecreated": self.stamp, "timemodified": self.stamp,
        }  # fmt: skip
        ids = {"id": str(_COURSE_ID), "contextid": str(_COURSE_CONTEXT)}
        self._put("course/course.xml", _fields("course", course, **ids))
        self._put("files.xml", self.files)
        self._put("questions.xml", self.questions)
        self._put("groups.xml", _xml("groups", {}, etree.Element("groupings")))
        self._put(
            "gradebook.xml", _xml("gradebook", {}, etree.Element("grade_categories"), etree.Element("grade_items"))
        )
        for name in ("outcomes", "scales", "roles"):
            self._put(f"{name}.xml", etree.Element(f"{name}_definition" if name != "roles" else name))
        self._put("moodle_backup.xml", self._manifest())

    def _manifest(self) -> etree._Element:
        identity = hashlib.sha256(f"{self.course.short_title} {self.first}".encode()).hexdigest()[:32]
        kind = {"type": "course", "format": "moodle2", "interactive": 1, "mode": 10, "execution": 1, "executiontime": 0}
        fields = {
            "name": f"backup-moodle2-course-{_COURSE_ID}-{self.course.short_title.lower()}.mbz",
            "moodle_version": _VERSION, "moodle_release": f"{_RELEASE} (Build: 20241007)",
            "backup_version": _VERSION, "backup_release": _RELEASE, "backup_date": self.stamp,
            "include_files": 1, "original_wwwroot": settings.BASE_URL, "original_course_id": _COURSE_ID,
            "original_course_format": "weeks", "original_course_fullname": self.course.title,
            "original_course_shortname": self.course.short_title,
            "original_course_startdate": self.stamp + 14 * 86400, "original_course_contextid": _COURSE_CONTEXT,
            "original_system_contextid": 1,
        }  # fmt: skip
        place = _fields("course", {"courseid": _COURSE_ID, "title": self.course.short_title, "directory": "course"})
        return _xml(
            "moodle_backup",
            {},
            _fields(
                "information",
                fields,
                _xml("details", {}, _fields("detail", kind, backup_id=identity)),
                _xml("contents", {}, self.activities, self.sections, place),
            ),
        )
