"""Versions of the tiers, and what a second steward decided about each."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from reviews.models.review import PERSON


class TierVersion(models.Model):
    """One version of a tier's review policy: the newest that a second steward confirmed counts for new reviews.

    Version 1 is shipped as code: it has no author and needs nobody.
    """

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


class TierDecision(models.Model):
    """A second steward let a version of a tier hold, or refused it. Without one the version waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(TierVersion, on_delete=models.PROTECT, related_name="decision")
    holds = models.BooleanField()
    note = models.TextField()
    by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: it held before there was a rule"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("version_id", "holds", "note", "by_id")

    class Meta:
        verbose_name = "decision about a tier"
        verbose_name_plural = "decisions about tiers"
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="tier_decision_has_a_note")]

    def __str__(self) -> str:
        return "holds" if self.holds else "refused"
