"""Versions of the business rules of a dataset."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from generation.models.dataset import Dataset


class RuleSet(models.Model):
    """One version of a dataset's business rules; the newest counts for new runs, older ones stay.

    Rules name values, so their content is sealed with the dataset's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="rule_sets")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(help_text="the rules as JSON, sealed with the dataset's key")
    count = models.PositiveIntegerField(help_text="how many rules there are")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "rule set"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_rule_set_per_version")]

    def __str__(self) -> str:
        return f"rules {self.version}"
