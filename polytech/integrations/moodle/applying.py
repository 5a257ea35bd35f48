"""The second half of an import: write the course, in one transaction."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from polytech.files.api import Blob
from polytech.integrations.moodle import grades
from polytech.integrations.moodle.availability import Release, release_of
from polytech.integrations.moodle.backup import Backup, FileEntry
from polytech.integrations.moodle.html import cleaned, formatted, in_language, plain_text, reading_minutes, title_of
from polytech.integrations.moodle.intake import Intake, SectionRead
from polytech.integrations.moodle.links import FileKey, Links
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.moodle.modules import WHOLE, Activity, Text
from polytech.integrations.moodle.reading import moment
from polytech.integrations.moodle.report import CAME, KEPT, NOT, PARTLY, Line, Report
from polytech.kernel import clock
from polytech.kernel.findings import Level
from polytech.learning import api as learning
from polytech.learning.api import Course, Element, Section

_MOST_WEEKS = 99
_WEEK = re.compile(r"^\W*(?:(\d{1,2})\s*[-–]?\s*(?:апта|неделя|week)\b|(?:week|неделя|апта)\s*№?\s*(\d{1,2})\b)", re.I)


@dataclass(slots=True)
class Placed:
    """An activity with its report line and, once written, its element."""

    activity: Activity
    line: Line
    element: Element | None = None


@dataclass(slots=True)
class Writer:
    """Writes one backup into one course."""

    backup: Backup
    intake: Intake
    course: Course
    report: Report
    language: str
    placed: list[Placed] = field(default_factory=list)
    sections: dict[int, Section] = field(default_factory=dict)
    links: Links | None = None
    sizes: dict[int, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"moodle:{self.backup.contents.backup_id}"

    # Sections

    def write_sections(self) -> None:
        drafts, ids = [], []
        known = self._known_sections()
        for section in self._top_sections():
            drafts.append(self._section_draft(section, known.get(str(section.section_id))))
            ids.append(section.section_id)
        for section_id, saved in zip(ids, learning.save_sections(self.course, drafts), strict=True):
            self.sections[section_id] = saved
        self.report.count("sections", CAME, len(self.intake.sections) - self._count_inner())
        self.report.count("sections", "flattened", self._count_inner())

    def _known_sections(self) -> dict[str, int]:
        earlier = (
            MoodleImport.objects.filter(
                course=self.course, moodle_backup=self.backup.contents.backup_id, state=MoodleImport.State.DONE
            )
            .order_by("-pk")
            .first()
        )
        return dict(earlier.kept.get("sections", {})) if earlier else {}

    def _count_inner(self) -> int:
        return sum(1 for section in self.intake.sections.values() if section.subsection_of)

    def _top_sections(self) -> list[SectionRead]:
        """Sections of the course by number; those that activities name but the backup lacks come after."""
        found = [section for section in self.intake.sections.values() if not section.subsection_of]
        found.sort(key=lambda section: section.number)
        for activity in self.intake.activities:
            section_id = activity.entry.section_id
            if section_id not in self.intake.sections:
                made = SectionRead(section_id, activity.instance.__class__())
                made.fields.fields.update(number="-1", sequence="")
                self.intake.sections[section_id] = made
                found.append(made)
        return found

    def _section_draft(self, section: SectionRead, known: int | None) -> learning.SectionDraft:
        release = release_of(section.fields)
        visible = section.fields.words("visible") != "0" and not release.is_about_people
        title = title_of(section.fields.words("name"), self.language)
        week = self._week(section.number, title)
        return learning.SectionDraft(
            # The portal says the week by itself: "Week 3 · Integrals", not "Week 3 · Week 3. Integrals".
            title=(_without_week(title, week) if week else title) or self._default_title(section.number),
            week=week,
            visible=visible,
            known=known,
        )

    @property
    def _is_by_weeks(self) -> bool:
        return (self.intake.course.words("format") or self.backup.contents.course_format).startswith("weeks")

    def _week(self, number: int, title: str) -> int | None:
        if self._is_by_weeks:
            return number if 0 < number <= _MOST_WEEKS else None
        found = _WEEK.match(title)
        return int(found[1] or found[2]) if found else None

    def _default_title(self, number: int) -> str:
        with translation.override(self.language):
            if number < 0:
                return _("Imported from Moodle")
            if number == 0:
                return _("General")
            if self._is_by_weeks:
                return self._dates_of_week(number) or _("Week %(number)s") % {"number": number}
            return _("Topic %(number)s") % {"number": number}

    def _dates_of_week(self, number: int) -> str:
        """What Moodle calls a week without a name: its first and last day."""
        start = moment(self.intake.course.words("startdate")) or moment(self.backup.contents.course_start)
        if start is None or number > _MOST_WEEKS:
            return ""
        first = timezone.localtime(start).date() + timedelta(weeks=number - 1)
        dates = " – ".join(date_format(day, "j E") for day in (first, first + timedelta(days=6)))
        # Months are small letters in Kazakh; Django's catalogue has them as for the start of a line.
        return dates.lower() if self.language == "kk" else dates

    # Elements

    def write_elements(self) -> None:
        for section_id, activity in self._in_order():
            line = Line(activity.entry.module, activity.entry.module_id, title_of(activity.name, self.language))
            self.report.lines.append(line)
            self.placed.append(Placed(activity, line))
            line.section = self.sections[section_id].title
        drafts = [self._element_draft(placed, section) for placed, section in self._with_sections()]
        for placed, element in zip(self.placed, learning.save_elements(self.course, drafts), strict=True):
            placed.element = element
            placed.line.element, placed.line.kind = element.pk, element.kind

    def _with_sections(self) -> list[tuple[Placed, Section]]:
        places = {id(activity): section for section, activity in self._in_order()}
        return [(placed, self.sections[places[id(placed.activity)]]) for placed in self.placed]

    def _in_order(self) -> list[tuple[int, Activity]]:
        """Activities with the section they are shown in: subsections opened out where they stand."""
        by_section: dict[int, list[Activity]] = {}
        for activity in self.intake.activities:
            by_section.setdefault(activity.entry.section_id, []).append(activity)
        inner = {section.subsection_of: section.section_id for section in self.intake.sections.values()}
        inner.pop(0, None)
        result: list[tuple[int, Activity]] = []
        seen: set[int] = set()

        def add(section_id: int, shown_in: int) -> None:
            if section_id in seen:
                return
            seen.add(section_id)
            order = {module: place for place, module in enumerate(self.intake.sections[section_id].sequence)}
            here = by_section.get(section_id, [])
            for activity in sorted(here, key=lambda one: order.get(one.entry.module_id, len(order))):
                result.append((shown_in, activity))
                if activity.entry.module == "subsection" and activity.instance.instance_id in inner:
                    add(inner[activity.instance.instance_id], shown_in)

        for section_id in self.sections:
            add(section_id, section_id)
        # An inner section whose subsection activity is missing: nothing of it may be lost.
        for section_id in set(by_section) - seen:
            add(section_id, next(iter(self.sections)))
        return result

    def _element_draft(self, placed: Placed, section: Section) -> learning.ElementDraft:
        activity, line = placed.activity, placed.line
        release = release_of(activity.module)
        kept, too_much = activity.kept()
        if activity.failure:
            line.outcome = PARTLY
            line.add(Level.ERROR, activity.failure, done="skipped", **activity.failure_values)
        elif activity.entry.module not in WHOLE:
            line.outcome = PARTLY
            self._tell_kept(activity, line)
        if too_much:
            line.info("kept-in-backup")
        if activity.entry.module == "subsection":
            line.info("subsection-flattened")
        return learning.ElementDraft(
            origin=f"{self.origin}:{activity.entry.module_id}",
            section=section,
            kind=activity.kind,
            title=line.title or activity.entry.module,
            url=self._address(activity, line),
            opens_at=_latest(activity.opens_at(), release.opens_at),
            due_at=activity.due_at(),
            visible=self._is_visible(activity, release, line),
            kept=kept,
        )

    def _tell_kept(self, activity: Activity, line: Line) -> None:
        known = activity.entry.module in ("assign", "assignment", "quiz", "forum")
        line.info("inside-kept" if known else "kind-kept", module=activity.entry.module)
        for name, number in activity.instance.counts.items():
            if number:
                line.info("people-kept", what=name, number=number)

    def _is_visible(self, activity: Activity, release: Release, line: Line) -> bool:
        if activity.module.words("visibleoncoursepage") == "0" and activity.module.words("visible") != "0":
            line.warn("hidden-stealth")
        if release.is_about_people:
            line.warn("hidden-condition", conditions=", ".join(sorted(release.others)))
        elif release.others or release.is_odd:
            line.warn("condition-kept", conditions=", ".join(sorted(release.others)) or "date")
        closed = release.closes_at is not None and release.closes_at < clock.now()
        if closed:
            line.info("hidden-closed")
        return activity.is_visible and not release.is_about_people and not closed

    def _address(self, activity: Activity, line: Line) -> str:
        if activity.entry.module != "url":
            return ""
        address = activity.instance.words("externalurl").strip()
        if re.match(r"https?://[^\s]+$", address, re.I) and len(address) <= 2000:
            return address
        line.outcome = PARTLY
        line.warn("address-refused", address=address[:200])
        return ""

    # Files

    def write_files(self) -> None:
        owners = {placed.activity.instance.context_id: placed for placed in self.placed}
        owners.pop(0, None)
        entries, drafts = [], []
        for entry in self.intake.files.of_course:
            owner = owners.get(entry.context)
            is_course = entry.component == "course"
            if owner is None and not is_course:
                self._tell_file(entry, "file-unplaced", None)
            elif entry.sha1 not in self.intake.blobs:
                self._tell_file(entry, self.intake.bad_files.get(entry.sha1, "file-missing"), owner)
            else:
                element = owner.element if owner and not is_course else None
                drafts.append(self._file_draft(entry, element, self.intake.blobs[entry.sha1]))
                entries.append(entry)
        order = sorted(range(len(drafts)), key=lambda place: not entries[place].is_main)
        unique = {_file_key(drafts[place]): place for place in order}
        saved = learning.save_files(self.course, [drafts[place] for place in unique.values()])
        ids = dict(zip(unique, saved, strict=True))
        addresses: dict[FileKey, str] = {}
        for entry, draft in zip(entries, drafts, strict=True):
            file = ids[_file_key(draft)]
            key = (entry.context, entry.component, entry.area, entry.item, entry.path)
            addresses[key] = learning.file_path(self.course.pk, file.pk, entry.path)
            if draft.element:
                self.sizes[draft.element.pk] = self.sizes.get(draft.element.pk, 0) + draft.blob.size_bytes
            self.report.count("inline-images" if entry.is_inline else "files", CAME)
        for (component, area), number in sorted(self.intake.files.of_people.items()):
            self.report.count("files", KEPT, number)
            self.report.files.append({"component": component, "area": area, "number": number, "code": "files-kept"})
        self._make_links(addresses)

    def _file_draft(self, entry: FileEntry, element: Element | None, blob: Blob) -> learning.FileDraft:
        attached = (entry.component, entry.area) in {
            ("mod_resource", "content"), ("mod_folder", "content"), ("mod_assign", "introattachment"),
        }  # fmt: skip
        path = entry.path if attached else f"{entry.area}/{entry.item}/{entry.path}"
        return learning.FileDraft(element=element, blob=blob, path=path, embedded=not attached)

    def _tell_file(self, entry: FileEntry, code: str, owner: Placed | None) -> None:
        self.report.count("files", NOT)
        self.report.files.append({"path": entry.path, "component": entry.component, "area": entry.area, "code": code})
        if owner is not None:
            owner.line.outcome = PARTLY if owner.line.outcome == CAME else owner.line.outcome
            owner.line.add(Level.ERROR, code, done="skipped", path=entry.path[:200])

    def _make_links(self, addresses: dict[FileKey, str]) -> None:
        contents = self.backup.contents
        self.links = Links(
            course=self.course.pk,
            moodle_course=contents.course_id,
            wwwroot=contents.wwwroot,
            files=addresses,
            elements={one.activity.entry.module_id: one.element.pk for one in self.placed if one.element},
            instances={
                (one.activity.entry.module, one.activity.instance.instance_id): one.activity.entry.module_id
                for one in self.placed
            },
            course_context=contents.course_context,
        )

    # Texts

    def _html(self, text: Text, context: int, line: Line | None) -> str:
        removed: Counter[str] = Counter()
        broken: Counter[str] = Counter()
        links = self.links
        place = (context, text.component, text.area, text.item)
        html = cleaned(
            in_language(text.html, self.language),
            removed,
            (lambda html: links.rewrite(html, place, broken)) if links else None,
        )
        for tag, number in removed.items():
            code = "remote-image" if tag == "remote-image" else "html-removed"
            self._tell(line, code, tag=tag, number=number)
        for address in broken:
            self._tell(line, "link-broken", address=address[:200])
        return html

    def _tell(self, line: Line | None, code: str, **values: str | int) -> None:
        if line is not None:
            line.warn(code, done="replaced", **values)
        else:
            self.report.add(Level.WARNING, code, file="course", done="replaced", **values)

    def write_texts(self) -> None:
        for placed in self.placed:
            element, activity = placed.element, placed.activity
            if element is None:
                continue
            context = activity.instance.context_id
            parts = [self._html(text, context, placed.line) for text in activity.texts()]
            if activity.entry.module == "subsection":
                parts = []
            element.body_html = "\n".join(part for part in parts if part)
            chapters = self._write_chapters(placed, element)
            whole = element.body_html + chapters
            element.size_bytes = len(whole.encode()) + self.sizes.get(element.pk, 0)
            reads = activity.entry.module in ("page", "book")
            element.duration_minutes = activity.limit_minutes() or (reading_minutes(whole) if reads else None)
            if activity.entry.module == "label" and not activity.instance.words("name"):
                element.title = plain_text(element.body_html)[:80] or element.title
        learning.save_bodies([placed.element for placed in self.placed if placed.element])

    def _write_chapters(self, placed: Placed, element: Element) -> str:
        if placed.activity.entry.module != "book":
            return ""
        drafts = [
            learning.ChapterDraft(
                title_of(chapter.title, self.language),
                self._html(chapter.text, placed.activity.instance.context_id, placed.line),
                chapter.is_subchapter,
            )
            for chapter in placed.activity.chapters()
        ]
        learning.save_chapters(element, drafts)
        self.report.count("chapters", CAME, len(drafts))
        if hidden := len(placed.activity.hidden_chapters()):
            self.report.count("chapters", KEPT, hidden)
            placed.line.info("chapters-kept", number=hidden)
        return "".join(draft.body_html for draft in drafts)

    def write_course_texts(self, *, is_new: bool) -> None:
        """Summaries of the sections, and of the course where it has none yet."""
        context = self.backup.contents.course_context or self.intake.course.context_id
        for section_id, section in self.sections.items():
            fields = self.intake.sections[section_id].fields
            summary = formatted(fields.words("summary"), fields.words("summaryformat") or "1")
            section.summary_html = self._html(Text(summary, "course", "section", section_id), context, None)
            section.save(update_fields=["summary_html"])
        if is_new or not self.course.summary_html:
            fields = self.intake.course
            summary = formatted(fields.words("summary"), fields.words("summaryformat") or "1")
            self.course.summary_html = self._html(Text(summary, "course", "summary"), context, None)
            self.course.save(update_fields=["summary_html"])

    # People and grades

    def write_groups(self) -> None:
        drafts, missing = [], 0
        for group in self.intake.groups:
            members = self.intake.group_members.get(group["id"], [])
            persons = [self.intake.people.persons[user] for user in members if user in self.intake.people.persons]
            missing += len(members) - len(persons)
            drafts.append(
                learning.GroupDraft(
                    f"{self.origin}:group:{group['id']}", title_of(group["name"], self.language),
                    cleaned(group["description"], Counter()), persons,
                )
            )  # fmt: skip
            self.report.count("group-members", CAME, len(persons))
        learning.save_groups(self.course, drafts)
        self.report.count("groups", CAME, len(drafts))
        self.report.count("group-members", NOT, missing)

    def tell_people(self) -> None:
        people, here = self.intake.people, learning.people_of(self.course)
        enrolled = sum(person in here for person in people.persons.values())
        self.report.count("users", "matched", enrolled)
        self.report.count("users", "matched-elsewhere", len(people.persons) - enrolled)
        self.report.count("users", "unmatched", len(people.unmatched))
        self.report.count("users", "ambiguous", len(people.ambiguous))
        for users, why in ((people.unmatched, "unmatched"), (people.ambiguous, "ambiguous")):
            for user in users:
                row = {"name": user.name, "username": user.username, "email": user.email, "why": why}
                self.report.unmatched.append(row)

    def write_grades(self) -> dict[str, Any]:
        readable, settings = grades.survey(self.backup, self.intake, self.report)
        with translation.override(self.language):
            words = {"course": _("Course total"), "category": _("Category total"), "item": _("Grade")}
        elements = {
            one.activity.entry.module_id: (one.element.pk, one.element.title) for one in self.placed if one.element
        }
        drafts = grades.drafts(self.backup, readable, self.intake.people, elements, words)
        learning.replace_grade_history(self.course, self.origin, drafts)
        return settings

    def tell_rest(self) -> None:
        for placed in self.placed:
            self.report.count("activities", placed.line.outcome)
        for kind, number in sorted(self.intake.questions.items()):
            self.report.count("questions", KEPT, number)
            self.report.add(Level.INFO, "questions-kept", file="questions.xml", kind=kind, number=number)
        for thing, number in sorted(self.intake.waiting.items()):
            self.report.count(thing, KEPT, number)


def _file_key(draft: learning.FileDraft) -> tuple[int | None, str]:
    return (draft.element.pk if draft.element else None, draft.path)


def _without_week(title: str, week: int) -> str:
    """The title without the number of its week; empty where nothing else is in it."""
    found = _WEEK.match(title)
    rest = title[found.end() :].lstrip(" .,:;–—-·|)") if found and week == int(found[1] or found[2]) else title
    return rest[:1].upper() + rest[1:]


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
