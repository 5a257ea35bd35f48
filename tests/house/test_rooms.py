"""Rooms and layers, executed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.house.reading import PACKAGE, ROOT, Module, depth_of, imports, modules, room_of

LINES_OF_A_MODULE = 500
NAMES_THAT_SAY_NOTHING = {"utils", "util", "manager", "managers", "helper", "helpers", "process", "misc", "common"}


def test_imports_run_downwards_only() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert linted.returncode == 0, linted.stdout


def test_another_room_is_imported_only_through_its_api() -> None:
    assert [crossing for module in modules() for crossing in _crossings(module)] == []


def _crossings(module: Module) -> list[str]:
    found = []
    for line, source, name in imports(module):
        if not source.startswith("polytech"):
            continue
        target = room_of(source if source != "polytech" else f"polytech.{name}")
        if target == "integrations":
            target = room_of(f"{source}.{name}")
        through_api = source == f"polytech.{target}.api" or (source == f"polytech.{target}" and name == "api")
        free = module.room in ("config", "__main__") or target in (module.room, "kernel", "")
        if not free and not through_api:
            found.append(f"{module.shown}:{line} imports {source}.{name}")
    return found


def test_an_api_only_passes_on_what_its_room_has() -> None:
    allowed = (ast.ImportFrom, ast.Import, ast.Assign, ast.AnnAssign, ast.Expr)
    own_code = [
        f"{module.shown}:{node.lineno}"
        for module in modules()
        if module.path.name == "api.py" and module.room != "config"
        for node in module.tree.body
        if not isinstance(node, allowed)
    ]

    assert own_code == []


def test_an_api_names_what_it_passes_on() -> None:
    for module in modules():
        if module.path.name != "api.py":
            continue
        bound = {name for node in module.tree.body for name in _bound_by(node)}
        named = next((ast.literal_eval(node.value) for node in module.tree.body if _assigns(node, "__all__")), [])

        assert sorted(set(named) - bound) == [], module.shown
        assert named, module.shown


def _bound_by(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("polytech"):
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, ast.AnnAssign):
        return {ast.unparse(node.target)}
    return {ast.unparse(target) for target in node.targets} if isinstance(node, ast.Assign) else set()


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in node.targets
    )


def test_foreign_keys_obey_the_order_of_the_rooms() -> None:
    upwards = []
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("polytech."):
            continue
        room = room_of(model.__module__)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            is_own = not field.auto_created or field.concrete
            if not is_own or target is None or target == "self" or not target.__module__.startswith("polytech."):
                continue
            other = room_of(target.__module__)
            if other != room and depth_of(other) <= depth_of(room):
                upwards.append(f"{model.__name__}.{field.name} in {room} points up to {other}")

    assert upwards == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_a_module_has_at_most_500_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in (PACKAGE, ROOT / "tests")
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LINES_OF_A_MODULE
    }

    assert long == {}


def test_a_module_is_named_for_what_it_does() -> None:
    nameless = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if (path.suffix == ".py" or path.is_dir()) and path.stem in NAMES_THAT_SAY_NOTHING
        if "node_modules" not in path.parts
    ]

    assert nameless == []


def test_actions_take_their_arguments_by_name() -> None:
    positional = [
        f"{module.shown}:{function.lineno} {function.name}"
        for module in modules()
        if "actions" in module.name.split(".")[2:]
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if function.args.args or function.args.posonlyargs or function.args.vararg
        # An action is called; a reader of a form of actions (a decorator) is not one.
        if module.room != "kernel"
    ]

    assert positional == []


def test_writes_of_a_room_run_in_one_transaction() -> None:
    """A public function of an `actions` module is an `@action`, or says in whose transaction its writes are."""
    loose = [
        f"{module.shown}:{function.lineno} {function.name}"
        for module in modules()
        if "actions" in module.name.split(".")[2:] and module.room != "kernel"
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if not any("action" in ast.unparse(decorator) for decorator in function.decorator_list)
        if not re.search(r"caller's transaction|transactions of its own", ast.get_docstring(function) or "")
    ]

    assert loose == []


def test_every_room_that_has_models_is_installed() -> None:
    installed = {config.name for config in apps.get_app_configs()}
    with_models = {f"polytech.{module.room}" for module in modules() if module.name == f"polytech.{module.room}.models"}

    assert with_models - installed == set()


def test_a_public_module_says_what_it_is_for() -> None:
    mute = [
        module.shown
        for module in modules()
        if ast.get_docstring(module.tree) is None and module.path.name != "__init__.py"
    ]

    assert mute == []
