"""Rows that cannot be read end nothing: whoever stands in them is not missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from polytech.academics.api import Enrolment
from polytech.integrations.sis.api import BatchState, sync_batch
from polytech.integrations.sis.models import Batch
from polytech.integrations.sis.reading import LINES_OF_A_ROW
from polytech.people.api import Person
from tests.integrations.sis.deliveries import Rows, as_text, delta, university, user, write

pytestmark = pytest.mark.django_db

THREE = [user("aigerim"), user("bolat"), user("nurlan")]


def delivery(folder: Path, name: str, text: str) -> Path:
    """The little university, with `text` in one of its files."""
    files = university()
    files["users"] = THREE
    del files[name]
    return write(folder, files, raw={name: text.encode()})


def found(batch: Batch) -> list[tuple[str, int | None]]:
    return [(one.code, one.line) for one in batch.findings.all()]


def current() -> list[str]:
    return list(Person.objects.filter(ended_at=None).order_by("username").values_list("username", flat=True))


def with_line(rows: Rows, line: int, change: Callable[[str], str], name: str = "users") -> str:
    """The file with one of its lines (the header is the first) changed."""
    lines = as_text(name, rows).splitlines(keepends=True)
    lines[line - 1] = change(lines[line - 1])
    return "".join(lines)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda row: f'"open{row}', [("row-broken", 3), ("ends-withheld", None)]),
        (lambda row: row.replace("bolat", "bo lat", 1), [("identifier-bad", 3), ("ends-withheld", None)]),
        (lambda row: row.replace("bolat", "", 1), [("value-missing", 3), ("ends-withheld", None)]),
        (lambda row: row.replace("bolat,", "", 1), [("row-width", 3), ("ends-withheld", None)]),
        (lambda row: row.replace("bolat,,", "bolatx,", 1), [("row-width", 3), ("ends-withheld", None)]),
        (lambda row: row.replace("\r", ",\r", 1), [("row-width", 3)]),
    ],
    ids=["quotation mark", "spaces in it", "no identifier", "shifted", "run together", "one field more"],
)
def test_person_whose_row_cannot_be_read_goes_on(
    change: Callable[[str], str], codes: list[tuple[str, int | None]], tmp_path: Path
) -> None:
    sync_batch(delivery(tmp_path / "d", "users", as_text("users", THREE)))

    batch = sync_batch(delivery(tmp_path / "d", "users", with_line(THREE, 3, change)))

    assert (batch.state, found(batch), batch.counts["users"]["ended"]) == (BatchState.APPLIED, codes, 0)
    assert current() == ["aigerim", "bolat", "nurlan"]


def test_enrolment_whose_row_cannot_be_read_goes_on(tmp_path: Path) -> None:
    enrolments = university()["enrollments"]
    sync_batch(delivery(tmp_path / "d", "enrollments", as_text("enrollments", enrolments)))
    broken = with_line(enrolments, 2, lambda row: row.replace("e1,", '"e1"x,', 1), "enrollments")

    batch = sync_batch(delivery(tmp_path / "d", "enrollments", broken))

    assert (batch.state, found(batch)) == (BatchState.APPLIED, [("row-broken", 2), ("ends-withheld", None)])
    assert Enrolment.objects.filter(ended_at=None).count() == 2


def test_whoever_is_missing_beside_a_row_of_unknown_owner_goes_on(tmp_path: Path) -> None:
    sync_batch(delivery(tmp_path / "d", "users", as_text("users", THREE)))

    batch = sync_batch(delivery(tmp_path / "d", "users", with_line(THREE[:2], 3, lambda row: f'"open{row}')))

    assert (batch.state, current()) == (BatchState.APPLIED, ["aigerim", "bolat", "nurlan"])


def test_whoever_is_missing_beside_a_row_of_known_owner_is_ended(tmp_path: Path) -> None:
    sync_batch(delivery(tmp_path / "d", "users", as_text("users", THREE)))
    files = university()
    files["roles"], files["enrollments"], files["x-slots"] = [], [], []
    files["x-studentProgrammes"][0]["adviserSourcedId"] = ""
    del files["users"]
    text = with_line(THREE[:2], 3, lambda row: row.replace("\r", ",\r", 1))

    sync_batch(write(tmp_path / "d", files, raw={"users": text.encode()}), accept_large_end=True)

    assert current() == ["aigerim", "bolat"]


@pytest.mark.parametrize(
    "closing",
    ["", "last line", "later field"],
    ids=["nowhere", "in the last line", "where the fields are again as many as in the header"],
)
def test_stray_quotation_mark_costs_its_own_row_only(closing: str, tmp_path: Path) -> None:
    people = [user(f"p{number}") for number in range(LINES_OF_A_ROW * 3)]
    lines = as_text("users", people).splitlines(keepends=True)
    sync_batch(delivery(tmp_path / "d", "users", "".join(lines)))
    lines[1] = lines[1].replace(",P0,", ',"P0,')
    if closing:
        place = {"last line": -1, "later field": 3}[closing]
        lines[place] = lines[place].replace(",Test,", ',Test",')

    batch = sync_batch(delivery(tmp_path / "d", "users", "".join(lines)))

    assert batch.state == BatchState.APPLIED
    assert found(batch)[0] == ("row-broken", 2)
    changed = 1 if closing else 0
    assert (batch.counts["users"]["unchanged"], batch.counts["users"]["changed"], batch.counts["users"]["ended"]) == (
        len(people) - 1 - changed,
        changed,
        0,
    )


def test_name_over_several_lines_is_read(tmp_path: Path) -> None:
    batch = sync_batch(
        delivery(tmp_path / "d", "users", as_text("users", [*THREE, user("dana", familyName="Two,\nLines")]))
    )

    assert Person.objects.get(username="dana").family_latin == "Two, Lines"
    assert batch.counts["users"]["created"] == 4


def test_delta_with_a_broken_row_ends_nothing_anyway_and_says_no_more(tmp_path: Path) -> None:
    sync_batch(delivery(tmp_path / "d", "users", as_text("users", THREE)))
    text = with_line([delta(THREE[0])], 2, lambda row: f'"x{row}')
    folder = write(tmp_path / "delta", {}, raw={"users": text.encode()}, modes={"users": "delta"})

    batch = sync_batch(folder)

    assert (found(batch), current()) == ([("row-broken", 2)], ["aigerim", "bolat", "nurlan"])
