"""What each kind of Moodle activity becomes: its element kind, texts, dates, and what is kept for later rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from polytech.integrations.moodle.backup import ActivityEntry
from polytech.integrations.moodle.html import formatted
from polytech.integrations.moodle.reading import Instance, moment, whole
from polytech.learning.api import ElementKind

KINDS: Mapping[str, str] = {
    "page": ElementKind.PAGE, "book": ElementKind.BOOK, "label": ElementKind.LABEL, "resource": ElementKind.FILE,
    "folder": ElementKind.FOLDER, "url": ElementKind.LINK, "assign": ElementKind.ASSIGNMENT,
    "assignment": ElementKind.ASSIGNMENT, "quiz": ElementKind.TEST, "forum": ElementKind.FORUM,
    "subsection": ElementKind.LABEL,
}  # fmt: skip
# Kinds that come whole; of the others the inner workings wait for their room.
WHOLE = frozenset({"page", "book", "label", "resource", "folder", "url", "subsection"})
_DUE = {
    "assign": "duedate", "quiz": "timeclose", "forum": "duedate", "choice": "timeclose", "feedback": "timeclose",
    "lesson": "deadline", "scorm": "timeclose", "workshop": "submissionend", "assignment": "timedue",
    "data": "timeavailableto",
}  # fmt: skip
_OPENS = {"quiz": "timeopen", "choice": "timeopen", "lesson": "available", "scorm": "timeopen", "feedback": "timeopen"}
# What stands in the element itself, and so not once more in what is kept.
_CARRIED = {"name", "intro", "introformat", "content", "contentformat", "chapters", "externalurl"}
_KEPT_OF_MODULE = (
    "idnumber", "groupmode", "groupingid", "completion", "completionview", "completionexpected", "completionpassgrade",
    "completiongradeitemnumber", "availability", "availability_info", "availablefrom", "availableuntil", "visible",
    "visibleoncoursepage", "showdescription", "tags", "lang",
)  # fmt: skip
# Kept settings of one element beyond this stay in the backup alone.
KEPT_CHARACTERS = 400_000


@dataclass(slots=True)
class Text:
    """A piece of HTML and the place (component, area, item) that its files have."""

    html: str
    component: str
    area: str
    item: int = 0


@dataclass(slots=True)
class Chapter:
    title: str
    text: Text
    is_subchapter: bool


@dataclass(slots=True)
class Activity:
    """One activity as read: what the backup says of it, before anything is written."""

    entry: ActivityEntry
    instance: Instance = field(default_factory=Instance)
    module: Instance = field(default_factory=Instance)
    failure: str = ""
    failure_values: dict[str, str | int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return KINDS.get(self.entry.module, ElementKind.OTHER)

    @property
    def name(self) -> str:
        return self.instance.words("name") or self.entry.title

    @property
    def is_visible(self) -> bool:
        return self.module.words("visible") != "0" and self.module.words("visibleoncoursepage") != "0"

    def texts(self) -> list[Text]:
        """The element's own text, top to bottom."""
        of, component = self.instance, f"mod_{self.entry.module}"
        texts = [Text(formatted(of.words("intro"), of.words("introformat") or "1"), component, "intro")]
        if self.entry.module == "page":
            content = Text(formatted(of.words("content"), of.words("contentformat")), component, "content")
            texts = [*(texts if _prints_intro(self) else []), content]
        if self.entry.module == "assign":
            activity = formatted(of.words("activity"), of.words("activityformat"))
            texts.append(Text(activity, component, "activityattachment"))
        return [text for text in texts if text.html]

    def chapters(self) -> list[Chapter]:
        """Chapters of a book, in their order; hidden ones are left to `kept`."""
        raw = self.instance.fields.get("chapters")
        found = (
            [chapter for chapter in raw.get("chapter", []) if isinstance(chapter, dict)]
            if isinstance(raw, dict)
            else []
        )
        found.sort(key=lambda chapter: whole(chapter.get("pagenum")))
        return [
            Chapter(
                str(chapter.get("title") or ""),
                Text(
                    formatted(str(chapter.get("content") or ""), chapter.get("contentformat")),
                    "mod_book", "chapter", whole(chapter.get("id")),
                ),
                chapter.get("subchapter") == "1",
            )
            for chapter in found
            if chapter.get("hidden") != "1"
        ]  # fmt: skip

    def hidden_chapters(self) -> list[dict[str, Any]]:
        raw = self.instance.fields.get("chapters")
        chapters = raw.get("chapter", []) if isinstance(raw, dict) else []
        return [chapter for chapter in chapters if isinstance(chapter, dict) and chapter.get("hidden") == "1"]

    def due_at(self) -> datetime | None:
        named = _DUE.get(self.entry.module)
        own = moment(self.instance.words(named)) if named else None
        return own or moment(self.module.words("completionexpected"))

    def opens_at(self) -> datetime | None:
        named = _OPENS.get(self.entry.module)
        return moment(self.instance.words(named)) if named else None

    def limit_minutes(self) -> int | None:
        """Minutes that the activity itself gives."""
        seconds = self.instance.number("timelimit") if self.entry.module in ("quiz", "lesson", "assign") else 0
        return max(1, seconds // 60) if seconds > 0 else None

    def kept(self) -> tuple[dict[str, Any], bool]:
        """What later rooms need, and whether it was too much to keep beside the element."""
        settings = {name: value for name, value in self.instance.fields.items() if name not in _CARRIED and value}
        if self.entry.module == "page" and not _prints_intro(self) and self.instance.words("intro"):
            settings["intro"] = self.instance.words("intro")
        if hidden := self.hidden_chapters():
            settings["hidden_chapters"] = hidden
        too_much = _characters(settings) > KEPT_CHARACTERS
        if too_much:
            settings = {name: value for name, value in settings.items() if isinstance(value, str) and len(value) < 2000}
        module = {name: self.module.fields[name] for name in _KEPT_OF_MODULE if self.module.fields.get(name)}
        kept = {
            "module": self.entry.module, "module_id": self.entry.module_id, "instance_id": self.instance.instance_id,
            "settings": settings, "of_module": module, "counts": self.instance.counts,
        }  # fmt: skip
        return {"moodle": kept}, too_much


def _prints_intro(activity: Activity) -> bool:
    shown = 's:10:"printintro";s:1:"1"' in activity.instance.words("displayoptions")
    return shown or 's:10:"printintro";i:1' in activity.instance.words("displayoptions")


def _characters(value: object) -> int:
    if isinstance(value, dict):
        return sum(_characters(part) for part in value.values())
    if isinstance(value, list):
        return sum(map(_characters, value))
    return len(str(value))


Progress = Callable[[str, float], None]
