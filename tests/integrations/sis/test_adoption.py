"""What was made by hand before the feed brought it: accounts, roles and enrolments."""

from datetime import date
from pathlib import Path

import pytest

from polytech.academics.api import Enrolment, Offering
from polytech.integrations.sis.api import BatchState, sync_batch
from polytech.integrations.sis.batches import preview_delivery
from polytech.integrations.sis.models import Batch
from polytech.people.actions import make_person
from polytech.people.api import OrgUnit, Person, RoleGrant, digest
from tests.integrations.sis.deliveries import AIGERIM_IIN, delta, university, user, write
from tests.writes import no_writes

pytestmark = pytest.mark.django_db

OWN_RECORD = ("sis_batch", "sis_batchfinding", "footprint_statement")


def counts(batch: Batch, file: str) -> dict[str, int]:
    return {name: number for name, number in batch.counts[file].items() if name not in {"mode", "rows"} and number}


def test_hand_made_account_with_the_same_iin_is_adopted(delivered: Path) -> None:
    made = Person.objects.create(username="by-hand", iin_digest=digest(AIGERIM_IIN))

    preview = preview_delivery(delivered)
    batch = sync_batch(delivered)

    made.refresh_from_db()
    assert (made.sourced_id, made.username, made.source) == ("aigerim", "aigerim", "feed")
    assert counts(batch, "users") == {"created": 1, "changed": 1}
    assert preview.counts == batch.counts
    assert [(one.code, one.line, one.values) for one in batch.findings.all()] == [
        ("account-adopted", 2, {"value": "by-hand"})
    ]


