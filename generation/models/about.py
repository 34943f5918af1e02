"""What people say about a source, for the cards of what is made from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from generation.models.dataset import Dataset


class About(models.Model):
    """A version of the answers about a dataset's source. The newest one counts; what was signed names its own."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="abouts")
    version = models.PositiveIntegerField()
    answers = models.JSONField(help_text="by the key of the question; an empty answer is left out")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "version of what is said about a source"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_about_per_version")]

    def __str__(self) -> str:
        return f"version {self.version}"
