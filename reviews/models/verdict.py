"""What people say of records: verdicts, skips, second looks, adjudications."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from reviews.engine.reading import judgement
from reviews.models.review import PERSON, ReviewRecord


class Verdict(models.Model):
    """One person's judgement of one record. Undone ones stay; triggers freeze all when the review closes."""

    class Decision(models.TextChoices):
        CLEAN = judgement.Decision.CLEAN.value
        LEAKAGE = judgement.Decision.LEAKAGE.value
        UNREALISTIC = judgement.Decision.UNREALISTIC.value

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(ReviewRecord, on_delete=models.CASCADE, related_name="verdicts")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="verdicts")
    decision = models.CharField(max_length=12, choices=Decision.choices)
    reasons = models.JSONField(default=list)
    fields = models.JSONField(default=list, help_text="positions of the marked columns")
    note = models.TextField(blank=True)
    seconds = models.FloatField(default=0, help_text="from claim to verdict")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = ("record_id", "by_id", "decision", "reasons", "fields", "note", "seconds")

    class Meta:
        verbose_name = "verdict"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "by"], condition=Q(undone_at__isnull=True), name="one_standing_verdict_per_person"
            )
        ]
        indexes = [models.Index(fields=["by", "-created_at"]), models.Index(fields=["decision", "record"])]

    def __str__(self) -> str:
        return self.decision


class Skip(models.Model):
    """A person passes a record on, with a reason; it never counts as judged. Taken back, it stays in the history."""

    class Reason(models.TextChoices):
        CANNOT_TELL = "cannot_tell", "I cannot tell"
        NEEDS_EXPERT = "needs_expert", "needs somebody who knows the subject"
        KNOWN_PERSON = "known_person", "I may know the person"
        UPSETTING = "upsetting", "upsetting content"
        NOT_SHOWN = "not_shown", "not shown properly"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(ReviewRecord, on_delete=models.CASCADE, related_name="skips")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="skips")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = ("record_id", "by_id", "reason", "note")

    class Meta:
        verbose_name = "skip"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "by"], condition=Q(undone_at__isnull=True), name="one_standing_skip_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class SecondLook(models.Model):
    """What the second person says of a flagged record before seeing what the first one said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="second_look")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="second_looks")
    decision = models.CharField(max_length=12, choices=Verdict.Decision.choices)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("verdict_id", "by_id", "decision", "reasons")

    class Meta:
        verbose_name = "second look"

    def __str__(self) -> str:
        return self.decision


class Adjudication(models.Model):
    """A second person settles a leak flag; it counts as a confirmed leak only then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="adjudication")
    flagged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="adjudications")
    is_leak = models.BooleanField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("verdict_id", "flagged_by_id", "by_id", "is_leak", "note")

    class Meta:
        verbose_name = "adjudication"
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("flagged_by")), name="adjudicated_by_a_second_person"),
        ]

    def __str__(self) -> str:
        return "confirmed leak" if self.is_leak else "no leak"
