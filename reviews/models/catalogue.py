"""What the catalogue is searched by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from reviews.models.release import Release


class ReleasedColumn(models.Model):
    """A column of a release, as its card has it: people look for data by what is in it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=255)
    sdtype = models.CharField(max_length=12)
    words = models.TextField(blank=True, help_text="description and unit")

    class Meta:
        verbose_name = "column of a release"
        verbose_name_plural = "columns of releases"
        ordering: ClassVar = ["position"]
        constraints = [models.UniqueConstraint(fields=["release", "position"], name="one_released_column_per_position")]

    def __str__(self) -> str:
        return self.label
