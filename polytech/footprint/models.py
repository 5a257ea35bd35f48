"""The digital footprint: append-only statements, partitioned by month."""

from django.db import models


class Verb(models.TextChoices):
    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
    COMPLETED = "completed"
    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    IMPORTED = "imported"
    STARTED_ACTING = "started-acting"
    STOPPED_ACTING = "stopped-acting"
    REFUSED = "refused"


class Statement(models.Model):
    """Who did what with which thing, when, and how sure we are of it.

    The table is partitioned by `at` (migration 0001) and refuses UPDATE and DELETE. Rooms above are named by
    `object_kind` and `object_id`, never by foreign keys: the footprint knows nobody.
    """

    pk = models.CompositePrimaryKey("at", "id")
    at = models.DateTimeField()
    id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    acted_by_id = models.BigIntegerField(null=True)
    verb = models.TextField(choices=Verb.choices)
    object_kind = models.TextField()
    object_id = models.BigIntegerField(null=True)
    course_id = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    extra = models.JSONField(null=True)
    source = models.TextField(default="portal")
    verified = models.BooleanField(default=True)

    class Meta:
        managed = False
        db_table = "footprint_statement"


class DailyUse(models.Model):
    """How much the portal was used on one day, counted from the statements (jobs.py).

    `people_of_week` are the different persons who signed in on this day and the six before.
    """

    day = models.DateField(primary_key=True)
    people = models.IntegerField()
    people_of_week = models.IntegerField()
    readings = models.IntegerField()
    failed_sign_ins = models.IntegerField()
