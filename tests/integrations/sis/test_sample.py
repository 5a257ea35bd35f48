"""The made-up university: the same every time, without faults, with something today for everybody."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from polytech.academics.api import Enrolment, Slot
from polytech.integrations.sis.api import BatchState, Size, sync_batch, write_sample
from polytech.kernel import iin
from polytech.kernel.clock import week_parity
from polytech.people.api import Person, RoleGrant

DAYS = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]
PEOPLE = {
    "demo-student": "student", "demo-teacher": "teacher", "demo-adviser": "adviser", "demo-dean": "dean",
    "demo-registrar": "registrar", "demo-methodologist": "methodologist", "demo-proctor": "proctor",
    "demo-researcher": "researcher", "demo-librarian": "librarian", "demo-support": "support",
    "demo-quality": "quality", "demo-administrator": "admin",
}  # fmt: skip


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_equal_sizes_give_equal_bytes(tmp_path: Path) -> None:
    size = Size(students=60, today=DAYS[0])
    for name in ("one.zip", "two.zip"):
        write_sample(tmp_path / name, size)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    names = []
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), Size(seed=seed, today=DAYS[0]))
        names.append([row["familyName"] for row in rows(tmp_path / str(seed), "users")])

    assert names[0] != names[1]


@pytest.mark.parametrize(
    "size",
    [
        Size(today=DAYS[0]),
        Size(1, 1, 6, 12, 18, today=DAYS[0]),
        Size(500, 40, 90, 5000, 1800, today=date(2027, 3, 1)),
        Size(100, 9, 31, 700, 100, today=date(2027, 7, 1)),
    ],
)
@pytest.mark.django_db
def test_any_size_is_accepted_without_a_finding(size: Size, tmp_path: Path) -> None:
    counts = write_sample(tmp_path / "sample", size)

    batch = sync_batch(tmp_path / "sample")

    assert (batch.state, list(batch.findings.all())) == (BatchState.APPLIED, [])
    assert {name: count["created"] for name, count in batch.counts.items()} == counts


def test_sizes_are_what_was_asked_for(tmp_path: Path) -> None:
    counts = write_sample(tmp_path / "sample", Size(2000, 150, 300, 20_000, 6000, today=DAYS[0]))

    assert {name: counts[name] for name in ("x-studentProgrammes", "classes", "enrollments", "x-slots")} == {
        "x-studentProgrammes": 2000, "classes": 300, "enrollments": 20_000, "x-slots": 6000,
    }  # fmt: skip
    assert Counter(row["role"] for row in rows(tmp_path / "sample", "roles"))["teacher"] == 150


def test_numbers_and_names_are_true_to_life(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", Size(students=400, today=DAYS[0]))
    people = rows(tmp_path / "sample", "users")
    numbers = [row["userIds"][5:-1] for row in people]

    assert [iin.problem_of(number) for number in numbers] == [None] * len(people)
    assert len(set(numbers)) == len(people)
    middles = {row["metadata.middleNameKk"][-4:] for row in people}
    assert {ending for ending in middles if ending.endswith(("ұлы", "қызы"))} != set()
    assert all(row["givenName"].isascii() and row["familyName"].isascii() for row in people)
    assert any(set("әғқңөұүһі") & set(row["metadata.familyNameKk"].lower()) for row in people)


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.django_db
def test_demo_people_are_there_and_the_student_has_each_format_today(today: date, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", Size(students=30, today=today))
    sync_batch(tmp_path / "sample")

    names = dict(Person.objects.filter(sourced_id__startswith="demo-").values_list("sourced_id", "username"))
    roles = set(RoleGrant.objects.filter(person__sourced_id__startswith="demo-").values_list("role", flat=True))
    student = Person.objects.get(username="student")
    classes = set(Enrolment.objects.filter(person=student).values_list("offering", flat=True))
    held = Slot.objects.filter(
        offering__in=classes, weekday=today.isoweekday(), starts_on__lte=today, ends_on__gte=today
    ).exclude(parity=1 - week_parity(today))

    assert (names, len(roles)) == (PEOPLE, 12)
    assert (student.given_kk, len(classes)) == ("Айгерім", 6)
    assert {slot.format for slot in held} == {"classroom", "synchronous", "asynchronous"}
    assert Slot.objects.filter(offering__in=classes, teacher__username="teacher").exists()


def test_nobody_is_in_two_places_at_once(tmp_path: Path) -> None:
    """Rooms are judged by the feed itself; here students and teachers."""
    write_sample(tmp_path / "sample", Size(300, 30, 60, 2700, 150, today=DAYS[0]))
    classes_of = defaultdict(set)
    for row in rows(tmp_path / "sample", "enrollments"):
        classes_of[row["userSourcedId"]].add(row["classSourcedId"])
    slots_of = defaultdict(list)
    for row in rows(tmp_path / "sample", "x-slots"):
        slots_of[row["classSourcedId"]].append(row)

    clashes = 0
    for classes in classes_of.values():
        times = Counter(
            (slot["weekday"], slot["startTime"], weeks)
            for one in classes
            for slot in slots_of[one]
            for weeks in (("odd", "even") if slot["weeks"] == "all" else (slot["weeks"],))
        )
        clashes += sum(1 for count in times.values() if count > 1)

    assert clashes == 0


def test_too_small_a_university_is_refused() -> None:
    with pytest.raises(ValueError, match="At least"):
        Size(students=0)
