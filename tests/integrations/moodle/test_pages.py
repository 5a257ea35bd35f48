"""Teachers import a backup into their course, watch it, and read what came."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from polytech.footprint.api import Statement
from polytech.integrations.moodle.importing import run
from polytech.integrations.moodle.jobs import import_waiting
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.moodle.sample import write_sample
from polytech.learning.api import Element
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def backup(tmp_path: Path) -> bytes:
    return write_sample(tmp_path / "databases.mbz").read_bytes()


def upload(browser: Client, cast: Cast, content: bytes, **headers: str) -> object:
    file = SimpleUploadedFile("databases.mbz", content)
    return browser.post(f"/courses/{cast.course.pk}/import/", {"backup": file}, headers={**SAME, **headers})


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher", 200), ("methodologist", 200), ("administrator", 200), ("aigerim", 403), ("dean", 403),
        ("stranger", 404), ("other_teacher", 404),
    ],
)  # fmt: skip
def test_only_those_who_change_the_course_import_into_it(cast: Cast, who: str, status: int) -> None:
    course, person = cast.course, getattr(cast, who)
    assert sign_in(person).get(f"/courses/{course.pk}/import/").status_code == status


def test_nobody_signed_in_is_sent_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(f"/courses/{cast.course.pk}/import/").status_code == 302


def test_a_page_of_another_site_cannot_upload(cast: Cast, backup: bytes) -> None:
    answer = upload(sign_in(cast.teacher), cast, backup, **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, MoodleImport.objects.count()) == (403, 0)


@pytest.mark.requirement("R1-03")
def test_an_uploaded_backup_waits_is_imported_by_the_job_and_reported(cast: Cast, backup: bytes) -> None:
    browser = sign_in(cast.teacher)
    answer = upload(browser, cast, backup)
    row = MoodleImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/courses/{cast.course.pk}/import/{row.pk}/")
    assert 'http-equiv="refresh"' in browser.get(answer["Location"]).content.decode()
    assert browser.get(f"{answer['Location']}state").json()["state"] == "running"
    import_waiting.func(import_id=row.pk)
    page = browser.get(answer["Location"]).content.decode()
    assert 'http-equiv="refresh"' not in page
    element = Element.objects.filter(origin__startswith="moodle:", kind="page").first()
    assert element is not None
    assert f'href="/courses/{cast.course.pk}/{element.pk}/"' in page
    verbs = Statement.objects.filter(object_kind="moodle-import").values_list("verb", flat=True)
    assert sorted(verbs) == ["created", "imported", "viewed", "viewed"]


def test_the_report_is_downloaded_without_formulas(cast: Cast, backup: bytes) -> None:
    browser = sign_in(cast.teacher)
    address = upload(browser, cast, backup)["Location"]
    row = run(MoodleImport.objects.get().pk)
    row.report["unmatched"] = [{"name": "=cmd()", "username": "u", "email": "@x", "why": "unmatched"}]
    row.save()
    table = browser.get(f"{address}report.csv").content.decode("utf-8-sig").splitlines()
    assert table[-1].split(",")[2:4] == ["'=cmd()", "u"]
    assert table[-1].split(",")[-1] == "'@x"
    assert len(table) > len(row.report["lines"])


def test_a_file_over_the_limit_is_refused_with_the_limit_in_words(
    cast: Cast, backup: bytes, settings: Settings
) -> None:
    settings.MOODLE_UPLOAD_BYTES = 2000
    answer = upload(sign_in(cast.teacher, language="en"), cast, backup[:3000])
    assert (answer.status_code, MoodleImport.objects.count()) == (422, 0)
    assert "larger than" in answer.content.decode()
    huge = upload(sign_in(cast.teacher), cast, bytes(200_000))
    assert (huge.status_code, MoodleImport.objects.count()) == (413, 0)


def test_a_second_import_waits_until_the_first_has_ended(cast: Cast, backup: bytes) -> None:
    browser = sign_in(cast.teacher)
    upload(browser, cast, backup)
    assert upload(browser, cast, backup).status_code == 422
    run(MoodleImport.objects.get().pk)
    assert upload(browser, cast, backup).status_code == 303


def test_a_refused_backup_says_why_and_changes_nothing(cast: Cast) -> None:
    browser = sign_in(cast.teacher, language="en")
    before = cast.course.elements.count()
    address = upload(browser, cast, io.BytesIO(b"not a backup").read())["Location"]
    row = run(MoodleImport.objects.get().pk)
    assert (row.state, cast.course.elements.count()) == ("refused", before)
    assert "neither a zip nor a tar.gz" in browser.get(address).content.decode()


def test_reports_of_other_courses_are_not_there(cast: Cast, backup: bytes) -> None:
    address = upload(sign_in(cast.teacher), cast, backup)["Location"]
    assert sign_in(cast.stranger).get(address).status_code == 404
    assert sign_in(cast.aigerim).get(address).status_code == 403


def test_the_course_leads_its_teacher_to_the_import(cast: Cast) -> None:
    link = f'href="/courses/{cast.course.pk}/import/"'
    assert link in sign_in(cast.teacher).get(f"/courses/{cast.course.pk}/").content.decode()
    assert link not in sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/").content.decode()
