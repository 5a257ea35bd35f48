"""Who imports into which course, and who reads the reports: those who may change the course."""

from polytech.integrations.moodle.models import MoodleImport
from polytech.kernel.access import Rule
from polytech.learning.api import change_course
from polytech.people.api import Viewer

import_into = change_course


def _reads(viewer: Viewer, done: MoodleImport) -> bool:
    return done.course is not None and change_course.allows(viewer, done.course)


read_import: Rule[MoodleImport] = Rule(
    name="moodle:import:read",
    allows=_reads,
    visible=lambda viewer: MoodleImport.objects.filter(course__in=change_course.visible(viewer).values("pk")),
)
