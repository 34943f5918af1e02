"""The rows of the privacy budget; repositories/budget.py and stages/govern.py write them, triggers.py guards them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

DIGEST = r"^[0-9a-f]{64}$"


class PrivacySpend(models.Model):
    """What one differentially private run took from its source's budget. Written once, never changed or given back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file as it was uploaded")
    dataset = models.ForeignKey("generation.Dataset", on_delete=models.PROTECT, related_name="privacy_spends")
    run = models.OneToOneField("generation.GenerationRun", on_delete=models.PROTECT, related_name="privacy_spend")
    epsilon = models.FloatField()
    delta = models.FloatField()
    limit = models.FloatField(help_text="the source's epsilon limit when this was spent")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "privacy spend"
        ordering: ClassVar = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(source__regex=DIGEST), name="spend_names_a_source"),
            models.CheckConstraint(condition=Q(epsilon__gt=0, delta__gte=0, delta__lt=1), name="spend_is_positive"),
        ]

    def __str__(self) -> str:
        return f"epsilon {self.epsilon:g} for {self.run}"


class PrivacyLimit(models.Model):
    """The epsilon that runs on one source may take together, written by a steward; of those that a second steward
    confirmed the newest one counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=64, help_text="SHA-256 of the file as it was uploaded")
    dataset = models.ForeignKey("generation.Dataset", on_delete=models.PROTECT, related_name="privacy_limits")
    number = models.PositiveIntegerField()
    epsilon = models.FloatField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "privacy limit"
        ordering: ClassVar = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_privacy_limit_per_number"),
            models.CheckConstraint(condition=Q(source__regex=DIGEST), name="privacy_limit_names_a_source"),
            models.CheckConstraint(condition=Q(epsilon__gt=0) & ~Q(reason=""), name="privacy_limit_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"epsilon {self.epsilon:g}"

    @property
    def version(self) -> int:
        """Its number, as versions of other rules call it."""
        return self.number


class PrivacyLimitDecision(models.Model):
    """A second steward let a limit of the privacy budget hold, or refused it. Without one the limit waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(PrivacyLimit, on_delete=models.PROTECT, related_name="decision")
    holds = models.BooleanField()
    note = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="none: it held before there was a rule",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "decision about a privacy limit"
        verbose_name_plural = "decisions about privacy limits"
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="privacy_limit_decision_has_a_note")]

    def __str__(self) -> str:
        return "holds" if self.holds else "refused"
