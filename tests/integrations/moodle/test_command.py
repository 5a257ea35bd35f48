"""The terminal's door: what it refuses before it reads a backup."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from polytech.config.cli import app
from polytech.integrations.moodle.sample.writing import write_sample
from polytech.learning.models import CourseOffering
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_offering_that_has_a_course_keeps_it(cast: Cast, tmp_path: Path) -> None:
    link = factories.CourseOfferingFactory(offering=cast.offering)
    backup = write_sample(tmp_path / "databases.mbz")

    done = CliRunner().invoke(app, ["import-moodle", str(backup), "--new-course-for", str(cast.offering.pk)])

    assert done.exit_code == 2
    assert f"--course {link.course_id}" in done.stderr
    assert list(CourseOffering.objects.values_list("course", flat=True)) == [link.course_id]


def test_a_new_course_is_made_for_an_offering_without_one(cast: Cast, tmp_path: Path) -> None:
    backup = write_sample(tmp_path / "databases.mbz")

    done = CliRunner().invoke(app, ["import-moodle", str(backup), "--new-course-for", str(cast.offering.pk)])

    assert done.exit_code in (0, 3), done.output
    assert CourseOffering.objects.get().offering_id == cast.offering.pk
