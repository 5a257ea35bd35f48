"""What came through the feed: batches, their findings, and the schedule's freshness."""

from django.db import models
from django.db.models import Q

from polytech.people.api import Person


class Batch(models.Model):
    """One delivery of the student information system, from upload to done.

    `digest` is the SHA-256 of the delivered bytes; `counts` is `{file: {created, changed, ended, unchanged, rows}}`.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed"
        WAITING = "waiting"
        RUNNING = "running"
        STOPPED = "stopped"
        APPLIED = "applied"
        REFUSED = "refused"

    class Door(models.TextChoices):
        PAGE = "page"
        COMMAND = "command"
        API = "api"
        SCHEDULE = "schedule"

    door = models.TextField(choices=Door.choices)
    state = models.TextField(choices=State.choices)
    source = models.TextField(help_text="File name or address, without secrets")
    digest = models.CharField(max_length=64, blank=True)
    stored_as = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["previewed", "waiting", "running", "stopped", "applied", "refused"]),
                name="batch_state",
            ),
            models.CheckConstraint(condition=Q(door__in=["page", "command", "api", "schedule"]), name="batch_door"),
        ]


class BatchFinding(models.Model):
    """One finding of a batch, with its place in the input (`kernel.findings.Finding`)."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="findings")
    level = models.TextField()
    code = models.TextField()
    file = models.TextField(blank=True)
    line = models.IntegerField(null=True)
    column = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    done = models.TextField(default="kept")
