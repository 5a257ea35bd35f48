"""The project read as text and as syntax: what the tests of the house look at."""

import ast
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "polytech"


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control, or, where there is no git, every file that would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        skipped = {"node_modules", "var", "__pycache__"}
        found = (path for path in ROOT.rglob("*") if not skipped & set(path.parts) and ".venv" not in path.parts)
    else:
        found = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in found if path.is_file()))


@dataclass(frozen=True)
class Module:
    """A module of the package with its name, its room and its syntax."""

    path: Path
    name: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return room_of(self.name)

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(ROOT))


def room_of(module: str) -> str:
    """`polytech.people.models` → `people`; `polytech.integrations.sis.models` → `integrations.sis`."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if parts[:1] == ["integrations"] else parts[0] if parts else ""


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package but its migrations."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts or "node_modules" in path.parts:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(path, name, ast.parse(path.read_text())))
    return tuple(found)


def imports(module: Module) -> Iterator[tuple[int, str, str]]:
    """Line, imported module and imported name (empty for `import x`), wherever in the file they stand."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                parts = module.name.split(".")
                is_package = module.path.name == "__init__.py"
                source = ".".join([*parts[: len(parts) - node.level + is_package], *([source] if source else [])])
            yield from ((node.lineno, source, alias.name) for alias in node.names)


@cache
def layers() -> tuple[frozenset[str], ...]:
    """The rooms from the highest layer to the lowest, as .importlinter has them."""
    config = ConfigParser(comment_prefixes=("#",))
    config.read(ROOT / ".importlinter")
    lines = config["importlinter:contract:layers"]["layers"].split("\n")
    return tuple(frozenset(part.strip(" ()") for part in line.split("|")) for line in lines if line.strip())


def depth_of(room: str) -> int:
    """0 for the highest layer. `integrations.sis` lies where `integrations` does."""
    top = room.split(".")[0]
    return next(depth for depth, rooms in enumerate(layers()) if top in rooms)
