"""Releases, their files and downloads, and the waivers they were signed with."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from generation.models import GenerationRun
from generation.models.dataset import HEX64
from reviews.models.review import PERSON, Review
from synthportal.roles import Role
from synthportal.transitions import Table


class Waiver(models.Model):
    """A steward lets one shortfall of usefulness pass, with a reason; privacy can never be waived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="waivers")
    condition = models.CharField(max_length=40)
    evaluation_digest = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("run_id", "condition", "evaluation_digest", "reason", "by_id")

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
    # Not read for lists: what was signed and the facts of the card.
    LARGE: ClassVar = ("certificate", "card")

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
    on_request = models.BooleanField(default=False, help_text="whether engineers ask a steward before they may hold it")
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
        XLSX = "xlsx", "XLSX"
        PLAIN_CSV = "plain_csv", "Plain CSV"
        SPREADSHEET = "spreadsheet_csv", "CSV for spreadsheets"
        MESSAGES = "messages", "Messages"
        SHAREGPT = "sharegpt", "ShareGPT"
        PROMPTS = "prompts", "Prompts and completions"
        ALPACA = "alpaca", "Alpaca"
        TOOLS = "tools", "Files for tools"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=16, choices=Format.choices)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    HELD_BY: ClassVar = "the signed attestation"

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
    token = models.CharField(max_length=16, blank=True, help_text="prefix of the API token; empty for a browser")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "download"
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.format} of {self.release}"
