"""Links inside the texts of a backup, turned to where the same thing is here."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from polytech.learning.api import course_path, element_path

# A scheme that the cleaner does not know, so that it drops the attribute and keeps the words.
DEAD = "unavailable:"
_PLUGINFILE = re.compile(r"@@PLUGINFILE@@/?([^\"'<>]*)")
_FILEPHP = re.compile(r"\$@FILEPHP@\$((?:\$@SLASH@\$|/)[^\"'<>]*)")
_CODED = re.compile(r"\$@([A-Z0-9_]+?)\*([0-9*]+)@\$([^\"'<>\s]*)")
_VIEW = re.compile(r"VIEWBYID(CH)?$")
_BY_INSTANCE = re.compile(r"^([A-Z0-9]+?)VIEWBY[A-Z]+$")

FileKey = tuple[int, str, str, int, str]


@dataclass(slots=True)
class Links:
    """Where things of the backup are in the course.

    Attributes:
        files: (context, component, area, item, path) → address here.
        elements: module id → element id.
        instances: (module name, instance id) → module id.
    """

    course: int
    moodle_course: int
    wwwroot: str
    files: Mapping[FileKey, str] = field(default_factory=dict)
    elements: Mapping[int, int] = field(default_factory=dict)
    instances: Mapping[tuple[str, int], int] = field(default_factory=dict)
    course_context: int = 0

    def rewrite(self, html: str, place: tuple[int, str, str, int], broken: Counter[str]) -> str:
        """The text of `place` (context, component, area, item) with its links turned; the dead are in `broken`."""
        if "@@PLUGINFILE@@" in html:
            html = _PLUGINFILE.sub(lambda found: self._file(found[1], place, broken), html)
        if "$@" in html:
            html = _FILEPHP.sub(lambda found: self._legacy(found[1], broken), html)
            html = _CODED.sub(lambda found: self._coded(found[1], found[2], found[3], broken), html)
        if self.wwwroot and self.wwwroot in html:
            html = re.sub(
                rf"{re.escape(self.wwwroot)}/mod/[a-z0-9_]+/view\.php\?id=(\d+)",
                lambda found: self._element(int(found[1])) or found[0],
                html,
            )
        return html

    def _file(self, written: str, place: tuple[int, str, str, int], broken: Counter[str]) -> str:
        context, component, area, item = place
        path = unquote(unescape(written).split("?")[0]).strip("/ ")
        for key in ((context, component, area, item, path), (context, component, area, 0, path)):
            if key in self.files:
                return self.files[key]
        broken[path or "/"] += 1
        return DEAD

    def _legacy(self, written: str, broken: Counter[str]) -> str:
        path = unquote(written.replace("$@SLASH@$", "/").split("$@FORCEDOWNLOAD@$")[0]).strip("/")
        address = self.files.get((self.course_context, "course", "legacy", 0, path))
        if address is None:
            broken[path] += 1
        return address or DEAD

    def _element(self, module_id: int, more: str = "") -> str | None:
        element = self.elements.get(module_id)
        return element_path(self.course, element) + more if element else None

    def _coded(self, name: str, numbers: str, rest: str, broken: Counter[str]) -> str:
        ids = [int(part) for part in numbers.split("*") if part]
        anchor = rest if rest.startswith("#") else ""
        address = None
        if name in ("COURSEVIEWBYID", "GRADEINDEXBYID") or name.endswith("INDEX"):
            address = course_path(self.course) if ids[:1] == [self.moodle_course] else None
        elif _VIEW.search(name) and ids:
            address = self._element(ids[0], anchor)
        elif (found := _BY_INSTANCE.match(name)) and ids:
            address = self._element(self.instances.get((found[1].lower(), ids[0]), 0), anchor)
        if address is None:
            broken[f"{name} {numbers}"] += 1
            return DEAD
        return address
