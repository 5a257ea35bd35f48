"""Imports of Moodle backups: their progress and their report."""

from django.db import models
from django.db.models import Q

from polytech.files.api import Blob
from polytech.learning.api import Course
from polytech.people.api import Person


class MoodleImport(models.Model):
    """One backup on its way into one course. `report` lists what came and what did not, element by element.

    The backup itself stays (`backup`), and its question bank beside it (`question_bank`, Moodle's XML), so that
    later rooms take up what they need and nothing is imported twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="moodle_imports")
    backup = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True)
    source = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    step = models.TextField(blank=True)
    share_done = models.FloatField(default=0)
    report = models.JSONField(default=dict)
    moodle_backup = models.TextField(blank=True, help_text="Moodle's own identifier of the backup")
    kept = models.JSONField(default=dict, help_text="What was read for rooms to come, and the sections that it made")
    question_bank = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, blank=True)
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "refused"]), name="moodle_import_state"
            )
        ]