def test_account_of_another_identifier_goes_on_under_the_new_one(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    before = Person.objects.get(username="aigerim").pk
    files = university()
    files["users"][0] |= {"sourcedId": "aigerim-2"}
    for name in ("roles", "enrollments", "x-studentProgrammes"):
        for row in files[name]:
            if row["userSourcedId"] == "aigerim":
                row["userSourcedId"] = "aigerim-2"

    batch = sync_batch(write(tmp_path / "next", files))

    assert (Person.objects.get(username="aigerim").pk, Person.objects.count()) == (before, 2)
    assert (batch.state, counts(batch, "users")) == (BatchState.APPLIED, {"changed": 1, "unchanged": 1})


def test_hand_made_account_with_the_same_username_is_not_given_away(delivered: Path) -> None:
    made = Person.objects.create(username="aigerim")

    batch = sync_batch(delivered)

    made.refresh_from_db()
    assert (made.sourced_id, made.source) == (None, "hand")
    assert {(one.code, one.done) for one in batch.findings.all()} == {
        ("username-taken", "quarantined"),
        ("reference-quarantined", "quarantined"),
    }


def test_role_given_by_hand_before_stays_and_is_not_doubled(delivered: Path, tmp_path: Path) -> None:
    without = university()
    without["roles"].pop()
    sync_batch(write(tmp_path / "first", without))
    nurlan, it = Person.objects.get(username="nurlan"), OrgUnit.objects.get(sourced_id="it")
    RoleGrant.objects.create(person=nurlan, role="teacher", org=it)

    batch = sync_batch(delivered)

    assert [(one.level, one.code, one.line) for one in batch.findings.all()] == [("info", "same-by-hand", 3)]
    assert RoleGrant.objects.filter(person=nurlan).count() == 1


def test_role_that_an_adopted_account_holds_by_hand_is_taken_over(delivered: Path, tmp_path: Path) -> None:
    sync_batch(write(tmp_path / "orgs", {"orgs": university()["orgs"]}))
    made = Person.objects.create(username="by-hand", iin_digest=digest(AIGERIM_IIN))
    it = OrgUnit.objects.get(sourced_id="it")
    same = RoleGrant.objects.create(person=made, role="student", org=it, ends_on=date(2026, 12, 31))
    other = RoleGrant.objects.create(person=made, role="student")

    preview = preview_delivery(delivered)
    batch = sync_batch(delivered)

    assert batch.state == BatchState.APPLIED
    assert (preview.counts, counts(batch, "roles")) == (batch.counts, {"created": 1, "changed": 1})
    assert [(one.code, one.file, one.line) for one in batch.findings.all()] == [
        ("account-adopted", "users.csv", 2),
        ("same-taken-over", "roles.csv", 2),
    ]
    assert set(made.grants.values_list("pk", "sourced_id", "ends_on")) == {
        (same.pk, "r1", None),
        (other.pk, None, None),
    }
    with no_writes(besides=OWN_RECORD):
        again = sync_batch(delivered)
    assert (again.state, list(again.findings.all())) == (BatchState.APPLIED, [])


def test_enrolment_that_an_adopted_account_has_by_hand_is_taken_over(delivered: Path, tmp_path: Path) -> None:
    files = university()
    for name in ("users", "roles", "enrollments", "x-studentProgrammes"):
        files[name] = [row for row in files[name] if "aigerim" not in row.values()]
    sync_batch(write(tmp_path / "first", files))
    made = Person.objects.create(username="by-hand", iin_digest=digest(AIGERIM_IIN))
    place = Enrolment.objects.create(person=made, offering=Offering.objects.get(), role="student")

    batch = sync_batch(delivered)

    assert (batch.state, counts(batch, "enrollments")) == (BatchState.APPLIED, {"changed": 1, "unchanged": 1})
    assert list(made.enrolments.values_list("pk", "sourced_id")) == [(place.pk, "e1")]


def test_role_that_an_adopted_account_has_from_the_feed_is_not_doubled(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    renamed = user("aigerim-2", AIGERIM_IIN)
    role = {"sourcedId": "r9", "userSourcedId": "aigerim-2", "role": "student", "orgSourcedId": "it"}
    folder = write(
        tmp_path / "next", {"users": [renamed, university()["users"][1]], "roles": [delta(role)]},
        modes={"roles": "delta"},
    )  # fmt: skip

    batch = sync_batch(folder)

    assert (batch.state, [(one.code, one.values) for one in batch.findings.all()]) == (
        BatchState.APPLIED,
        [("account-adopted", {"value": "aigerim"}), ("same-twice", {"value": "r1"})],
    )


def test_role_in_the_whole_university_is_not_that_in_a_new_unit(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    made = RoleGrant.objects.create(person=Person.objects.get(username="nurlan"), role="dean")
    files = university()
    files["orgs"].append({"sourcedId": "new", "name": "New", "type": "school", "parentSourcedId": "uni"})
    files["roles"].append({"sourcedId": "r3", "userSourcedId": "nurlan", "role": "ext:dean", "orgSourcedId": "new"})

    batch = sync_batch(write(tmp_path / "next", files))

    assert (list(batch.findings.all()), counts(batch, "roles")) == ([], {"created": 1, "unchanged": 2})
    assert RoleGrant.objects.filter(person=made.person, role="dean").count() == 2


@pytest.mark.parametrize(
    "names",
    [
        {"family_ru": "Әбілова", "given_ru": "Дана", "middle_ru": "Ерлановна"},
        {"family_kk": "Әбілова", "given_kk": "Дана", "middle_kk": "Ерланқызы", "family_ru": "Абилова"},
        {"given_kk": "Дана"},
    ],
)
def test_person_stands_in_lists_where_one_made_by_hand_would(names: dict[str, str], tmp_path: Path) -> None:
    files = university()
    columns = {"family": "familyName", "given": "givenName", "middle": "middleName"}
    for name, value in names.items():
        part, script = name.split("_")
        files["users"][0][f"metadata.{columns[part]}{script.title()}"] = value

    sync_batch(write(tmp_path / "d", files))

    latin = {"family_latin": "Test", "given_latin": "Aigerim"}
    made = make_person(viewer=None, username="by-hand", names=latin | names)
    assert Person.objects.get(username="aigerim").sort_key == made.sort_key
