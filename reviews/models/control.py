"""Controls in the queue, and what follows from missing them: pauses and records judged anew."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from reviews.engine.controls.fabricate import TITLES, Kind
from reviews.models.review import PERSON, Review, ReviewRecord
from reviews.models.verdict import Verdict


class Requeue(models.Model):
    """A clean verdict that somebody other than its author set aside, so that another person judges the record anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="requeue")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: a pause")
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    HELD_BY: ClassVar = "the digest in the event that set them aside"

    class Meta:
        verbose_name = "re-queued verdict"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="requeue_has_a_reason")]

    def __str__(self) -> str:
        return f"re-queued {self.verdict}"


class Control(models.Model):
    """What a place in the queue hides: a fabricated leak or fabricated nonsense. It is no record of any artefact."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.OneToOneField(ReviewRecord, on_delete=models.CASCADE, related_name="control")
    kind = models.CharField(max_length=20, choices=[(kind.value, TITLES[kind]) for kind in Kind])
    expected = models.CharField(max_length=12, choices=Verdict.Decision.choices)

    HELD_BY: ClassVar = "the digest of what was drawn, kept with the review"

    class Meta:
        verbose_name = "control"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="nonsense", expected="unrealistic") | (~Q(kind="nonsense") & Q(expected="leakage")),
                name="control_expects_what_it_is",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Pause(models.Model):
    """An annotator judges no more in a review: they missed too many controls. A steward may lift it, with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="pauses")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    found = models.PositiveIntegerField(help_text="controls found when the pause began")
    judged = models.PositiveIntegerField(help_text="controls judged when the pause began")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_reason = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = (
        "review_id", "person_id", "found", "judged", "lifted_by_id", "lifted_reason", "lifted_at",
    )  # fmt: skip

    class Meta:
        verbose_name = "pause"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"], condition=Q(lifted_at__isnull=True), name="one_standing_pause_per_person"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (Q(lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="pause_is_lifted_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.person}"
