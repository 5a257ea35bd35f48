"""Hostile and careless deliveries: each gets a clear finding, none crashes, none is half applied."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from polytech.academics.api import Enrolment, Slot
from polytech.integrations.sis.api import BatchState, sync_batch
from polytech.integrations.sis.models import Batch
from polytech.people.api import Person
from tests.integrations.sis.deliveries import (
    AIGERIM_IIN,
    as_text,
    delta,
    manifest,
    pack,
    university,
    user,
    write,
)
from tests.writes import no_writes

pytestmark = pytest.mark.django_db

OWN_RECORD = ("sis_batch", "sis_batchfinding", "footprint_statement")
Place = tuple[str, str, int | None, str, str]


def places(batch: Batch) -> list[Place]:
    return [(one.code, one.file, one.line, one.column, one.done) for one in batch.findings.all()]


def refused(path: Path) -> list[Place]:
    """The findings of a delivery of which nothing may be applied."""
    with no_writes(besides=OWN_RECORD):
        batch = sync_batch(path)
    assert batch.state == BatchState.REFUSED
    return places(batch)


def with_raw(tmp_path: Path, name: str, content: bytes) -> Path:
    files = university()
    del files[name]
    return write(tmp_path / "d", files, raw={name: content})


# Encodings and the form of the text.


def users_text(delimiter: str = ",") -> str:
    return as_text(
        "users", [user("aigerim", AIGERIM_IIN, familyName="Ахметова", givenName="Дана"), user("nurlan")],
        delimiter=delimiter,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "code"),
    [("cp1251", "encoding-cp1251"), ("utf-8-sig", "encoding-bom"), ("utf-16", "encoding-utf16")],
)
def test_other_encodings_are_read_and_told(encoding: str, code: str, tmp_path: Path) -> None:
    batch = sync_batch(with_raw(tmp_path, "users", users_text().encode(encoding)))

    assert (batch.state, places(batch)) == (BatchState.APPLIED, [(code, "users.csv", None, "", "kept")])
    assert Person.objects.get(username="aigerim").family_ru == "Ахметова"


def test_question_marks_in_names_are_told(tmp_path: Path) -> None:
    files = university()
    files["users"][0]["metadata.familyNameKk"] = "?білова"

    assert places(sync_batch(write(tmp_path / "d", files))) == [
        ("letters-lost", "users.csv", 2, "metadata.familyNameKk", "kept")
    ]


def test_semicolons_of_a_spreadsheet_are_read_and_told(tmp_path: Path) -> None:
    batch = sync_batch(with_raw(tmp_path, "users", users_text(";").encode()))

    assert (batch.state, places(batch)) == (BatchState.APPLIED, [("delimiter", "users.csv", 1, "", "kept")])


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", ("file-empty", "users.csv", 1, "", "refused")),
        (b"sourcedId,username\na,b\0\n", ("nul-bytes", "users.csv", 2, "", "refused")),
        (b"sourcedId,username\n\x98\xff,a\n", ("encoding-unknown", "users.csv", None, "", "refused")),
        (b"sourcedId,username\n" + b"x" * (3 * 2**20), ("line-too-long", "users.csv", 2, "", "refused")),
        (b"sourcedId,username,username\n", ("column-twice", "users.csv", 1, "username", "refused")),
        (b"sourcedId,givenName,familyName\na,b,c\n", ("column-missing", "users.csv", 1, "username", "refused")),
        (b"PK\x03\x04\x14\x00\x06\x00", ("nul-bytes", "users.csv", 1, "", "refused")),
    ],
)
def test_file_that_is_no_table_refuses_the_delivery(content: bytes, finding: Place, tmp_path: Path) -> None:
    found = refused(with_raw(tmp_path, "users", content))

    assert found[-1] == finding


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("x,,,true,x", "row-width"),
        ('"open,,,true', "row-broken"),
        ("y" * 200_000, "row-broken"),
    ],
)
def test_broken_row_is_kept_out_alone(row: str, code: str, tmp_path: Path) -> None:
    content = f"{users_text()}{row}\n"

    batch = sync_batch(with_raw(tmp_path, "users", content.encode()))

    assert batch.state == BatchState.APPLIED
    assert (code, "users.csv", 4, "", "quarantined") in places(batch)
    assert Person.objects.count() == 2


# The manifest.


def test_delivery_without_a_manifest_is_refused(tmp_path: Path, delivered: Path) -> None:
    (delivered / "manifest.csv").unlink()

    assert refused(delivered) == [("manifest-missing", "", None, "", "refused")]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (manifest({"users": "bulk"}, version="1.1"), ("version-unknown", "manifest.csv", 3, "value", "refused")),
        (manifest({"users": "all"}), ("mode-unknown", "manifest.csv", 4, "value", "refused")),
        (manifest({"demographics": "bulk"}), ("nothing-delivered", "manifest.csv", None, "", "refused")),
    ],
)
def test_manifest_that_cannot_be_followed_is_refused(text: str, finding: Place, delivered: Path) -> None:
    (delivered / "manifest.csv").write_text(text)

    assert refused(delivered)[-1] == finding


def test_announced_file_that_is_missing_refuses_the_delivery(delivered: Path) -> None:
    (delivered / "users.csv").unlink()

    assert [place[0] for place in refused(delivered)] == ["file-missing"]


def test_file_that_is_not_announced_is_not_read(tmp_path: Path) -> None:
    batch = sync_batch(write(tmp_path / "d", university(), modes={"x-slots": "absent"}))

    assert (places(batch), Slot.objects.count()) == (
        [("file-not-announced", "x-slots.csv", None, "", "skipped")],
        0,
    )


# Archives.


def test_truncated_zip_is_refused(delivered: Path, tmp_path: Path) -> None:
    whole = pack(delivered, tmp_path / "d.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])

    assert refused(tmp_path / "cut.zip") == [("archive-damaged", "", None, "", "refused")]


def test_zip_damaged_inside_is_refused_and_applies_nothing(delivered: Path, tmp_path: Path) -> None:
    path = pack(delivered, tmp_path / "d.zip")
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("x-slots.csv").header_offset
    content = bytearray(path.read_bytes())
    for offset in range(place + 60, place + 90):
        content[offset] ^= 0xFF
    path.write_bytes(content)

    assert [found[0] for found in refused(path)] == ["archive-damaged"]


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", manifest({"users": "bulk"}))
        with archive.open("users.csv", "w") as stream:
            for _ in range(300):
                stream.write(b"\n" * 2**20)

    assert refused(tmp_path / "bomb.zip") == [("archive-bomb", "", None, "", "refused")]


@pytest.mark.parametrize("name", ["../users.csv", "/etc/users.csv", "..\\users.csv"])
def test_name_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(name, "sourcedId\n")

    assert refused(tmp_path / "d.zip") == [("archive-unsafe-name", "", None, "", "refused")]


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("users.csv")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    link = tarfile.TarInfo("users.csv")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "d.tar.gz", "w:gz") as tar:
        tar.addfile(link, io.BytesIO())

    assert refused(tmp_path / "d.zip") == [("archive-link", "", None, "", "refused")]
    assert refused(tmp_path / "d.tar.gz") == [("archive-link", "", None, "", "refused")]


def test_link_in_a_folder_is_refused(delivered: Path) -> None:
    (delivered / "users.csv").unlink()
    (delivered / "users.csv").symlink_to("/etc/passwd")

    assert refused(delivered) == [("archive-link", "", None, "", "refused")]


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.zip").open("wb") as file:
        os.truncate(file.fileno(), 2 * 2**30)

    assert refused(tmp_path / "large.zip") == [("archive-too-large", "", None, "", "refused")]


def test_two_gigabytes_in_a_folder_are_refused_unread(delivered: Path) -> None:
    with (delivered / "users.csv").open("r+b") as file:
        os.truncate(file.fileno(), 2 * 2**30)

    assert [found[0] for found in refused(delivered)] == ["archive-entry-too-large"]


def test_something_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_text("hello")

    assert refused(tmp_path / "d.zip") == [("archive-not-an-archive", "", None, "", "refused")]
    assert refused(tmp_path / "none.zip") == [("archive-not-found", "", None, "", "refused")]


# Rows.


@pytest.mark.parametrize(
    ("values", "code", "column"),
    [
        ({"userIds": "{IIN:060101600018}"}, "iin-check-digit", "userIds"),
        ({"userIds": "{IIN:061301600018}"}, "iin-birth-date", "userIds"),
        ({"metadata.iin": "12345"}, "iin-digits", "metadata.iin"),
        ({"email": "not an address"}, "email-bad", "email"),
    ],
)
def test_person_is_taken_without_a_wrong_number_or_address(
    values: dict[str, str], code: str, column: str, tmp_path: Path
) -> None:
    files = university()
    files["users"][0] = user("aigerim", **values)

    batch = sync_batch(write(tmp_path / "d", files))

    person = Person.objects.get(username="aigerim")
    assert places(batch) == [(code, "users.csv", 2, column, "skipped")]
    assert (person.iin_digest, person.iin_encrypted, person.email) == (None, None, "")


def test_wrong_iin_stays_out_of_the_findings(tmp_path: Path) -> None:
    files = university()
    files["users"][0]["userIds"] = "{IIN:060101600018}"

    batch = sync_batch(write(tmp_path / "d", files))

    assert "060101600018" not in str(list(batch.findings.values()))


@pytest.mark.parametrize(
    ("name", "values", "code", "column"),
    [
        ("users", {"username": ""}, "value-missing", "username"),
        ("users", {"username": "имя"}, "username-bad", "username"),
        ("users", {"sourcedId": "aigerim"}, "identifier-twice", "sourcedId"),
        ("users", {"username": "aigerim"}, "username-twice", "username"),
        ("users", {"userIds": f"{{IIN:{AIGERIM_IIN}}}"}, "iin-twice", "userIds"),
        ("users", {"familyName": "x" * 501}, "text-too-long", "familyName"),
        ("enrollments", {"beginDate": "31.12.2026"}, "date-bad", "beginDate"),
        ("enrollments", {"beginDate": "2026-02-30"}, "date-bad", "beginDate"),
        ("enrollments", {"beginDate": "2026-12-01", "endDate": "2026-11-01"}, "dates-order", "endDate"),
        ("enrollments", {"classSourcedId": "nowhere"}, "reference-unknown", "classSourcedId"),
        ("enrollments", {"userSourcedId": "nobody"}, "reference-unknown", "userSourcedId"),
        ("enrollments", {"role": "listener"}, "role-unknown", "role"),
        ("enrollments", {"userSourcedId": "aigerim", "role": "student"}, "same-twice", "sourcedId"),
        ("roles", {"role": "king"}, "role-unknown", "role"),
        ("x-programmes", {"code": "6B6101"}, "programme-code-bad", "code"),
        ("x-slots", {"startTime": "8 am"}, "time-bad", "startTime"),
        ("x-slots", {"startTime": "10:00", "endTime": "09:00"}, "times-order", "endTime"),
        ("x-slots", {"weekday": "8"}, "weekday-bad", "weekday"),
        ("x-slots", {"weekday": ""}, "value-missing", "weekday"),
        ("x-slots", {"date": "2026-10-01"}, "date-and-pattern", "date"),
        ("x-slots", {"format": "hybrid"}, "choice-unknown", "format"),
        ("x-slots", {"startDate": "2027-01-01"}, "dates-order", "endDate"),
        ("courses", {"metadata.credits": "many"}, "number-bad", "metadata.credits"),
    ],
)  # fmt: skip
def test_bad_row_is_kept_out_and_named(
    name: str, values: dict[str, str], code: str, column: str, tmp_path: Path
) -> None:
    files = university()
    bad = {**files[name][-1], "sourcedId": "bad", **({"username": "bad", "userIds": ""} if name == "users" else {})}
    if name == "x-slots":
        bad["room"] = "ГУК-500"
    files[name].append({**bad, **values})
    line = len(files[name]) + 1

    batch = sync_batch(write(tmp_path / "d", files))

    assert batch.state == BatchState.APPLIED
    assert places(batch) == [(code, f"{name}.csv", line, column, "quarantined")]
    assert batch.counts[name]["created"] == len(files[name]) - 1


def test_present_row_survives_its_own_bad_successor(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["enrollments"][0]["role"] = "listener"

    batch = sync_batch(write(tmp_path / "next", files))

    assert (batch.state, batch.counts["enrollments"]["ended"]) == (BatchState.APPLIED, 0)
    assert Enrolment.objects.filter(ended_at=None).count() == 2


def test_reference_to_a_row_that_is_kept_out_says_so(tmp_path: Path) -> None:
    files = university()
    files["users"][0]["username"] = "плохо"

    found = places(sync_batch(write(tmp_path / "d", files)))

    assert [place[:2] for place in found] == [
        ("username-bad", "users.csv"),
        ("reference-quarantined", "roles.csv"),
        ("reference-quarantined", "x-studentProgrammes.csv"),
        ("reference-quarantined", "enrollments.csv"),
    ]


def test_unknown_adviser_is_left_out_and_the_student_stays(tmp_path: Path) -> None:
    files = university()
    files["x-studentProgrammes"][0]["adviserSourcedId"] = "nobody"

    batch = sync_batch(write(tmp_path / "d", files))

    assert places(batch) == [("reference-unknown", "x-studentProgrammes.csv", 2, "adviserSourcedId", "skipped")]
    assert batch.counts["x-studentProgrammes"]["created"] == 1


def test_units_in_a_circle_are_cut(tmp_path: Path) -> None:
    files = university()
    files["orgs"][0]["parentSourcedId"] = "it"

    batch = sync_batch(write(tmp_path / "d", files))

    assert (batch.state, places(batch)) == (
        BatchState.APPLIED,
        [("circle", "orgs.csv", 2, "parentSourcedId", "skipped")],
    )


def test_unknown_column_is_told_and_read_over(tmp_path: Path) -> None:
    content = as_text("orgs", university()["orgs"]).replace("identifier", "idetnifier")

    batch = sync_batch(with_raw(tmp_path, "orgs", content.encode()))

    assert (batch.state, places(batch)) == (
        BatchState.APPLIED,
        [("column-unknown", "orgs.csv", 1, "idetnifier", "skipped")],
    )


def test_delta_rows_need_their_marks(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = {"users": [user("new"), {**delta(user("other")), "dateLastModified": "yesterday"}]}

    batch = sync_batch(write(tmp_path / "delta", files, modes={"users": "delta"}))

    assert [place[:4] for place in places(batch)] == [
        ("delta-mark-missing", "users.csv", 2, "status"),
        ("delta-mark-missing", "users.csv", 2, "dateLastModified"),
        ("moment-bad", "users.csv", 3, "dateLastModified"),
        ("delta-mark-missing", "users.csv", 3, "dateLastModified"),
    ]


def test_what_the_database_refuses_is_told_and_leaves_nothing(delivered: Path) -> None:
    # A constraint of which the checks know nothing.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE academics_slot ADD CONSTRAINT never CHECK (kind <> 'lecture')")

    with no_writes(besides=OWN_RECORD):
        batch = sync_batch(delivered)

    assert (batch.state, [one.code for one in batch.findings.all()]) == (BatchState.FAILED, ["database-refused"])


@override_settings(SIS_END_PERCENT=100)
def test_share_that_stops_a_batch_is_a_setting(delivered: Path, tmp_path: Path) -> None:
    sync_batch(delivered)
    files = university()
    files["enrollments"].pop()

    assert sync_batch(write(tmp_path / "next", files)).state == BatchState.APPLIED
