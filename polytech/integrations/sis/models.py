"""What came through the feed: batches and their findings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from polytech.people.api import Person


class BatchState(models.TextChoices):
    """Where a batch stands.

    waiting → looking → previewed → waiting → running → applied; running → stopped (it would end too much: a person
    decides) → waiting; looking or running → refused (nothing could be read), failed (the surroundings: disk,
    database), interrupted (its process died; nothing of it was applied and it can be repeated). By other doors than
    the registrar's page a batch begins at running.
    """

    WAITING = "waiting", _("Waits for its turn")
    LOOKING = "looking", _("Being looked at")
    PREVIEWED = "previewed", _("Previewed")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Waits for a decision")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")
    INTERRUPTED = "interrupted", _("Interrupted")


class Door(models.TextChoices):
    """How a batch came in."""

    PAGE = "page", _("Registrar's page")
    COMMAND = "command", _("Command line")
    API = "api", _("Another system")
    SCHEDULE = "schedule", _("Schedule")


class Batch(models.Model):
    """One delivery of the student information system, from upload to done.

    `digest` is the SHA-256 of the delivered bytes. `counts` is `{file: {mode, rows, created, changed, returned,
    ended, unchanged, quarantined}}`; without them it was not looked at yet. `stored_as` names the uploaded file as
    long as it may still be applied. `accepts_large_end`: somebody has decided that it may end more than the set share.
    While it is worked on, `share_done` says how far it is, and `touched_at` when that was.
    """

    door = models.TextField(choices=Door.choices)
    state = models.TextField(choices=BatchState.choices)
    source = models.TextField(help_text=_("File name or address, without secrets"))
    digest = models.CharField(max_length=64, blank=True)
    stored_as = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    accepts_large_end = models.BooleanField(default=False)
    share_done = models.FloatField(default=0)
    touched_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state"),
            models.CheckConstraint(condition=Q(door__in=Door.values), name="batch_door"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.source} ({self.state})"


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

    class Meta:
        ordering = ["id"]
