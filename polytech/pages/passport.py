"""The passport of the system: what it is made of, read from what is installed (R3-04)."""

import platform
import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from django.db import connection

PROJECT = "polytech"
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
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
    stated = facts.get("License-Expression") or ""
    if not stated:
        found = (line.removeprefix(_CLASSIFIER) for line in facts.get_all("Classifier") or [] if _CLASSIFIER in line)
        stated = ", ".join(found)
    if not stated:
        stated = (facts.get("License") or "").strip().split("\n")[0]
    return stated if len(stated) <= _LONGEST_LICENCE else stated[:_LONGEST_LICENCE] + "…"


def _wanted_by(distribution: metadata.Distribution) -> list[str]:
    """Names of what it requires; parts that need another system or an extra are left out when they aren't there."""
    return [match.group().lower() for text in distribution.requires or [] if (match := _NAME.match(text))]


@cache
def components() -> tuple[Component, ...]:
    """Everything the portal runs with, in the order of names."""
    found: dict[str, Component] = {}
    waiting = _wanted_by(metadata.distribution(PROJECT))
    while waiting:
        name = waiting.pop()
        if name in found or name == PROJECT:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = Component(distribution.metadata["Name"], distribution.version, _licence(distribution))
        waiting += _wanted_by(distribution)
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
