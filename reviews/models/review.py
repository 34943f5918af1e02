"""Reviews, their records and the tallies of who said what."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.models import GenerationRun
from generation.models.dataset import HEX64
from synthportal.roles import Role
from synthportal.transitions import Table

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """The one sample of one artefact, fixed before the first verdict."""

    class Status(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        RELEASED = "released"

    TRANSITIONS: ClassVar[Table] = {
        Status.OPEN: {Status.ACCEPTED: (Role.STEWARD,), Status.REJECTED: (Role.STEWARD, Role.ANNOTATOR)},
        Status.ACCEPTED: {Status.RELEASED: (Role.STEWARD,)},
        Status.REJECTED: {},
        Status.RELEASED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(GenerationRun, on_delete=models.PROTECT, related_name="review")
    artefact_sha256 = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    policy = models.JSONField(help_text="the tier as it was when the sample was drawn")
    plan = models.JSONField(help_text="the sampling plan that followed from it")
    lot = models.BigIntegerField(help_text="records in the artefact")
    required = models.PositiveIntegerField(help_text="n: records to judge in the random lane")
    accept = models.PositiveIntegerField(help_text="c: confirmed leaks that may still pass")
    ltpd = models.FloatField(help_text="p0, a fraction")
    confidence = models.FloatField()
    dossier_hash = models.CharField(max_length=64, blank=True)
    places = models.JSONField(default=dict, help_text="places in the queue, by lane")
    draw = models.JSONField(default=dict, help_text="how the seed is checked; empty for a draw by HMAC, as before")
    own_reasons = models.JSONField(
        default=dict, help_text="reasons of the guidelines' own, by decision, while it is open"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = (
        "run_id", "artefact_sha256", "policy", "plan", "lot", "required", "accept", "ltpd", "confidence", "places",
        "draw",
    )  # fmt: skip

    class Meta:
        verbose_name = "review"
        constraints = [
            models.CheckConstraint(condition=Q(artefact_sha256__regex=HEX64), name="review_digest_is_hex"),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "released"]) | Q(dossier_hash__regex=HEX64),
                name="accepted_review_binds_a_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.run}"


class ReviewRecord(models.Model):
    """A record of the artefact that somebody shall judge. Its content is sealed and read one at a time."""

    class Lane(models.TextChoices):
        RANDOM = "random"
        HUNT = "hunt"
        CONTROL = "control"

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        JUDGED = "judged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="records")
    lane = models.CharField(max_length=8, choices=Lane.choices)
    position = models.PositiveIntegerField(help_text="place in the queue, from 1")
    row = models.BigIntegerField(null=True, help_text="index in the artefact; none for a control")
    needed = models.PositiveSmallIntegerField(default=1, help_text="verdicts by different people until it is judged")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reasons = models.JSONField(default=list, help_text="why the hunt lane has it, in words")
    sealed = models.BinaryField(help_text="the record, sealed with the dataset's key")
    claimed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveBigIntegerField(default=0)

    HELD_BY: ClassVar = "the digest of what was drawn, kept with the review"

    @property
    def place(self) -> dict[str, str]:
        """For the facts of an event: the gate finds by the review what was said in it."""
        return {"review": str(self.review_id), "record": str(self.pk)}

    class Meta:
        verbose_name = "record"
        ordering: ClassVar = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="one_record_per_place"),
            models.UniqueConstraint(fields=["review", "row"], name="one_record_per_row"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, lease_until__isnull=False),
                name="claimed_record_has_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(lane="control", row__isnull=True) | (~Q(lane="control") & Q(row__isnull=False)),
                name="control_is_no_record_of_the_artefact",
            ),
            models.CheckConstraint(condition=Q(needed__gte=1, needed__lte=6), name="needs_one_to_six_verdicts"),
        ]
        indexes = [
            models.Index(fields=["review", "state", "position"]),
            models.Index(fields=["review", "lane", "state", "position"]),
            models.Index(
                fields=["review", "lease_until"], condition=models.Q(claimed_by__isnull=False), name="records_in_hand"
            ),
            models.Index(
                fields=["review", "position"],
                condition=models.Q(state="waiting", claimed_by__isnull=True),
                name="records_to_be_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.position}"


class Tally(models.Model):
    """What one person has done in one lane of a review, counted as it happens: no page counts a long queue.

    One row per person, so that people who judge at the same time do not wait for each other. Only tally.py writes it.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="tallies")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    lane = models.CharField(max_length=8, choices=ReviewRecord.Lane.choices)
    verdicts = models.IntegerField(default=0, help_text="standing verdicts of this person")
    judged = models.IntegerField(default=0, help_text="records completed less records opened again by this person")

    HELD_BY: ClassVar = "the verdicts, which the gate counts anew"

    class Meta:
        verbose_name = "tally"
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["review", "person", "lane"], name="one_tally_per_person_and_lane")
        ]

    def __str__(self) -> str:
        return f"tally of {self.person}"
