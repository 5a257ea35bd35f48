"""Moodle's conditions of release: dates are kept to, the others are told."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from polytech.integrations.moodle.reading import Instance, moment

# Conditions on who may see it at all. As long as nothing here can ask them, hiding is the lawful side.
WHO = frozenset({"group", "grouping", "profile", "role", "cohort"})


@dataclass(slots=True)
class Release:
    """What the conditions of one activity or section say.

    `opens_at` and `closes_at` are dates that everybody must keep; `others` are kinds of condition (`completion`,
    `grade`, `group` …) that the portal cannot ask yet; `is_odd` says that they are combined otherwise than by "and".
    """

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    others: set[str] = field(default_factory=set)
    is_odd: bool = False

    @property
    def is_about_people(self) -> bool:
        return bool(self.others & WHO)


def release_of(module: Instance) -> Release:
    """The conditions in `module.xml` or `section.xml`, of Moodle 2.7+ (JSON) or 2.6 (columns)."""
    found = Release(moment(module.words("availablefrom")), moment(module.words("availableuntil")))
    old = module.fields.get("availability_info")
    if isinstance(old, dict) and old:
        found.others.add("completion")
    raw = module.words("availability") or module.words("availabilityjson")
    if raw:
        try:
            tree = json.loads(raw)
        except (ValueError, RecursionError):
            found.others.add("unknown")
            return found
        _take(tree, found, top=True)
    return found


def _take(tree: Any, found: Release, *, top: bool, depth: int = 0) -> None:
    if not isinstance(tree, dict) or depth > 20:
        found.others.add("unknown")
        return
    found_conditions = tree.get("c")
    conditions = found_conditions if isinstance(found_conditions, list) else []
    binding = top and (tree.get("op") == "&" or (tree.get("op") == "|" and len(conditions) == 1))
    if not binding and conditions:
        found.is_odd = True
    for condition in conditions:
        if not isinstance(condition, dict):
            found.others.add("unknown")
        elif "op" in condition:
            _take(condition, found, top=binding and condition["op"] == "&", depth=depth + 1)
        elif condition.get("type") == "date" and binding:
            _take_date(condition, found)
        else:
            found.others.add(re.sub(r"[^a-z_]", "", str(condition.get("type")))[:40] or "unknown")


def _take_date(condition: dict[str, Any], found: Release) -> None:
    when = moment(condition.get("t"))
    if when is None:
        return
    if condition.get("d") == "<":
        found.closes_at = min(found.closes_at or when, when)
    else:
        found.opens_at = max(found.opens_at or when, when)
