"""Faults of the timetable in a delivery: clashes of rooms, joint slots, links."""

from pathlib import Path

import pytest

from polytech.academics.api import Slot
from polytech.integrations.sis.api import BatchState, sync_batch
from polytech.integrations.sis.models import Batch
from tests.factories import SlotFactory
from tests.integrations.sis.deliveries import delta, slot, university, write

pytestmark = pytest.mark.django_db

Place = tuple[str, str, int | None, str, str]
UNLIKE = ("joint-unlike", "x-slots.csv", 3, "jointWithSourcedId", "quarantined")


def places(batch: Batch) -> list[Place]:
    return [(one.code, one.file, one.line, one.column, one.done) for one in batch.findings.all()]


def test_second_of_two_slots_in_one_room_is_kept_out(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [
        slot("s1"),
        slot("s2", startTime="09:00", endTime="10:00"),
        slot("s3", startTime="09:40", endTime="10:30"),
    ]

    batch = sync_batch(write(tmp_path / "d", files))

    finding = batch.findings.get()
    assert (finding.code, finding.line, finding.values) == (
        "room-clash",
        3,
        {"room": "ГУК-101", "value": "s1", "other": 2},
    )
    # The third clashes with the second only, which gave way.
    assert set(Slot.objects.values_list("sourced_id", flat=True)) == {"s1", "s3"}


def test_odd_and_even_weeks_share_a_room(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", weeks="odd"), slot("s2", weeks="even"), slot("s3", weekday="", date="2026-09-07")]

    batch = sync_batch(write(tmp_path / "d", files))

    # 7 September is in the second, even week: the single date clashes with the even pattern alone.
    assert [(one.code, one.line, one.values["value"]) for one in batch.findings.all()] == [("room-clash", 4, "s2")]


def test_slot_in_a_room_taken_by_a_hand_made_one_is_kept_out(tmp_path: Path) -> None:
    files = university()
    first = sync_batch(write(tmp_path / "d", {**files, "x-slots": []}))
    made = SlotFactory(weekday=1, starts_at="08:00", ends_at="09:00", starts_on="2026-09-01", ends_on="2026-12-01")
    Slot.objects.filter(pk=made.pk).update(sourced_id=None, parity=None)
    files["x-slots"] = [slot("s1", room=made.room.name)]

    batch = sync_batch(write(tmp_path / "d", files))

    assert (first.state, places(batch)) == (
        BatchState.APPLIED,
        [("room-taken", "x-slots.csv", 2, "room", "quarantined")],
    )


def test_joint_slot_of_another_time_is_kept_out(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1"), slot("s2", weekday="2", jointWithSourcedId="s1")]

    assert places(sync_batch(write(tmp_path / "d", files))) == [UNLIKE]


def test_joint_slot_of_more_dates_is_kept_out_and_of_fewer_is_taken(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [
        slot("s1", startDate="2026-09-07", endDate="2026-10-31"),
        slot("s2", startDate="2026-09-07", endDate="2026-11-02", jointWithSourcedId="s1"),
        slot("s3", startDate="2026-09-14", endDate="2026-10-24", jointWithSourcedId="s1"),
        # From November on the room is taken again.
        slot("s4", startDate="2026-11-01", endDate="2026-12-31"),
    ]

    assert places(sync_batch(write(tmp_path / "d", files))) == [UNLIKE]
    assert set(Slot.objects.values_list("sourced_id", flat=True)) == {"s1", "s3", "s4"}


@pytest.mark.parametrize(
    "values", [{"weekday": "2"}, {"startTime": "08:10"}, {"room": "ГУК-102"}, {"endDate": "2027-01-31"}], ids=str
)
def test_joint_slot_unlike_the_one_in_the_timetable_is_kept_out(values: dict[str, str], tmp_path: Path) -> None:
    files = university()
    sync_batch(write(tmp_path / "d", files))
    joint = {"x-slots": [delta(slot("s2", jointWithSourcedId="s1", **values))]}

    batch = sync_batch(write(tmp_path / "delta", joint, modes={"x-slots": "delta"}))

    assert places(batch) == [("joint-unlike", "x-slots.csv", 2, "jointWithSourcedId", "quarantined")]


def test_joint_slot_like_the_one_in_the_timetable_is_taken_and_no_other_leans_on_it(tmp_path: Path) -> None:
    files = university()
    sync_batch(write(tmp_path / "d", files))
    for number, other in ((2, "s1"), (3, "s2")):
        joint = {"x-slots": [delta(slot(f"s{number}", jointWithSourcedId=other))]}
        batch = sync_batch(write(tmp_path / "delta", joint, modes={"x-slots": "delta"}))

    assert [one.code for one in batch.findings.all()] == ["joint-unlike"]
    assert set(Slot.objects.values_list("sourced_id", flat=True)) == {"s1", "s2"}


def test_joint_slot_does_not_move_without_the_one_that_is_kept_out(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s0", weekday="2"), slot("s1"), slot("s2", jointWithSourcedId="s1")]
    sync_batch(write(tmp_path / "d", files))
    files["x-slots"][1:] = [slot("s1", weekday="2"), slot("s2", weekday="2", jointWithSourcedId="s1")]

    batch = sync_batch(write(tmp_path / "d", files))

    assert [(one.code, one.line) for one in batch.findings.all()] == [("room-clash", 3), ("joint-unlike", 4)]
    assert list(Slot.objects.order_by("sourced_id").values_list("weekday", flat=True)) == [2, 1, 1]


def test_slot_that_is_kept_out_keeps_the_room_where_it_was(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s0", room="ГУК-102"), slot("s1")]
    sync_batch(write(tmp_path / "d", files))
    files["x-slots"] = [slot("s0", room="ГУК-102"), slot("s1", room="ГУК-102"), slot("s9")]

    batch = sync_batch(write(tmp_path / "d", files))

    assert batch.state == BatchState.APPLIED
    assert [(one.code, one.line, one.values["value"]) for one in batch.findings.all()] == [
        ("room-clash", 3, "s0"),
        ("room-taken", 4, "s1"),
    ]


@pytest.mark.requirement("R4-18")
@pytest.mark.parametrize(
    ("link", "code", "done"),
    [
        ("", "link-missing", "kept"),
        ("javascript:alert(1)", "link-bad", "skipped"),
        ("meet.example.org/1", "link-bad", "skipped"),
        ("https://meet.example.org/ 1", "link-bad", "skipped"),
        ("https:///1", "link-bad", "skipped"),
    ],
)
def test_live_class_without_a_good_link_is_taken_and_told(link: str, code: str, done: str, tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", format="synchronous", room="", link=link)]

    batch = sync_batch(write(tmp_path / "d", files))

    assert places(batch) == [(code, "x-slots.csv", 2, "link", done)]
    assert (Slot.objects.get().format, Slot.objects.get().link) == ("synchronous", "")
