"""A report as tables: for the page, the terminal and a spreadsheet."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from polytech.integrations.moodle import sentences
from polytech.learning.api import ElementKind

_LEVEL_ORDER = {"error": 0, "warning": 1, "info": 2}


def counts_table(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each kind of thing that the backup holds: how many were found, and what became of them."""
    rows = []
    for thing, counts in report.get("counts", {}).items():
        parts = [(sentences.OUTCOMES.get(name, name), number) for name, number in counts.items() if name != "found"]
        rows.append({"thing": sentences.THINGS.get(thing, thing), "found": counts["found"], "parts": parts})
    return rows


def lines_by_section(report: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The activities by section, in the course's order, with their findings in words, the gravest first."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for line in report.get("lines", []):
        findings = sorted(line["findings"], key=lambda finding: _LEVEL_ORDER.get(finding["level"], 3))
        sections.setdefault(line["section"], []).append(
            {
                **line,
                "module": sentences.module_name(line["module"]),
                "kind_words": ElementKind(line["kind"]).label if line["kind"] in ElementKind.values else "",
                "tone": _tone(line["outcome"], findings),
                "outcome_words": sentences.OUTCOMES.get(line["outcome"], line["outcome"]),
                "notes": [(finding["level"], sentences.sentence(finding)) for finding in findings],
            }
        )
    return list(sections.items())


def _tone(outcome: str, findings: list[dict[str, Any]]) -> str:
    levels = {finding["level"] for finding in findings}
    if "error" in levels or outcome == "not":
        return "bad"
    if "warning" in levels:
        return "warn"
    return "ok" if outcome == "came" else ""


def csv_rows(report: Mapping[str, Any]) -> Iterator[list[str]]:
    """Everything of a report, a row for each thing."""
    yield [_("Part"), _("Section"), _("Title"), _("What it was"), _("What became of it"), _("Notes")]
    for section, lines in lines_by_section(report):
        for line in lines:
            notes = " ".join(words for _level, words in line["notes"])
            yield _safe(_("activity"), section, line["title"], line["module"], line["outcome_words"], notes)
    for row in counts_table(report):
        parts = ", ".join(f"{name}: {number}" for name, number in row["parts"])
        yield _safe(_("count"), "", row["thing"], str(row["found"]), parts, "")
    for finding in report.get("findings", []):
        yield _safe(_("note"), "", "", "", "", sentences.sentence(finding))
    for file in report.get("files", []):
        yield _safe(_("file"), "", file.get("path", ""), "", "", sentences.kept_files_sentence(file))
    for item in report.get("grade_items", []):
        yield _safe(_("grade item"), "", item["title"], item["type"], str(item["grades"]), "")
    for person in report.get("unmatched", []):
        why = sentences.OUTCOMES.get(person["why"], person["why"])
        yield _safe(_("person"), "", person["name"], person["username"], why, person["email"])


def _safe(*cells: object) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    words = [str(cell) for cell in cells]
    return [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in words]
