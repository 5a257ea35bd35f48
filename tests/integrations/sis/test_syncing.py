"""A delivery brought in: what is made, changed, ended, and left alone."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from polytech.academics.api import Enrolment, LearningOutcome, Offering, Programme, Slot, StudentProgramme
from polytech.footprint.api import Statement
from polytech.integrations.sis.api import BatchState, sync_batch
from polytech.integrations.sis.batches import preview_delivery
from polytech.integrations.sis.models import Batch, BatchFinding
from polytech.kernel.clock import week_parity
from polytech.people.api import OrgUnit, Person, RoleGrant, Session, decrypt, digest
from tests.integrations.sis.deliveries import AIGERIM_IIN, delta, pack, slot, university, user, write
from tests.writes import no_writes

pytestmark = pytest.mark.django_db

OWN_RECORD = ("sis_batch", "sis_batchfinding", "footprint_statement")


def counts(batch: Batch, file: str) -> dict[str, int]:
    return {name: number for name, number in batch.counts[file].items() if name not in {"mode", "rows"} and number}


@pytest.mark.requirement("R1-07")
def test_first_delivery_makes_people_places_and_timetable(delivered: Path) -> None:
    batch = sync_batch(delivered)

    assert batch.state == BatchState.APPLIED
    assert list(batch.findings.all()) == []
    assert list(Person.objects.order_by("username").values_list("username", "source", "is_active")) == [
        ("aigerim", "feed", True),
        ("nurlan", "feed", True),
    ]
    assert set(RoleGrant.objects.values_list("person__username", "role", "org__sourced_id")) == {
        ("aigerim", "student", "it"),
        ("nurlan", "teacher", "it"),
    }
    assert OrgUnit.objects.get(sourced_id="it").parent == OrgUnit.objects.get(sourced_id="uni")
    assert set(Enrolment.objects.values_list("person__username", "offering__sourced_id", "role")) == {
        ("aigerim", "c1", "student"),
        ("nurlan", "c1", "teacher"),
    }
    placed = Slot.objects.get()
    assert (placed.weekday, placed.starts_at, placed.starts_on, placed.room.name) == (
        1,
        time(8),
        date(2026, 9, 1),
        "ГУК-101",
    )
    studies = StudentProgramme.objects.get()
    assert (studies.person.username, studies.adviser.username, studies.study_form) == ("aigerim", "nurlan", "online")
    assert LearningOutcome.objects.get().text == {"kk": "Есеп шығарады"}
    assert Programme.objects.get().code == "6B06101"


def test_iin_is_sealed_and_found_by_its_digest(delivered: Path) -> None:
    sync_batch(delivered)

    person = Person.objects.get(username="aigerim")
    assert person.iin_digest == digest(AIGERIM_IIN)
    assert AIGERIM_IIN.encode() not in bytes(person.iin_encrypted)
    assert decrypt(person.iin_encrypted, person_id=person.pk, actor_id=person.pk, purpose="test") == AIGERIM_IIN


@pytest.mark.requirement("R1-07")
def test_same_delivery_again_writes_nothing(delivered: Path) -> None:
    sync_batch(delivered)

    with no_writes(besides=OWN_RECORD):
        again = sync_batch(delivered)

    assert again.state == BatchState.APPLIED
    assert {
        name for count in again.counts.values() for name in ("created", "changed", "returned", "ended") if count[name]
    } == set()


@pytest.mark.requirement("R1-07")
def test_preview_counts_everything_and_writes_nothing(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["users"][0]["familyName"] = "Changed"
    files["users"].append(user("new"))
    files["enrollments"].pop()
    changed = write(tmp_path / "changed", files)

    with no_writes():
        report = preview_delivery(changed)

    found = {file: (count["created"], count["changed"], count["ended"]) for file, count in report.counts.items()}
    assert (found["users"], found["enrollments"], found["classes"]) == ((1, 1, 0), (0, 0, 1), (0, 0, 0))


def test_zip_is_read_like_a_folder(delivered: Path, tmp_path: Path) -> None:
    batch = sync_batch(pack(delivered, tmp_path / "delivery.zip"))

    assert (batch.state, counts(batch, "users")) == (BatchState.APPLIED, {"created": 2})


def test_changed_name_changes_one_row(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["users"][0] |= {"metadata.familyNameKk": "Әбілова", "metadata.givenNameKk": "Айгерім"}

    batch = sync_batch(write(tmp_path / "next", files))

    assert {file: counts(batch, file) for file in ("users", "roles")} == {
        "users": {"changed": 1, "unchanged": 1},
        "roles": {"unchanged": 2},
    }
    assert Person.objects.get(username="aigerim").family_kk == "Әбілова"


def test_language_chosen_by_the_person_stays(delivered: Path) -> None:
    sync_batch(delivered)
    Person.objects.filter(username="aigerim").update(language="en")

    sync_batch(delivered)

    assert Person.objects.get(username="aigerim").language == "en"


@pytest.mark.requirement("R1-07")
def test_person_missing_in_bulk_is_ended_signed_out_and_comes_back(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    aigerim = Person.objects.get(username="aigerim")
    client = Client()
    client.force_login(aigerim)
    without = university()
    for name in ("users", "roles", "enrollments", "x-studentProgrammes"):
        without[name] = [row for row in without[name] if "aigerim" not in row.values()]

    ended = sync_batch(write(tmp_path / "without", without), accept_large_end=True)

    aigerim.refresh_from_db()
    assert (counts(ended, "users"), aigerim.is_active, aigerim.ended_at is not None) == (
        {"ended": 1, "unchanged": 1},
        False,
        True,
    )
    assert Session.objects.filter(person=aigerim).count() == 0

    back = sync_batch(delivered)

    aigerim.refresh_from_db()
    assert (counts(back, "users"), aigerim.is_active, aigerim.ended_at) == ({"returned": 1, "unchanged": 1}, True, None)
    assert Person.objects.count() == 2


def test_disabled_person_is_signed_out(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    aigerim = Person.objects.get(username="aigerim")
    Client().force_login(aigerim)
    files = university()
    files["users"][0]["enabledUser"] = "false"

    sync_batch(write(tmp_path / "next", files), accept_large_end=True)

    aigerim.refresh_from_db()
    assert (aigerim.is_active, aigerim.ended_at, Session.objects.count()) == (False, None, 0)


def test_person_who_gets_a_staff_role_signs_in_anew(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    for username in ("aigerim", "nurlan"):
        Client().force_login(Person.objects.get(username=username))
    files = university()
    files["roles"].append(
        {"sourcedId": "r3", "userSourcedId": "aigerim", "role": "ext:registrar", "orgSourcedId": "it"}
    )

    sync_batch(write(tmp_path / "next", files))

    assert list(Session.objects.values_list("person__username", flat=True)) == ["nurlan"]


def test_delta_changes_what_it_names_and_ends_nothing_else(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = {"users": [delta(user("aigerim", AIGERIM_IIN, email="a@example.org"))]}

    batch = sync_batch(write(tmp_path / "delta", files, modes={"users": "delta"}))

    assert counts(batch, "users") == {"changed": 1}
    assert Person.objects.filter(ended_at=None).count() == 2


def test_delta_ends_what_it_marks(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = {"enrollments": [delta({"sourcedId": "e1"}, "tobedeleted"), delta({"sourcedId": "none"}, "tobedeleted")]}
    folder = write(tmp_path / "delta", files, modes={"enrollments": "delta"})

    batch = sync_batch(folder, accept_large_end=True)

    assert (counts(batch, "enrollments"), [one.code for one in batch.findings.all()]) == (
        {"ended": 1},
        ["end-unknown", "large-end"],
    )
    assert Enrolment.objects.get(sourced_id="e1").ended_at is not None


def test_absent_files_leave_their_rows_alone(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)

    batch = sync_batch(write(tmp_path / "orgs", {"orgs": university()["orgs"]}))

    assert (list(batch.counts), Person.objects.filter(ended_at=None).count()) == (["orgs"], 2)


@pytest.mark.requirement("R1-07")
def test_batch_that_would_end_too_much_stops_and_asks(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["enrollments"].pop()
    smaller = write(tmp_path / "smaller", files)

    with no_writes(besides=OWN_RECORD):
        stopped = sync_batch(smaller)

    finding = stopped.findings.get()
    assert (stopped.state, finding.code, finding.values) == (
        BatchState.STOPPED,
        "large-end",
        {"ended": 1, "current": 2, "percent": 50, "limit": 5},
    )
    assert sync_batch(smaller, accept_large_end=True).state == BatchState.APPLIED
    assert Enrolment.objects.filter(ended_at=None).count() == 1


def test_batch_that_would_disable_many_stops_and_asks(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["users"] = [{**one, "enabledUser": "false"} for one in files["users"]]

    batch = sync_batch(write(tmp_path / "next", files))

    finding = batch.findings.get(code="large-end")
    assert (batch.state, finding.file, finding.values["ended"]) == (BatchState.STOPPED, "users.csv", 2)
    assert Person.objects.filter(is_active=True).count() == 2


@pytest.mark.parametrize("name", ["roles", "classes", "courses", "x-slots", "x-programmes", "x-studentProgrammes"])
def test_file_without_a_row_stops_and_asks(name: str, delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    headers = dict.fromkeys(files[name][0], "")
    next_delivery = write(tmp_path / "next", {**files, name: []}, raw={name: (",".join(headers) + "\n").encode()})

    with no_writes(besides=("sis_batch", "sis_batchfinding", "footprint_statement")):
        batch = sync_batch(next_delivery)

    assert (batch.state, batch.findings.filter(code="large-end", file__startswith=name).count()) == (
        BatchState.STOPPED, 1,
    )  # fmt: skip


@pytest.mark.parametrize(("weeks", "shift"), [("odd", 0), ("even", 1)])
@pytest.mark.requirement("R4-18")
def test_odd_weeks_are_counted_from_the_start_of_the_period(weeks: str, shift: int, tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", weeks=weeks)]

    sync_batch(write(tmp_path / "d", files))

    assert Slot.objects.get().parity == week_parity(date(2026, 9, 1) + timedelta(weeks=shift))


@pytest.mark.parametrize(("weeks", "shift"), [("odd", 0), ("even", 1)])
def test_period_in_a_mistaken_year_refuses_no_delivery(weeks: str, shift: int, tmp_path: Path) -> None:
    files = university()
    files["academicSessions"][0] |= {"startDate": "1926-09-01", "endDate": "1926-12-31"}
    files["x-slots"] = [slot("s1", weeks=weeks)]

    assert sync_batch(write(tmp_path / "d", files)).state == BatchState.APPLIED
    assert Slot.objects.get().parity == week_parity(date(1926, 9, 1) + timedelta(weeks=shift))


def test_single_date_is_a_slot_of_one_day(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", weekday="", date="2026-09-09")]

    sync_batch(write(tmp_path / "d", files))

    placed = Slot.objects.get()
    assert (placed.weekday, placed.starts_on, placed.ends_on) == (3, date(2026, 9, 9), date(2026, 9, 9))


def test_two_slots_change_rooms_with_each_other(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1"), slot("s2", room="ГУК-102")]
    sync_batch(write(tmp_path / "d", files))
    files["x-slots"] = [slot("s1", room="ГУК-102"), slot("s2")]

    batch = sync_batch(write(tmp_path / "d", files))

    assert counts(batch, "x-slots") == {"changed": 2}
    assert list(Slot.objects.filter(ended_at=None).order_by("sourced_id").values_list("room__name", flat=True)) == [
        "ГУК-102",
        "ГУК-101",
    ]


def test_new_slot_takes_the_room_that_a_moved_one_leaves(tmp_path: Path) -> None:
    files = university()
    sync_batch(write(tmp_path / "d", files))
    files["x-slots"] = [slot("s0"), slot("s1", room="ГУК-102")]

    assert counts(sync_batch(write(tmp_path / "d", files)), "x-slots") == {"created": 1, "changed": 1}


def test_joint_slots_share_a_room(tmp_path: Path) -> None:
    files = university()
    files["classes"].append({**files["classes"][0], "sourcedId": "c2"})
    files["x-slots"] = [slot("s2", classSourcedId="c2", jointWithSourcedId="s1"), slot("s1")]

    batch = sync_batch(write(tmp_path / "d", files))

    assert list(batch.findings.all()) == []
    assert Slot.objects.get(sourced_id="s2").joint_with == Slot.objects.get(sourced_id="s1")


def test_new_enrolment_takes_the_place_of_one_that_ends(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["enrollments"][0]["sourcedId"] = "e9"

    batch = sync_batch(write(tmp_path / "next", files), accept_large_end=True)

    assert counts(batch, "enrollments") == {"created": 1, "ended": 1, "unchanged": 1}
    assert Offering.objects.get().enrolments.filter(ended_at=None).count() == 2


def test_applied_batch_leaves_a_statement_in_the_footprint(delivered: Path) -> None:
    batch = sync_batch(delivered)

    statement = Statement.objects.get(object_kind="feed-batch")
    assert (statement.verb, statement.object_id, statement.at <= timezone.now()) == ("imported", batch.pk, True)


def test_findings_of_a_wholly_wrong_file_do_not_flood(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot(f"s{number}", classSourcedId="unknown") for number in range(600)]

    batch = sync_batch(write(tmp_path / "d", files))

    assert batch.counts["x-slots"]["quarantined"] == 600
    assert BatchFinding.objects.filter(code="reference-unknown").count() == 500
    assert BatchFinding.objects.get(code="more").values == {"count": 100, "of": "reference-unknown"}
