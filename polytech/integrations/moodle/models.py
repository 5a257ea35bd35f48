"""Imports of Moodle backups: their progress and their report."""

from django.db import models
from django.db.models import Q

from polytech.files.api import Blob
from polytech.learning.api import Course
from polytech.people.api import Person


class MoodleImport(models.Model):
    """One backup on its way into one course. `report` lists what came and what did not, element by element."""

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
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "refused"]), name="moodle_import_state"
            )
        ]
