"""The demo's course is a backup in Moodle's format and comes whole through the import."""

import datetime
import re
from pathlib import Path

import pytest

from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.backup import Backup, read_files
from polytech.integrations.moodle.sample import write_sample
from polytech.learning.api import Course, CourseFile, Element, Section

pytestmark = pytest.mark.django_db


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    day = datetime.date(2026, 9, 1)
    first, second = (write_sample(tmp_path / name, start=day).read_bytes() for name in ("a.mbz", "b.mbz"))
    assert first == second


def test_every_listed_file_is_in_the_archive(tmp_path: Path) -> None:
    with Backup(write_sample(tmp_path / "a.mbz")) as backup:
        files = read_files(backup).of_course
        assert len(files) > 2
        assert [file for file in files if file.stored not in backup] == []


@pytest.mark.requirement("R1-03")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_sample_comes_whole(tmp_path: Path, language: str) -> None:
    done = import_backup(write_sample(tmp_path / "a.mbz", language=language, start=datetime.date(2026, 9, 1)))
    assert (done.state, done.report["findings"][:0]) == ("done", [])
    assert [line for line in done.report["lines"] if line["outcome"] == "not"] == []
    course = Course.objects.get()
    assert (course.language, course.summary_html[:3]) == (language, "<p>")
    weeks = list(Section.objects.order_by("position").values_list("week", flat=True))
    assert weeks == [None, *range(1, len(weeks))]
    assert all(Element.objects.filter(kind="assignment").values_list("due_at", flat=True))
    assert all(Element.objects.filter(kind="page").values_list("duration_minutes", flat=True))


def test_pictures_and_links_of_the_sample_lead_into_the_course(tmp_path: Path) -> None:
    course = import_backup(write_sample(tmp_path / "a.mbz")).course
    assert course is not None
    html = "".join(Element.objects.values_list("body_html", flat=True))
    pictures = {int(found) for found in re.findall(rf'src="/courses/{course.pk}/files/(\d+)/[\w-]+\.png"', html)}
    assert pictures == set(CourseFile.objects.filter(embedded=True).values_list("pk", flat=True))
    elements = {int(found) for found in re.findall(rf'href="/courses/{course.pk}/(\d+)/"', html)}
    assert elements and elements <= set(Element.objects.values_list("pk", flat=True))
    assert "PLUGINFILE" not in html
    assert "$@" not in html
