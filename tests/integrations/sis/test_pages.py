"""The registrar's pages: upload, preview, the question, the report. The worker does the work."""

import csv
import io
import json
import resource
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from polytech.footprint.api import Statement
from polytech.integrations.sis.jobs import apply_waiting, look_at_waiting
from polytech.integrations.sis.models import Batch, BatchFinding
from polytech.people.api import Person
from tests.cast import Cast
from tests.integrations.sis.deliveries import pack, slot, university, user, write
from tests.writes import no_writes

OWN_RECORD = ("sis_batch", "sis_batchfinding", "footprint_statement", "people_session")


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.SIS_FOLDER = tmp_path / "feed"
    return settings.SIS_FOLDER


@pytest.fixture
def registrar(cast: Cast, sign_in) -> Client:
    return sign_in(cast.registrar, language="en")


def send(client: Client, path: Path) -> str:
    """The address of the report to which the upload leads."""
    file = SimpleUploadedFile("delivery.zip", path.read_bytes())
    answer = client.post("/feed/", {"delivery": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def upload(client: Client, path: Path) -> str:
    """The address of the report of a delivery that the worker has looked at."""
    address = send(client, path)
    look_at_waiting.func(batch_id=number_of(address))
    return address


def apply(client: Client, report: str, **values: str) -> None:
    client.post(f"{report}apply/", values)
    apply_waiting.func(batch_id=number_of(report))


def number_of(report: str) -> int:
    return int(report.split("/")[2])


def queued() -> list[tuple[str, dict[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(name, json.loads(values)) for name, values in cursor.fetchall()]


def zipped(tmp_path: Path, files: dict | None = None) -> Path:
    return pack(write(tmp_path / "d", files or university()), tmp_path / "d.zip")


@pytest.mark.requirement("R1-07")
def test_upload_is_previewed_and_writes_nothing_until_it_is_applied(
    registrar: Client, tmp_path: Path, folder: Path
) -> None:
    path = zipped(tmp_path)
    with no_writes(besides=(*OWN_RECORD, "procrastinate_")):
        report = upload(registrar, path)

    assert (Batch.objects.get().state, len(list(folder.iterdir()))) == ("previewed", 1)
    assert "Nothing was written yet" in registrar.get(report).content.decode()

    apply(registrar, report)

    assert (Batch.objects.get().state, list(folder.iterdir())) == ("applied", [])
    assert "The delivery was applied" in registrar.get(report).content.decode()
    assert Person.objects.filter(source="feed").count() == 2


def test_upload_waits_for_the_worker_and_its_page_says_how_far_it_is(registrar: Client, tmp_path: Path) -> None:
    report = send(registrar, zipped(tmp_path))
    number = number_of(report)

    page = registrar.get(report).content.decode()
    assert (Batch.objects.get().state, queued()) == ("waiting", [("sis.look_at", {"batch_id": number})])
    assert ('http-equiv="refresh"' in page, "The delivery waits for its turn" in page) == (True, True)
    assert registrar.get(f"{report}state").json() == {
        "share": 0.0, "what": "The delivery waits for its turn", "state": "running",
    }  # fmt: skip

    look_at_waiting.func(batch_id=number)

    assert 'http-equiv="refresh"' not in registrar.get(report).content.decode()
    assert registrar.get(f"{report}state").json() == {"share": 1.0, "what": "", "state": "done"}


def test_applying_waits_for_the_worker_and_is_begun_once(registrar: Client, tmp_path: Path) -> None:
    report = upload(registrar, zipped(tmp_path))
    number = number_of(report)

    for _ in range(2):
        registrar.post(f"{report}apply/")

    assert (Batch.objects.get().state, Person.objects.filter(source="feed").count()) == ("waiting", 0)
    assert queued()[1:] == [("sis.apply", {"batch_id": number})]
    assert "The delivery waits for its turn" in registrar.get(report).content.decode()

    for _ in range(2):
        apply_waiting.func(batch_id=number)

    assert (Batch.objects.get().state, Statement.objects.filter(verb="imported").count()) == ("applied", 1)


def test_look_that_comes_late_leaves_what_waits_to_be_applied(registrar: Client, tmp_path: Path) -> None:
    report = upload(registrar, zipped(tmp_path))
    registrar.post(f"{report}apply/")

    look_at_waiting.func(batch_id=number_of(report))

    assert Batch.objects.get().state == "waiting"


def test_delivery_that_waits_can_be_discarded(registrar: Client, tmp_path: Path, folder: Path) -> None:
    report = send(registrar, zipped(tmp_path))

    registrar.post(f"{report}discard/")
    look_at_waiting.func(batch_id=number_of(report))

    assert (Batch.objects.count(), list(folder.iterdir())) == (0, [])


def test_upload_whose_file_is_gone_is_refused(registrar: Client, tmp_path: Path, folder: Path) -> None:
    report = send(registrar, zipped(tmp_path))
    next(folder.iterdir()).unlink()

    look_at_waiting.func(batch_id=number_of(report))

    assert "The uploaded file is no longer on the server" in registrar.get(report).content.decode()
    assert (Batch.objects.get().state, registrar.get(f"{report}state").json()["state"]) == ("refused", "failed")


def test_look_that_fails_can_be_repeated(registrar: Client, tmp_path: Path) -> None:
    report = send(registrar, zipped(tmp_path))
    # A table that is away for a moment: what a failing database does.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE academics_slot RENAME TO elsewhere")
    look_at_waiting.func(batch_id=number_of(report))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO academics_slot")
    assert (Batch.objects.get().state, BatchFinding.objects.get().code) == ("failed", "database-refused")
    assert "Look at it again" in registrar.get(report).content.decode()

    registrar.post(f"{report}look/")
    look_at_waiting.func(batch_id=number_of(report))

    assert (Batch.objects.get().state, BatchFinding.objects.count()) == ("previewed", 0)


def test_report_names_file_line_and_column_in_the_readers_language(cast: Cast, sign_in, tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", weekday="9")]
    client = sign_in(cast.registrar, language="ru")

    page = client.get(upload(client, zipped(tmp_path, files))).content.decode()

    assert "x-slots.csv" in page
    assert "строка 2, weekday" in page
    assert "«9» — не день недели" in page


@pytest.mark.requirement("R1-07")
def test_delivery_that_would_end_too_much_is_asked_about(registrar: Client, tmp_path: Path) -> None:
    apply(registrar, upload(registrar, zipped(tmp_path)))
    files = university()
    files["enrollments"].pop()
    report = upload(registrar, zipped(tmp_path, files))

    assert "End so much?" in registrar.get(report).content.decode()
    apply(registrar, report)
    assert Batch.objects.latest("id").state == "stopped"

    apply(registrar, report, accept_large_end="yes")
    assert Batch.objects.latest("id").state == "applied"


def test_unreadable_upload_is_refused_and_not_kept(registrar: Client, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"hello")

    page = registrar.get(upload(registrar, tmp_path / "d.zip")).content.decode()

    assert ("neither a zip nor a tar.gz" in page, list(folder.iterdir())) == (True, [])


def test_discarded_upload_is_gone(registrar: Client, tmp_path: Path, folder: Path) -> None:
    report = upload(registrar, zipped(tmp_path))

    registrar.post(f"{report}discard/")

    assert (Batch.objects.count(), list(folder.iterdir())) == (0, [])


def test_applied_batch_cannot_be_applied_or_discarded_again(registrar: Client, tmp_path: Path) -> None:
    report = upload(registrar, zipped(tmp_path))
    apply(registrar, report)

    assert "cannot be applied any more" in registrar.post(f"{report}apply/", follow=True).content.decode()
    assert registrar.post(f"{report}discard/").status_code == 404


def test_full_disk_is_told_beside_the_field(registrar: Client, folder: Path) -> None:
    # The kernel refuses to let a file of this process grow: what a full disk or a quota does.
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, usual[1]))
    try:
        answer = registrar.post("/feed/", {"delivery": SimpleUploadedFile("d.zip", b"PK" * 2**20)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert (answer.status_code, "There is no room for this file" in answer.content.decode()) == (200, True)
    assert (Batch.objects.count(), list(folder.iterdir())) == (0, [])


@pytest.mark.parametrize("address", ["/feed/", "/feed/{id}/", "/feed/{id}/findings.csv"])
@pytest.mark.parametrize(
    ("who", "status"), [("registrar", 200), ("administrator", 200), ("aigerim", None), ("teacher", None)]
)
def test_feed_is_for_the_registrar_and_the_administrator(
    address: str, who: str, status: int | None, cast: Cast, sign_in
) -> None:
    batch = Batch.objects.create(door="api", state="applied", source="x")

    answer = sign_in(getattr(cast, who)).get(address.format(id=batch.pk))

    expected = status or (403 if address == "/feed/" else 404)
    assert answer.status_code == expected


def test_stranger_is_sent_to_sign_in(db: None) -> None:
    assert Client().get("/feed/").status_code == 302


def test_findings_show_and_download_nothing_that_runs(registrar: Client, tmp_path: Path) -> None:
    files = university()
    files["users"].append(user("evil", username="=cmd|'/c calc'!A1<script>alert(1)</script>"))
    content = write(tmp_path / "d", files)
    text = (content / "users.csv").read_text().replace("grades", "=HYPERLINK(1)")
    (content / "users.csv").write_text(text)
    report = upload(registrar, pack(content, tmp_path / "d.zip"))

    page = registrar.get(report).content.decode()
    download = b"".join(registrar.get(f"{report}findings.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(download)))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert len(rows) == 3
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell] == []
    assert rows[1][3] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("count", [1, 3])
def test_feed_page_reads_any_number_of_batches_in_the_same_queries(
    count: int, registrar: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        batch = Batch.objects.create(door="api", state="applied", source=f"{number}")
        BatchFinding.objects.create(batch=batch, level="error", code="row-width")

    with django_assert_num_queries(5):
        registrar.get("/feed/")


@pytest.mark.parametrize("count", [1, 3])
def test_report_reads_any_number_of_findings_in_the_same_queries(
    count: int, registrar: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    batch = Batch.objects.create(door="api", state="applied", source="x")
    for number in range(count):
        BatchFinding.objects.create(batch=batch, level="error", code="row-width", file=f"{number}.csv")

    with django_assert_num_queries(6):
        registrar.get(f"/feed/{batch.pk}/")
