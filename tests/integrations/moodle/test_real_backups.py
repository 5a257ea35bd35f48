"""Real backups of three versions of Moodle come whole, and the report accounts for everything in them."""

import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.models import MoodleImport
from polytech.learning.api import Course, CourseFile, Element, GradeHistory, Section

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R1-03")]

_SHARED = Path(os.environ.get("POLYTECH_SHARED_DATA") or Path(__file__).resolve().parents[3].parent / "shared" / "data")


def backup(name: str) -> Path:
    path = _SHARED / "moodle" / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    """Every XML part of a backup, read in the plainest way."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    with tarfile.open(path) as archive:
        return {
            entry.name: archive.extractfile(entry).read()  # type: ignore[union-attr]
            for entry in archive
            if entry.isfile() and entry.name.endswith(".xml")
        }


def own_counts(path: Path) -> dict[str, int]:
    """What the backup itself holds, by its own XML."""
    trees = {name: etree.fromstring(content) for name, content in parts_of(path).items() if content}
    manifest = trees["moodle_backup.xml"]
    graded = [tree for name, tree in trees.items() if name.endswith("/grades.xml") or name == "gradebook.xml"]
    with_number = [
        grade for tree in graded for grade in tree.iter("grade_grade") if grade.findtext("finalgrade") != "$@NULL@$"
    ]
    counts = {
        "activities": len(manifest.findall("information/contents/activities/activity")),
        "sections": len(manifest.findall("information/contents/sections/section")),
        "files": sum(file.findtext("filename") != "." for file in trees["files.xml"].iter("file")),
        "users": len(trees["users.xml"].findall("user")) if "users.xml" in trees else 0,
        "groups": len(trees["groups.xml"].findall("group")),
        "grade-items": sum(len(list(tree.iter("grade_item"))) for tree in graded),
        "grades": len(with_number),
        "questions": len(list(trees["questions.xml"].iter("question"))),
    }
    return {thing: number for thing, number in counts.items() if number}


def accounted_for(name: str) -> MoodleImport:
    """The import of a backup whose report adds up with the backup's own XML."""
    done = import_backup(backup(name))
    assert done.state == MoodleImport.State.DONE, done.report
    own = own_counts(backup(name))
    assert {thing: done.report["counts"].get(thing, {}).get("found", 0) for thing in own} == own
    assert len(done.report["lines"]) == Element.objects.filter(course=done.course).count()
    return done


def changes_nothing_again(name: str, first: MoodleImport) -> None:
    models = (Section, Element, CourseFile)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    grades = GradeHistory.objects.count()
    again = import_backup(backup(name), course=first.course)
    assert again.report["counts"] == first.report["counts"]
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert (Course.objects.count(), GradeHistory.objects.count()) == (1, grades)


@pytest.mark.parametrize("name", ["small-course.mbz", "quiz-3.11.mbz"])
def test_backups_of_moodle_2_6_and_3_11_come_whole_and_only_once(name: str) -> None:
    changes_nothing_again(name, accounted_for(name))


def test_a_course_of_moodle_5_1_comes_whole_and_only_once_with_its_thousand_students() -> None:
    done = accounted_for("engineering-mathematics-1.mbz")
    kinds = dict.fromkeys(("page", "assignment", "test", "link", "label", "file", "forum", "other"), 0)
    for kind in Element.objects.values_list("kind", flat=True):
        kinds[kind] += 1
    assert kinds == {
        "page": 51, "assignment": 12, "test": 4, "link": 15, "label": 8, "file": 3, "forum": 1, "other": 5,
    }  # fmt: skip
    assert Section.objects.count() == 11
    assert done.report["counts"]["users"]["unmatched"] == 1002
    assert GradeHistory.objects.filter(person=None).exclude(source_user="").count() == 17_000
    assert CourseFile.objects.count() == done.report["counts"]["files"]["came"]
    changes_nothing_again("engineering-mathematics-1.mbz", done)
