"""Evidence and what it is held against: evaluations, calibrations, versions of limits."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.models.dataset import HEX64, Dataset, Plan, Purpose
from generation.models.run import GenerationRun


class Evaluation(models.Model):
    """What was measured on one artefact. The newest one counts; older ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="evaluations")
    number = models.PositiveIntegerField()
    artefact_sha256 = models.CharField(max_length=64)
    metrics = models.JSONField(help_text="list of metrics as in the API contract")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the metrics and what they were computed from")
    report_sha256 = models.CharField(max_length=64, help_text="sealed: plots, and the records that were named")
    policy_version = models.CharField(max_length=40)
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("run_id", "number", "artefact_sha256", "metrics", "digest", "report_sha256", "policy_version")

    class Meta:
        verbose_name = "evaluation"
        ordering: ClassVar = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_evaluation_per_number"),
            models.CheckConstraint(
                condition=Q(artefact_sha256__regex=HEX64, digest__regex=HEX64), name="evaluation_digests_are_hex"
            ),
        ]

    def __str__(self) -> str:
        return f"evaluation {self.number}"


class Recomputation(models.Model):
    """What a second worker got that measured an evaluation's artefact again; signed with a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="recomputations")
    worker = models.CharField(max_length=60, help_text="its name in SYNTHPORTAL_SECOND_WORKERS")
    digest = models.CharField(max_length=64, help_text="as the evaluation's, of what this worker got")
    signature = models.CharField(max_length=128)
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("evaluation_id", "worker", "digest", "signature")

    class Meta:
        verbose_name = "recomputation"
        ordering: ClassVar = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "worker"], name="one_recomputation_per_worker"),
            models.CheckConstraint(condition=Q(digest__regex=HEX64), name="recomputation_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} by {self.worker}"


class Calibration(models.Model):
    """What the privacy checks do on this run's data: false alarms on real records, or which planted leaks they catch.
    Or what the run's synthesizer tells of the records it is fitted on.

    Without `finished_at` its job still runs, was cancelled or failed; the job keeps the reason.
    """

    class Kind(models.TextChoices):
        NULL_RUN = "null_run", "Null run"
        PLANTED_LEAKS = "planted_leaks", "Planted-leak run"
        SHADOW_AUDIT = "shadow_audit", "Shadow audit"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="calibrations")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    repeats = models.PositiveIntegerField(default=0, help_text="splits of a null run, refits of a shadow audit")
    records = models.PositiveIntegerField(default=0, help_text="of a shadow audit")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=list, help_text="counts per metric; no values")
    report_sha256 = models.CharField(max_length=64, blank=True, help_text="sealed: the records that an audit exposed")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "calibration"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.run}"


class AuditPart(models.Model):
    """Some refits of a shadow audit, made by any worker; removed when the audit is judged."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    calibration = models.ForeignKey(Calibration, on_delete=models.CASCADE, related_name="parts")
    index = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="empty until its refits are made")

    class Meta:
        verbose_name = "part of an audit"
        ordering: ClassVar = ["index"]
        constraints = [models.UniqueConstraint(fields=["calibration", "index"], name="one_audit_part_per_index")]

    def __str__(self) -> str:
        return f"part {self.index} of {self.calibration}"


class TechnologyMap(models.Model):
    """Technologies weighed for a dataset's purpose: real records made coarse, differential privacy, surrogates, runs.

    Without `finished_at` its job still runs, was cancelled or failed; the job keeps the reason. The tables that were
    weighed are in no vault.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="technology_maps")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=list, help_text="a row per technology and setting: figures, no values")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "technology map"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"technology map of {self.dataset}"


class Limits(models.Model):
    """One version of the limits that a purpose's evidence is judged by, once a second steward confirmed it.

    The shipped set is version 1 and code: it has no author and needs nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    version = models.PositiveIntegerField(help_text="from 2 on")
    limits = models.JSONField(help_text="what differs from the shipped set")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("purpose", "version", "limits", "reason", "by_id")

    class Meta:
        verbose_name = "limits"
        verbose_name_plural = "limits"
        ordering: ClassVar = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="one_set_of_limits_per_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="limits_have_a_reason"),
        ]

    def __str__(self) -> str:
        return f"limits {self.version} for {self.get_purpose_display()}"


class LimitsDecision(models.Model):
    """A second steward let a version of the limits hold, or refused it. Without one the version waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(Limits, on_delete=models.PROTECT, related_name="decision")
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

    EVIDENCE: ClassVar = ("version_id", "holds", "note", "by_id")

    class Meta:
        verbose_name = "decision about limits"
        verbose_name_plural = "decisions about limits"
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="limits_decision_has_a_note")]

    def __str__(self) -> str:
        return "holds" if self.holds else "refused"
