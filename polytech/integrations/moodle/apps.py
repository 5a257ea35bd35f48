"""The Moodle import as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MoodleConfig(AppConfig):
    name = "polytech.integrations.moodle"
    label = "moodle"

    def ready(self) -> None:
        from polytech.learning.api import CourseTool, add_course_tool

        add_course_tool(CourseTool("moodle:import", _("Import from Moodle"), "upload"))
