"""Files that somebody dropped to see what is sensitive in them: a row for as long as its answer is looked at."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from synthportal.models import DataKey


class FileScan(models.Model):
    """One dropped file. The file goes as soon as it was read; kinds and places stay sealed until they are forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.OneToOneField(DataKey, on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    report = models.BinaryField(null=True, help_text="sealed: kinds, places and counts; no values")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "scan of a file"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"scan {self.pk}"
