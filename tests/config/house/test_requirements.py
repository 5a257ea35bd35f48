from pathlib import Path

import pytest

from polytech.config.house import requirements

HEADER = "id,kind,title,release\n"
TESTS = """
import pytest

@pytest.mark.requirement("R1-07", "R1-08")
def test_one(): ...

@pytest.mark.requirement("R1-09")
class TestMany:
    def test_two(self): ...

def test_unmarked(): ...
"""


def project(root: Path, tests: str) -> Path:
    (root / "docs").mkdir()
    (root / "tests").mkdir()
    (root / "docs" / "requirements.csv").write_text(HEADER + "R1-07,C,Feed,1\nR1-08,O,Sign-in,1\nR1-09,C,Access,\n")
    (root / "tests" / "test_some.py").write_text(tests)
    return root


def test_tests_are_found_by_their_own_mark_and_by_their_class(tmp_path: Path) -> None:
    found = requirements.read(project(tmp_path, TESTS))

    assert [(row.id, row.tests) for row in found] == [
        ("R1-07", ["tests/test_some.py::test_one"]),
        ("R1-08", ["tests/test_some.py::test_one"]),
        ("R1-09", ["tests/test_some.py::TestMany::test_two"]),
    ]


def test_mark_of_a_module_counts_for_its_tests(tmp_path: Path) -> None:
    text = 'import pytest\npytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-07")]\ndef test_it(): ...\n'

    found = requirements.read(project(tmp_path, text))

    assert found[0].tests == ["tests/test_some.py::test_it"]


def test_unknown_id_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="R9-99"):
        requirements.read(project(tmp_path, 'import pytest\n@pytest.mark.requirement("R9-99")\ndef test_it(): ...\n'))


def test_requirements_of_a_later_release_are_not_due(tmp_path: Path) -> None:
    found = requirements.read(project(tmp_path, TESTS))

    assert [row.is_due for row in found] == [True, True, False]
