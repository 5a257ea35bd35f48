"""The passport of the system: what it is made of, read from what is installed (R3-04)."""

import platform
import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from django.db import connection

PROJECT = "polytech"
EXTRAS = frozenset({"ldap", "s3"})
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)\s*(?:\[(?P<extras>[^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*['"](?P<extra>[^'"]+)['"]""")
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST_LICENCE = 60


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """An installed package. `licence` is its own statement, empty when it makes none in its metadata."""

    name: str
    version: str
    licence: str


def _licence(distribution: metadata.Distribution) -> str:
    facts = distribution.metadata
    stated = (facts.get_all("License-Expression") or [""])[0]
    if not stated:
        found = (line.removeprefix(_CLASSIFIER) for line in facts.get_all("Classifier") or [] if _CLASSIFIER in line)
        stated = ", ".join(found)
    if not stated:
        stated = (facts.get_all("License") or [""])[0].strip().split("\n")[0]
    return stated if len(stated) <= _LONGEST_LICENCE else stated[:_LONGEST_LICENCE] + "…"


def _wanted_by(distribution: metadata.Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """What it requires, with the extras asked of each; what an extra brings only when that extra was asked for."""
    found = []
    for text in distribution.requires or []:
        match = _REQUIREMENT.match(text)
        needed_for = _EXTRA.search(text)
        if match and (needed_for is None or needed_for["extra"] in extras):
            asked = frozenset(part.strip() for part in (match["extras"] or "").split(",") if part.strip())
            found.append((match["name"].lower(), asked))
    return found


@cache
def components() -> tuple[Component, ...]:
    """Everything the portal runs with, in the order of names; what is not installed here is left out."""
    found: dict[str, Component] = {}
    seen: set[tuple[str, frozenset[str]]] = {(PROJECT, EXTRAS)}
    waiting = _wanted_by(metadata.distribution(PROJECT), EXTRAS)
    while waiting:
        wanted = waiting.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        try:
            distribution = metadata.distribution(wanted[0])
        except metadata.PackageNotFoundError:
            continue
        name = distribution.metadata["Name"]
        found[name.lower()] = Component(name, distribution.version, _licence(distribution))
        waiting += _wanted_by(distribution, wanted[1])
    return tuple(sorted(found.values(), key=lambda component: component.name.lower()))


def version() -> str:
    return metadata.version(PROJECT)


def python_version() -> str:
    return platform.python_version()


def database_version() -> str:
    """The server's version without its distributor's remarks: `18.1`."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split(" ")[0]
