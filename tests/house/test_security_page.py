"""docs/security.md: each number once, sums that agree with its tables, and files that are there."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.house.reading import PACKAGE, ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
NUMBER = re.compile(r"(\d+\.\d+)\.(\d+)(?:–\1\.(\d+))?")


def answers() -> Iterator[tuple[str, str]]:
    """Each number of the tables with what becomes of it: `holds`, `other` (does not apply) or `open`."""
    for section in PAGE.split("\n## ")[1:]:
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            is_none = line.startswith("Does not apply") or (len(cells) > 1 and re.match("do(es)? not apply", cells[1]))
            answer = "open" if section.startswith("Open") else "other" if is_none else "holds"
            if line.startswith("| ") or is_none:
                for group, first, last in NUMBER.findall(line if len(cells) == 1 else cells[0]):
                    yield from ((f"{group}.{place}", answer) for place in range(int(first), int(last or first) + 1))


def test_each_number_is_answered_once() -> None:
    numbers = Counter(number for number, _ in answers())

    assert [number for number, times in numbers.items() if times > 1] == []


def test_the_sums_agree_with_the_tables() -> None:
    found = Counter((int(number.split(".")[0]), answer) for number, answer in answers())
    told = {}
    for chapter, *figures in re.findall(r"^\| V(\d+) \|[^|]+\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.M):
        told[int(chapter)] = tuple(map(int, figures))
    rows = {
        chapter: (found[chapter, "holds"], found[chapter, "other"], found[chapter, "open"]) for chapter in range(1, 18)
    }
    sums = [sum(figures) for figures in zip(*told.values(), strict=True)]

    assert told == {chapter: (sum(figures), *figures) for chapter, figures in rows.items()}
    assert f"| all | | {' | '.join(map(str, sums))} |" in PAGE


def test_every_file_that_is_named_is_there() -> None:
    places = (PACKAGE, ROOT / "tests", ROOT / "docs", ROOT)
    named = set(re.findall(r"[\w./-]+\.(?:py|md|txt|js|html|toml)\b", PAGE))

    assert sorted(name for name in named if not any((place / name).exists() for place in places)) == []
