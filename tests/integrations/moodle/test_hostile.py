"""Broken and hostile backups are refused or quarantined with a finding, and never half-applied."""

import io
import tarfile
from pathlib import Path

import pytest

from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.importing import run
from polytech.integrations.moodle.models import MoodleImport
from polytech.learning.api import Chapter, Course, CourseFile, CourseGroup, Element, GradeHistory, Section
from tests.integrations.moodle.altering import Change, changed, first, parts_of_sample, replacing, tar_of, zip_of

pytestmark = pytest.mark.django_db
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><files>&b;</files>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><files>&a;</files>"""


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    return parts_of_sample(tmp_path)


def imported(folder: Path, content: bytes, course: Course | None = None) -> MoodleImport:
    path = folder / "hostile.mbz"
    path.write_bytes(content)
    return import_backup(path, course=course)


def written() -> list[int]:
    models = (Course, Section, Element, Chapter, CourseFile, CourseGroup, GradeHistory)
    return [model.objects.count() for model in models]


def codes(row: MoodleImport) -> list[str]:
    return [finding["code"] for finding in row.report["findings"]]


def notes(row: MoodleImport) -> set[tuple[str, str]]:
    return {
        (line["module"], finding["code"])
        for line in row.report["lines"]
        for finding in line["findings"]
        if finding["level"] != "info"
    }


def link_to_passwords() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("files/aa/aaa")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "archive-not-an-archive"),
        (b"<html>login</html>", "archive-not-an-archive"),
        (b"PK\x03\x04 cut off", "archive-damaged"),
        (zip_of({"readme.txt": b"hello"}), "manifest-missing"),
        (zip_of({"moodle.xml": b"<MOODLE_BACKUP/>"}), "version-too-old"),
        (zip_of({"../../etc/cron.d/x": b"x"}), "archive-unsafe-name"),
        (tar_of({"/etc/cron.d/x": b"x"}), "archive-unsafe-name"),
        (link_to_passwords(), "archive-link"),
        (zip_of({"moodle_backup.xml": bytes(60_000_000)}), "archive-bomb"),
        (tar_of({"moodle_backup.xml": bytes(60_000_000)}), "archive-bomb"),
        (zip_of({"moodle_backup.xml": b"<moodle_backup/>"}), "manifest-empty"),
        (zip_of({"moodle_backup.xml": b"not xml"}), "xml-broken"),
        (zip_of({"moodle_backup.xml": LAUGHS}), "xml-doctype"),
        (zip_of({"moodle_backup.xml": OUTSIDE}), "xml-doctype"),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_is_written(tmp_path: Path, content: bytes, code: str) -> None:
    row = imported(tmp_path, content)
    assert (row.state, codes(row), written()) == ("refused", [code], [0] * 7)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"moodle_backup.xml": replacing("<backup_release>4.5", "<backup_release>9.1")}, "version-too-new"),
        ({"moodle_backup.xml": replacing("<backup_release>4.5", "<backup_release>1.9")}, "version-too-old"),
        ({"moodle_backup.xml": replacing("<backup_release>4.5", "<backup_release>next")}, "version-unknown"),
        ({"moodle_backup.xml": replacing("<format>moodle2", "<format>imscc11")}, "format-unknown"),
        ({"moodle_backup.xml": replacing("<moduleid>101<", "<moduleid>100<")}, "manifest-duplicate"),
        ({"files.xml": replacing("<file ", "<file <")}, "xml-broken"),
        ({"files.xml": LAUGHS}, "xml-doctype"),
        ({"users.xml": OUTSIDE}, "xml-doctype"),
    ],
)
def test_a_backup_whose_frame_is_wrong_is_refused_whole(
    tmp_path: Path, parts: dict[str, bytes], changes: dict[str, Change], code: str
) -> None:
    row = imported(tmp_path, tar_of(changed(parts, changes)))
    assert (row.state, codes(row), written()) == ("refused", [code], [0] * 7)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("pack", [tar_of, zip_of])
def test_a_backup_cut_off_anywhere_is_refused(
    tmp_path: Path, parts: dict[str, bytes], share: float, pack: object
) -> None:
    content = pack(parts)  # type: ignore[operator]
    row = imported(tmp_path, content[: int(len(content) * share)])
    assert (row.state, codes(row), written()) == ("refused", ["archive-damaged"], [0] * 7)


def test_a_file_over_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.mbz"
    with path.open("wb") as file:
        file.truncate(2 * 2**30 + 1)
    row = import_backup(path)
    assert (row.state, codes(row), row.backup) == ("refused", ["archive-too-large"], None)


def test_a_broken_activity_comes_with_its_title_and_the_others_whole(tmp_path: Path, parts: dict[str, bytes]) -> None:
    page, quiz, link = (first(parts, module) for module in ("page", "quiz", "url"))
    row = imported(
        tmp_path,
        tar_of(
            changed(
                parts,
                {f"{page}/page.xml": b"<activity><page>", f"{quiz}/quiz.xml": LAUGHS, f"{link}/url.xml": None},
            )
        ),
    )
    assert row.state == "done"
    assert notes(row) >= {("page", "xml-broken"), ("quiz", "xml-doctype"), ("url", "part-missing")}
    assert len(row.report["lines"]) == Element.objects.count()


def test_files_that_are_missing_or_damaged_are_left_out_and_told(tmp_path: Path, parts: dict[str, bytes]) -> None:
    stored = sorted(name for name in parts if name.startswith("files/"))
    row = imported(tmp_path, tar_of(changed(parts, {stored[0]: None, stored[1]: b"other bytes"})))
    assert row.state == "done"
    counts = row.report["counts"]["files"]
    assert counts == {"found": len(stored), "came": len(stored) - 2, "not": 2}
    assert CourseFile.objects.count() == len(stored) - 2
    assert {code for _module, code in notes(row)} >= {"file-missing", "file-damaged"}


def test_broken_grades_of_one_activity_keep_only_those_out(tmp_path: Path, parts: dict[str, bytes]) -> None:
    row = imported(tmp_path, tar_of(changed(parts, {f"{first(parts, 'assign')}/grades.xml": b"<broken"})))
    assert (row.state, codes(row)) == ("done", ["xml-broken", "questions-kept"])
    assert row.report["counts"]["grade-items"]["not"] == 1


def test_scripts_frames_and_handlers_are_taken_out_and_told(tmp_path: Path, parts: dict[str, bytes]) -> None:
    label = first(parts, "label")
    evil = (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
        '&lt;a href="javascript:x"&gt;a&lt;/a&gt;'
        '&lt;iframe src="https://video.example/7"&gt;&lt;/iframe&gt;&lt;svg onload=x&gt;&lt;form&gt;'
    )
    row = imported(tmp_path, tar_of(changed(parts, {f"{label}/label.xml": replacing("<intro>", f"<intro>{evil}")})))
    html = Element.objects.filter(kind="label").order_by("section__position", "position").first().body_html  # type: ignore[union-attr]
    assert not any(word in html for word in ("script", "onerror", "javascript", "iframe", "svg", "form"))
    assert '<a href="https://video.example/7" rel="noopener noreferrer">https://video.example/7</a>' in html
    removed = {
        finding["values"]["tag"]
        for line in row.report["lines"]
        for finding in line["findings"]
        if finding["code"] == "html-removed"
    }
    assert removed == {"script", "iframe", "form", "handler"}


def test_a_zip_and_a_tar_of_the_same_parts_give_the_same_course(tmp_path: Path, parts: dict[str, bytes]) -> None:
    reports = [imported(tmp_path, pack(parts)).report for pack in (zip_of, tar_of)]
    assert reports[0]["counts"] == reports[1]["counts"]
    titles = [list(Element.objects.filter(course=course).order_by("pk").values_list("title", "kind", "due_at"))
              for course in Course.objects.order_by("pk")]  # fmt: skip
    assert titles[0] == titles[1]


class Killed(BaseException):
    """The worker's end."""


@pytest.mark.parametrize("dies_at", ["files", "people", "writing", "grades"])
def test_an_import_that_dies_leaves_nothing_and_does_its_work_when_it_begins_again(
    tmp_path: Path, parts: dict[str, bytes], dies_at: str
) -> None:
    def die(step: str, share: float) -> None:
        if step == dies_at:
            raise Killed

    path = tmp_path / "sample.mbz"
    path.write_bytes(tar_of(parts))
    with pytest.raises(Killed):
        import_backup(path, progress=die)
    row = MoodleImport.objects.get()
    assert (row.state, written()) == ("running", [0] * 7)
    done = run(row.pk)
    assert (done.state, Course.objects.count()) == ("done", 1)
    assert run(row.pk).finished_at == done.finished_at
