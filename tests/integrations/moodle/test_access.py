"""Who reads the reports of imports: the object check and the rows agree."""

import pytest

from polytech.integrations.moodle.access import read_import
from polytech.integrations.moodle.models import MoodleImport
from polytech.people.api import find_viewer
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
READERS = ("teacher", "methodologist", "administrator")


@pytest.mark.parametrize("who", [*READERS, "aigerim", "classmate", "other_teacher", "adviser", "dean", "stranger"])
def test_the_rule_and_the_rows_agree(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    mine = MoodleImport.objects.create(course=cast.course, source="a.mbz")
    MoodleImport.objects.create(source="of no course.mbz")
    viewer = find_viewer(sign_in(person).session.session_key)
    assert viewer is not None
    allowed = {row for row in MoodleImport.objects.all() if read_import.allows(viewer, row)}
    assert allowed == set(read_import.visible(viewer)) == ({mine} if who in READERS else set())
