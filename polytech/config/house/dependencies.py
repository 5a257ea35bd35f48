"""`polytech dependencies`: what the portal is made of, with versions and licences (docs/dependencies.md)."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from polytech.config.environment import ROOT
from polytech.config.failures import Exit, Failure
from polytech.kernel.components import EXTRAS, Component, components

# Compatible with Apache-2.0 for a program that imports the library. LGPL and MPL libraries are used unchanged and can
# be replaced by their users, which is what both ask for.
COMPATIBLE = re.compile(
    r"\b(?:MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General|ZPL|Unlicense|"
    r"Public Domain|HPND|Zlib|CC0|PostgreSQL|BlueOak|python-ldap)",
    re.I,
)
INCOMPATIBLE = re.compile(r"\b(?:AGPL|Affero|SSPL|BUSL|Commons Clause|GPL)|(?<!Lesser )General Public", re.I)
PAGE = ROOT / "docs" / "dependencies.md"


def is_compatible(licence: str) -> bool:
    """Whether a program under Apache-2.0 may load a library under this licence (of several, under one of them)."""
    return any(
        COMPATIBLE.search(part) and not INCOMPATIBLE.search(re.sub(r"LGPL", "", part))
        for part in re.split(r"\s+OR\s+", licence)
    )


def of_npm() -> list[Component]:
    """What the lock file of npm has, with the licences it names."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return []
    packages = json.loads(lock.read_text())["packages"]
    return sorted(
        Component(path.removeprefix("node_modules/"), entry["version"], str(entry.get("license", "not told")), "build")
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
        *(f"| {row.name} | {row.version} | {row.licence} | {row.wanted_by} |" for row in components()),
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
