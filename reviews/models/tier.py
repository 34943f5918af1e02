"""Versions of the tiers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from reviews.models.review import PERSON


class TierVersion(models.Model):
    """One version of a tier's review policy: the newest counts for new reviews; version 1 is shipped as code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tier = models.CharField(max_length=20)
    version = models.PositiveIntegerField(help_text="from 2 on")
    policy = models.JSONField(help_text="every field of the review policy")
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("tier", "version", "policy", "reason", "by_id")

    class Meta:
        verbose_name = "version of a tier"
        verbose_name_plural = "versions of tiers"
        ordering: ClassVar = ["tier", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "version"], name="one_policy_per_tier_and_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="tier_version_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.version}"
