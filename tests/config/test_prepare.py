"""Preparing a machine: done once, told in sentences, with nothing but the standard library."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from polytech.config import prepare
from tests.config.surroundings import ROOT


def test_it_runs_before_anything_is_installed() -> None:
    for name in ("prepare.py", "borrowed.py"):
        tree = ast.parse((ROOT / "polytech" / "config" / name).read_text())
        imported = {
            (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
            for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }  # fmt: skip
        assert imported <= set(sys.stdlib_module_names), name


def test_every_lock_file_is_pinned_by_digest_and_names_no_host() -> None:
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text()
        assert "://" not in text, path.name
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line and line.endswith("\\") for line in pinned), path.name


def test_every_lock_file_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-extras.lock": [*project["project"]["dependencies"], *extras["ldap"]],
        "requirements-assets.lock": groups["assets"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *groups["dev"], *groups["assets"]],
    }
    asked["requirements-ci.lock"] = [*asked["requirements-dev.lock"], *extras["ldap"]]
    for name, requirements in asked.items():
        lines = (ROOT / name).read_text().splitlines()
        pinned = dict(line.split(" ")[0].split("==") for line in lines if "==" in line)
        for requirement in map(Requirement, requirements):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version is not None, f"{name}: {requirement.name}; run `make lock`"
            assert requirement.specifier.contains(version, prereleases=True), f"{name}: {requirement}"


def test_an_unchanged_lock_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(prepare, "PYTHON", Path(sys.executable))
    (tmp_path / "stamp").write_text(prepare.state_of("dev"))
    # Without the stamp this would fail: there is no environment to make.
    monkeypatch.setattr(prepare, "VENV", tmp_path / "none")
    monkeypatch.setattr(prepare, "make_venv", None)
    prepare.prepare("dev")


def test_without_venv_the_exact_line_for_debian_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "none")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(prepare.Trouble) as told:
        prepare.make_venv()
    assert str(told.value) == (
        "Python's venv is missing on this machine. Install it, then try again: apt-get install python3-venv"
    )


def test_without_headers_the_exact_line_for_debian_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "BUILT_FROM", {"/none/ldap.h": "libldap2-dev", "/none/sasl.h": "libsasl2-dev"})
    with pytest.raises(prepare.Trouble, match="apt-get install libldap2-dev libsasl2-dev"):
        prepare.require_headers()


def test_what_cannot_be_fetched_is_told_with_the_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no route to the index')"]
    with pytest.raises(prepare.Trouble) as told:
        prepare.run(command, "The locked dependencies")
    assert str(told.value).startswith("The locked dependencies could not be installed.")
    assert str(told.value).endswith("no route to the index")


def test_a_wrong_word_is_wrong_usage() -> None:
    done = subprocess.run(
        [sys.executable, "polytech/config/prepare.py", "everything"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "usage: prepare.py [run|extras|dev|ci]\n")


def test_what_holds_more_serves_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "STAMP", tmp_path / "prepared")
    served = {}
    for kind in prepare.LOCKS:
        prepare.STAMP.write_text(prepare.state_of(kind))
        served[kind] = [other for other in prepare.LOCKS if prepare.is_prepared(other)]
    assert served == {
        "run": ["run"], "extras": ["run", "extras"], "dev": ["run", "dev"], "ci": ["run", "extras", "dev", "ci"],
    }  # fmt: skip


@pytest.mark.parametrize(("less", "more"), [(less, more) for less, held in prepare.HELD_BY.items() for more in held])
def test_the_lock_file_of_a_larger_kind_holds_the_smaller_one(less: str, more: str) -> None:
    def pinned(kind: str) -> set[str]:
        lines = (ROOT / prepare.LOCKS[kind]).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if line and not line.startswith((" ", "#"))}

    assert sorted(pinned(less) - pinned(more)) == []
