"""Reviews of sampled records, verdicts, waivers, releases and downloads."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from generation.models import HEX64, GenerationRun
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
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

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

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        JUDGED = "judged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="records")
    lane = models.CharField(max_length=8, choices=Lane.choices)
    position = models.PositiveIntegerField(help_text="place in the queue, from 1")
    row = models.BigIntegerField(help_text="index in the artefact")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reasons = models.JSONField(default=list, help_text="why the hunt lane has it, in words")
    sealed = models.BinaryField(help_text="the record, sealed with the dataset's key")
    claimed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveBigIntegerField(default=0)

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
        ]
        indexes = [models.Index(fields=["review", "state", "position"])]

    def __str__(self) -> str:
        return f"record {self.position}"


class Verdict(models.Model):
    """One person's judgement of one record. Undone ones stay; triggers freeze all when the review closes."""

    class Decision(models.TextChoices):
        CLEAN = "clean"
        LEAKAGE = "leakage"
        UNREALISTIC = "unrealistic"

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

    class Meta:
        verbose_name = "verdict"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "by"], condition=Q(undone_at__isnull=True), name="one_standing_verdict_per_person"
            )
        ]
        indexes = [models.Index(fields=["by", "-created_at"])]

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

    class Meta:
        verbose_name = "adjudication"
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("flagged_by")), name="adjudicated_by_a_second_person"),
        ]

    def __str__(self) -> str:
        return "confirmed leak" if self.is_leak else "no leak"


class Waiver(models.Model):
    """A steward lets one shortfall of usefulness pass, with a reason; privacy can never be waived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="waivers")
    condition = models.CharField(max_length=40)
    evaluation_digest = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "waiver"
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__in=["utility", "fidelity", "diversity"]), name="only_usefulness_can_be_waived"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.UniqueConstraint(
                fields=["run", "condition", "evaluation_digest"], name="one_waiver_per_condition_and_evidence"
            ),
        ]

    def __str__(self) -> str:
        return self.condition


class Release(models.Model):
    """The door's permission for exactly these bytes, signed by a second person."""

    class Status(models.TextChoices):
        RELEASED = "released"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    TRANSITIONS: ClassVar[Table] = {
        Status.RELEASED: {Status.WITHDRAWN: (Role.STEWARD,), Status.EXPIRED: (Role.STEWARD, Role.WORKER)},
        Status.WITHDRAWN: {},
        Status.EXPIRED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="releases")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="release")
    artefact_sha256 = models.CharField(max_length=64)
    dossier_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RELEASED)
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="releases")
    released_at = models.DateTimeField(auto_now_add=True)
    claim = models.TextField(help_text="the sentence that was signed, word for word")
    certificate = models.JSONField(help_text="signed envelope")
    card = models.JSONField(default=dict, help_text="facts of the data card")
    withdrawn_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "release"
        ordering: ClassVar = ["-released_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["artefact_sha256"], condition=Q(status="released"), name="one_active_release_per_artefact"
            ),
            models.CheckConstraint(condition=~Q(released_by=F("requested_by")), name="release_needs_four_eyes"),
            models.CheckConstraint(
                condition=Q(artefact_sha256__regex=HEX64, dossier_hash__regex=HEX64), name="release_digests_are_hex"
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_by__isnull=False), name="withdrawn_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.number}"


class ReleasedFile(models.Model):
    """One rendering of a release on the plain shelf; Parquet is the artefact itself."""

    class Format(models.TextChoices):
        PARQUET = "parquet", "Parquet"
        CSV = "csv", "CSV"
        JSONL = "jsonl", "JSON Lines"
        SPREADSHEET = "spreadsheet_csv", "CSV for spreadsheets"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=16, choices=Format.choices)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        verbose_name = "released file"
        constraints = [
            models.UniqueConstraint(fields=["release", "format"], name="one_file_per_format"),
            models.CheckConstraint(condition=Q(sha256__regex=HEX64), name="released_file_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return self.format


class Download(models.Model):
    """Bytes that left: who, what, when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="downloads")
    format = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64)
    first_byte = models.BigIntegerField(default=0)
    last_byte = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "download"
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.format} of {self.release}"
