"""Announcements of the university to its people."""

from django.db import models

from polytech.kernel.text import TranslatedField
from polytech.people.api import OrgUnit, Person


class Announcement(models.Model):
    """A text for everybody, for a role, or for an organisational unit, shown from one moment to another."""

    title = TranslatedField()
    body = TranslatedField()
    audience_role = models.TextField(blank=True)
    audience_org = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True)
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
