"""Reading the XML of a backup: streamed, without entities, a document type or the network, within limits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from lxml import etree

NULL = "$@NULL@$"
# Characters of one activity (or one record) that may stand in memory at once; a book of 2,000 dense pages has about a
# third. An element costs as much as so many characters, however empty it is.
ACTIVITY_CHARACTERS = 16_000_000
ELEMENT_CHARACTERS = 100

# Containers of what people did, not of what the course is: counted here, kept in the backup itself.
USER_DATA = frozenset(
    {
        "submissions", "attempts", "discussions", "overrides", "userflags", "completeds", "records", "subwikis",
        "messages", "scoes_tracks", "assessments", "examplesubmissions", "grades", "subscriptions", "digests",
        "readposts", "trackedprefs", "timers", "branches", "ltisubmissions", "valuestmp", "completedtmps", "logs",
        "h5pattempts", "ratings", "recordings", "attendance_logs", "statuses", "responses",
    }
)  # fmt: skip
ANSWERS_OF_PEOPLE = frozenset({"choice", "survey", "feedback", "questionnaire"})


class XmlRefused(Exception):
    """A document that is not read: `code` is `xml-broken`, `xml-doctype` or `xml-too-large`."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def _events(stream: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    events = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        collect_ids=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    first = True
    try:
        for event, element in events:
            if first:
                first = False
                # Moodle writes none, and every attack with entities needs one.
                if element.getroottree().docinfo.internalDTD is not None:
                    raise XmlRefused("xml-doctype")
            yield event, element
    except etree.XMLSyntaxError as error:
        code = "xml-too-large" if "huge" in str(error).lower() else "xml-broken"
        raise XmlRefused(code, reason=str(error)[:200]) from error


class _Weight:
    """What stands in memory, in characters."""

    def __init__(self) -> None:
        self.characters = 0
        self._last: etree._Element | None = None

    def add(self, element: etree._Element) -> None:
        """Weigh an element that has ended, and what has come between it and the one before.

        Raises:
            XmlRefused: it is too much.
        """
        if self._last is not None:
            self.characters += len(self._last.tail or "")
        self._last = element
        self.characters += ELEMENT_CHARACTERS + len(element.text or "")
        self.characters += sum(len(name) + len(value) for name, value in element.attrib.items())
        if self.characters > ACTIVITY_CHARACTERS:
            raise XmlRefused("xml-too-large", limit=ACTIVITY_CHARACTERS)


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def records(stream: BinaryIO, *tags: str) -> Iterator[etree._Element]:
    """Each element with one of the tags, whole, then forgotten: memory holds one at a time.

    Raises:
        XmlRefused: broken, with a document type, or one of them larger than `ACTIVITY_CHARACTERS`.
    """
    inside, weight = 0, _Weight()
    for event, element in _events(stream):
        if event == "start":
            inside += element.tag in tags
            continue
        if inside:
            weight.add(element)
        if element.tag in tags:
            inside -= 1
            if not inside:
                yield element
                _forget(element)
                weight = _Weight()
        elif not inside:
            _forget(element)


def count_records(stream: BinaryIO) -> int:
    """How many elements below the root carry an id: the records of a part that nobody here reads."""
    found, depth = 0, 0
    for event, element in _events(stream):
        if event == "start":
            depth += 1
            found += depth > 1 and "id" in element.attrib
        else:
            depth -= 1
            _forget(element)
    return found


def text(element: etree._Element, path: str) -> str:
    """The text at `path`, empty for Moodle's null."""
    value = element.findtext(path) or ""
    return "" if value == NULL else value


def number(element: etree._Element, path: str) -> int:
    value = text(element, path).strip()
    return int(value) if value.lstrip("-").isdigit() and len(value) < 19 else 0


def whole(value: object) -> int:
    """An id as a number; 0 for what is none."""
    words = str(value or "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0


def decimal(element: etree._Element, path: str) -> Decimal | None:
    """A number with at most five places, as grades have them; None for anything else."""
    try:
        value = Decimal(text(element, path).strip()).quantize(Decimal("0.00001"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10_000_000 else None


def moment(seconds: object) -> datetime | None:
    """The time of Moodle's seconds since 1970; None for 0 and for what is no time (1970–2200)."""
    value = str(seconds or "").strip()
    if not (value.isdigit() and 0 < int(value[:12]) < 7_258_118_400):
        return None
    return datetime.fromtimestamp(int(value[:12]), UTC)


@dataclass(slots=True)
class Instance:
    """What the own XML of one activity says. `counts` holds how much people did in it."""

    instance_id: int = 0
    context_id: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def words(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        value = self.words(name).strip()
        return int(value) if value.lstrip("-").isdigit() and len(value) < 19 else 0


def read_instance(stream: BinaryIO, module: str) -> Instance:
    """Read `activities/<module>_<id>/<module>.xml`.

    Raises:
        XmlRefused: broken, with a document type, or more text than `ACTIVITY_CHARACTERS`.
    """
    found = Instance()
    counted = USER_DATA | {"answers"} if module in ANSWERS_OF_PEOPLE else USER_DATA
    counting: etree._Element | None = None
    weight = _Weight()
    root: etree._Element | None = None
    for event, element in _events(stream):
        if root is None:
            root = element
        if event == "start":
            if counting is None and element.tag in counted:
                counting = element
        elif counting is None:
            weight.add(element)
        elif element is counting:
            counting = None
            element.clear()
        else:
            if element.getparent() is counting:
                found.counts[str(counting.tag)] = found.counts.get(str(counting.tag), 0) + 1
            _forget(element)
    if root is not None:
        _take(root, module, found)
    return found


def _take(root: etree._Element, module: str, found: Instance) -> None:
    found.instance_id, found.context_id = whole(root.get("id")), whole(root.get("contextid"))
    body = root if root.tag == "module" else root.find(module)
    if body is None and len(root) and isinstance(root[0].tag, str):
        body = root[0]
    value = plain(body) if body is not None else None
    if isinstance(value, dict):
        found.fields = value


def plain(element: etree._Element) -> Any:
    """An element as JSON: text, or a mapping whose repeated children are lists."""
    if not len(element):
        value = element.text or ""
        return None if value == NULL else value.strip()
    result: dict[str, Any] = {"id": element.get("id")} if element.get("id") else {}
    repeated = _repeated(element)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag in repeated:
            result.setdefault(child.tag, []).append(plain(child))
        elif child.tag != "id" or "id" not in result:
            result[child.tag] = plain(child)
    return result


def _repeated(element: etree._Element) -> set[str]:
    """Tags that are records of a container (`chapters/chapter`), also where there is only one."""
    first: dict[str, etree._Element] = {}
    repeated = set()
    for child in element:
        if first.setdefault(str(child.tag), child) is not child:
            repeated.add(str(child.tag))
    return repeated | {tag for tag, child in first.items() if "id" in child.attrib}
