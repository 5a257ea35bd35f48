"""Announcements of the university to its people."""

from django.db import models
from django.db.models import F, Q

from polytech.kernel.text import LANGUAGES, TranslatedField
from polytech.people.api import OrgUnit, Person, Role


class Announcement(models.Model):
    """A text for everybody, for a role, or for an organisational unit, shown from one moment to another.

    With a role and a unit it is for those who have the role and belong to the unit. A unit means all below it too.
    Withdrawing can be undone: nothing is deleted.
    """

    title = TranslatedField()
    body = TranslatedField()
    audience_role = models.TextField(blank=True)
    audience_org = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True, blank=True)
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(audience_role__in=["", *Role.values]), name="announcement_role"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("published_at")), name="announcement_period"
            ),
        ]
        indexes = [models.Index(fields=["-published_at", "-id"], name="announcement_newest")]

    def __str__(self) -> str:
        return next((self.title[code] for code in LANGUAGES if self.title.get(code)), "")

    @property
    def missing_languages(self) -> list[str]:
        """The codes of the languages in which the title or the text is missing."""
        return [code for code in LANGUAGES if not (self.title.get(code) and self.body.get(code))]
