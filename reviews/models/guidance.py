"""What people have before them when they judge, and who shall judge by when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from generation.models import Dataset
from reviews.models.review import PERSON, Review


class Guidelines(models.Model):
    """A version of what annotators are told of one dataset, beside what holds for all. The newest one counts."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="guidelines")
    version = models.PositiveIntegerField()
    words = models.TextField(blank=True)
    flags = models.JSONField(default=list, help_text="examples of good flags, a sentence each")
    false_alarms = models.JSONField(default=list, help_text="examples of what is no leak, a sentence each")
    reasons = models.JSONField(default=dict, help_text="reasons for a flag beside those for all, by decision, in words")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "version of guidelines"
        verbose_name_plural = "versions of guidelines"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_guidelines_per_version")]

    def __str__(self) -> str:
        return f"guidelines {self.version}"


class Assignment(models.Model):
    """A steward asks a person to judge in a review until a day. Others may judge too: it closes no desk to anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="assignments")
    due = models.DateField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "assignment"
        ordering: ClassVar = ["due", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"], condition=Q(ended_at__isnull=True), name="one_standing_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review} by {self.due.isoformat()}"
