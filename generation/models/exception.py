"""What a steward lets a plan keep though it names people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.models.dataset import Dataset


class WrittenException(models.Model):
    """A steward lets the direct identifiers of a column stay as they are, or takes that back; the newest row counts."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="exceptions")
    column = models.CharField(max_length=12, help_text="name inside the portal: c0, c1, ...")
    is_granted = models.BooleanField(default=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("dataset_id", "column", "is_granted", "reason", "by_id")

    class Meta:
        verbose_name = "written exception"
        ordering: ClassVar = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="written_exception_has_a_reason")]

    def __str__(self) -> str:
        return self.column
