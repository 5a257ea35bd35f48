"""What the portal is made of: listed, locked, and compatible with Apache-2.0."""

from polytech.config.house import dependencies
from polytech.kernel.components import components
from tests.house.reading import ROOT


def test_every_installed_dependency_is_listed_with_its_version_and_licence() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()

    absent = [row.name for row in components() if f"| {row.name} | {row.version} | {row.licence} |" not in page]

    assert absent == [], "run `polytech dependencies --write`"


def test_every_npm_package_of_the_lock_is_listed() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()

    absent = [
        row.name for row in dependencies.of_npm() if f"| {row.name} | {row.version} | {row.licence} |" not in page
    ]

    assert absent == [], "run `polytech dependencies --write`"


def test_every_licence_is_compatible() -> None:
    rows = [*components(), *dependencies.of_npm()]

    assert [(row.name, row.licence) for row in rows if not dependencies.is_compatible(row.licence)] == []


def test_a_licence_that_binds_the_whole_program_would_be_noticed() -> None:
    for licence in (
        "AGPL-3.0-only",
        "GPL-2.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "SSPL-1.0",
        "not told",
    ):
        assert not dependencies.is_compatible(licence), licence


def test_lock_files_hold_what_the_project_asks_for() -> None:
    assert list(dependencies.stale_locks()) == []


def test_lock_files_have_a_hash_for_every_package() -> None:
    for lock in sorted(ROOT.glob("requirements*.lock")):
        lines = lock.read_text().replace("\\\n", " ").splitlines()
        assert [line for line in lines if "==" in line and "--hash=sha256:" not in line] == [], lock.name


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text()

    assert text.split()[:4] == ["Apache", "License", "Version", "2.0,"]
    assert "END OF TERMS AND CONDITIONS" in text
