"""docs/sis-feed.md says of every file and column what the portal does with it."""

import re
from pathlib import Path

import pytest

from polytech.integrations.sis.layout import COMMON, FILES, ROLES, FileLayout

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "sis-feed.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return TEXT.split(f"### `{name}.csv`\n")[1].split("\n### ")[0]


def table(text: str) -> list[tuple[str, bool]]:
    return [(name, required == "yes") for name, required in re.findall(r"^\| `([^`]+)` \| (yes)? ?\|", text, re.M)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_columns_of_a_file_are_documented(file: FileLayout) -> None:
    text = section(file.name)
    unused = re.findall(r"`([^`]+)`", text.split("Read over:")[1]) if "Read over:" in text else []

    assert table(text) == [(column.name, column.required) for column in file.own if column.form is not None]
    assert unused == [column.name for column in file.own if column.form is None]


def test_common_columns_and_roles_are_documented() -> None:
    assert [column.name for column in COMMON if f"| `{column.name}` |" not in TEXT] == []
    assert [role for role in ROLES if f"`{role}`" not in TEXT.split("### Roles")[1]] == []
