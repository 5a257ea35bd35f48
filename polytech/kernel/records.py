"""What every record fed by the student information system has."""

from typing import TypeVar

from django.db import models

R = TypeVar("R", bound="FedRecord")


class FedQuerySet(models.QuerySet[R]):
    def current(self) -> "FedQuerySet[R]":
        return self.filter(ended_at=None)


class FedRecord(models.Model):
    """A record with the feed's identifier; without one it was made by hand. Records are ended, never deleted."""

    sourced_id = models.TextField(null=True, blank=True, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = FedQuerySet.as_manager()

    class Meta:
        abstract = True
