"""Retention: on which day a source is erased, and that its owner was told."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from generation.models.dataset import Dataset


class ErasureNotice(models.Model):
    """The owner of a source was told on which day it is erased. It holds for the day that they had named then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="erasure_notices")
    due = models.DateField(help_text="the day that the owner had named")
    erased_on = models.DateField(help_text="later than that day only if it was past when they were told")
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "erasure notice"
        ordering: ClassVar = ["told_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["dataset", "due"], name="one_notice_a_day_named")]

    def __str__(self) -> str:
        return f"{self.dataset_id} is erased on {self.erased_on.isoformat()}"
