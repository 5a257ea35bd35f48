"""Stored contents: one blob for equal bytes, whoever uploaded them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from polytech.kernel import clock


class Blob(models.Model):
    """Immutable bytes in the file storage, found by their SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    media_type = models.TextField(help_text=_("Detected from the content, not from the name"))
    stored_as = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(default=clock.now, help_text=_("When somebody last stored these bytes"))

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.media_type}, {self.size_bytes} B)"
