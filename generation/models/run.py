"""Generation runs, their parts, and bake-offs of several runs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.models.dataset import HEX64, Dataset, Plan
from synthportal.roles import Role
from synthportal.transitions import Table


class GenerationRun(models.Model):
    """One synthetic artefact in the making; a retry is a new run."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        GENERATED = "generated"
        EVALUATED = "evaluated"
        FAILED = "failed"
        CANCELLED = "cancelled"

    TRANSITIONS: ClassVar[Table] = {
        Status.QUEUED: {
            Status.RUNNING: (Role.WORKER,),
            Status.FAILED: (Role.WORKER,),
            Status.CANCELLED: (Role.OWNER,),
        },
        Status.RUNNING: {
            Status.GENERATED: (Role.WORKER,),
            Status.FAILED: (Role.WORKER,),
            Status.CANCELLED: (Role.OWNER,),
        },
        Status.GENERATED: {
            Status.EVALUATED: (Role.WORKER,),
            Status.FAILED: (Role.WORKER,),
            Status.CANCELLED: (Role.OWNER,),
        },
        Status.EVALUATED: {},
        Status.FAILED: {},
        Status.CANCELLED: {},
    }

    # What was asked for and what came of it, in full: no list of many runs shows it.
    LARGE: ClassVar = ("parameters", "asked", "columns", "notes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    synthesizer = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    bake_off = models.ForeignKey("BakeOff", on_delete=models.PROTECT, null=True, related_name="runs")
    taken_at = models.DateTimeField(null=True, help_text="when it was taken from its bake-off to review")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    rules = models.ForeignKey("RuleSet", on_delete=models.PROTECT, null=True, related_name="runs")
    asked = models.BinaryField(
        null=True, help_text="conditions, balance and shifts asked for, sealed: they name values"
    )
    rows = models.BigIntegerField()
    seed = models.BigIntegerField()
    tier = models.CharField(max_length=20, default="standard", help_text="name of the review policy's tier")
    model_sha256 = models.CharField(max_length=64, blank=True, help_text="fitted model, kept until sampling ends")
    model_hmac = models.CharField(max_length=64, blank=True)
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    artefact_size = models.BigIntegerField(null=True)
    artefact_rows = models.BigIntegerField(null=True)
    columns = models.JSONField(default=list, help_text="names of the columns in the artefact, in order")
    notes = models.JSONField(default=list, help_text="what the synthesizer left out and why")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = ("dataset_id", "plan_id", "requested_by_id", "synthesizer", "seed", "tier")
    # What is there once it is generated, and told of what is signed; the event that says so keeps its digest.
    MADE: ClassVar = (
        "number", "parameters", "rules_id", "asked", "rows", "artefact_sha256", "artefact_size", "artefact_rows",
        "columns", "notes",
    )  # fmt: skip

    class Meta:
        verbose_name = "generation run"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_run_per_number"),
            models.CheckConstraint(condition=Q(rows__gte=1), name="run_asks_for_rows"),
            models.CheckConstraint(
                condition=~Q(status__in=["generated", "evaluated"]) | Q(artefact_sha256__regex=HEX64),
                name="generated_run_has_an_artefact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset.name} / run {self.number}"

    @property
    def title(self) -> str:
        """What its owner calls it; "" for nothing. Lists select the label along."""
        label: RunLabel | None = getattr(self, "label", None)
        return label.title if label else ""

    @property
    def remark(self) -> str:
        """The owner's note."""
        label: RunLabel | None = getattr(self, "label", None)
        return label.remark if label else ""


class RunLabel(models.Model):
    """What an owner calls a run, and their note on it. A table of its own: nothing that is signed reads it."""

    run = models.OneToOneField(GenerationRun, on_delete=models.CASCADE, related_name="label")
    title = models.CharField(max_length=80, blank=True)
    remark = models.TextField(blank=True, max_length=2000)

    class Meta:
        verbose_name = "name of a run"
        verbose_name_plural = "names of runs"

    def __str__(self) -> str:
        return self.title


AT_WORK = (GenerationRun.Status.QUEUED, GenerationRun.Status.RUNNING, GenerationRun.Status.GENERATED)


class BakeOff(models.Model):
    """Several synthesizers asked for at once on the same dataset, to be compared; its runs point here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="bake_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "bake-off"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"bake-off of {self.dataset.name}"


class RunPart(models.Model):
    """Several seeded shards of an artefact, sampled by any worker; removed when the artefact is put together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.CASCADE, related_name="parts")
    index = models.PositiveIntegerField()
    rows = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="empty until the part is sampled")

    class Meta:
        verbose_name = "part"
        # Table and constraint are from when a part was one shard.
        db_table = "generation_runshard"
        ordering: ClassVar = ["index"]
        constraints = [models.UniqueConstraint(fields=["run", "index"], name="one_shard_per_index")]

    def __str__(self) -> str:
        return f"part {self.index} of {self.run}"
