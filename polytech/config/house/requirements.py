"""`polytech requirements`: which requirements the tests prove. docs/requirements.csv has the ids."""

import ast
import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from polytech.config.environment import ROOT
from polytech.config.failures import Exit

RELEASE = "1"  # Ids whose release is not greater must be proved.


@dataclass
class Requirement:
    """A row of docs/requirements.csv and the tests that carry its id, as `path::test`."""

    id: str
    title: str
    release: str
    tests: list[str] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        return bool(self.release) and int(self.release) <= int(RELEASE)


def read(root: Path = ROOT) -> list[Requirement]:
    """Every requirement with its tests.

    Raises:
        KeyError: a test carries an id that docs/requirements.csv does not have.
    """
    with (root / "docs" / "requirements.csv").open(newline="") as file:
        found = {row["id"]: Requirement(row["id"], row["title"], row["release"]) for row in csv.DictReader(file)}
    for name, tests in proved(root / "tests").items():
        found[name].tests += tests
    return list(found.values())


def proved(folder: Path) -> dict[str, list[str]]:
    """Id → the tests marked `@pytest.mark.requirement("…")`, also through their class or module."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        shown = path.relative_to(folder.parent).as_posix()
        for test, names in _marked(tree, _module_ids(tree)):
            for name in names:
                found[name].append(f"{shown}::{test}")
    return found


def _marked(tree: ast.AST, inherited: set[str], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            own = inherited | set().union(*map(_ids, node.decorator_list))
            yield from _marked(node, own, f"{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield prefix + node.name, inherited | set().union(*map(_ids, node.decorator_list))


def _module_ids(tree: ast.Module) -> set[str]:
    """The ids of `pytestmark = …`."""
    return set().union(
        *(
            _ids(part)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
            for part in ast.walk(node.value)
        )
    )


def _ids(node: ast.AST) -> set[str]:
    if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.requirement")):
        return set()
    return {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}


def requirements(
    tests: Annotated[bool, typer.Option("--tests", help="Name the tests of each requirement.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only the requirements of this release.")] = False,
) -> None:
    """Show which requirements are proved by which tests. Ends with 3 when one of this release is not.

    Example: `polytech requirements --due --tests`
    """
    rows = [row for row in read() if row.is_due or not due]
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "requirement", "release", "tests"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        count = f"[green]{len(row.tests)}[/]" if row.tests else "[red]none[/]" if row.is_due else "[dim]–[/]"
        table.add_row(row.id, row.title, row.release, "\n".join([count, *(row.tests if tests else [])]))
    console = Console()
    console.print(table)
    missing = [row.id for row in rows if row.is_due and not row.tests]
    console.print(
        f"{sum(bool(row.tests) for row in rows)} of {len(rows)} proved; "
        + (f"of this release not proved: {', '.join(missing)}" if missing else "of this release all")
    )
    if missing:
        raise typer.Exit(Exit.FINDINGS)
