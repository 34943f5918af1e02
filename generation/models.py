"""Datasets, their columns and plans, generation runs and their evaluations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

import generation.ledger_models  # noqa: F401  its models belong to this app
from synthportal.models import DataKey
from synthportal.roles import Role
from synthportal.transitions import Table

HEX64 = r"^[0-9a-f]{64}$"


class Purpose(models.TextChoices):
    """What the synthetic data is for: it decides which evidence is needed."""

    TRAINING = "training", "Train a model"
    FINE_TUNING = "fine_tuning", "Fine-tune a model"
    EVALUATION = "evaluation", "Evaluate a model"
    TESTING = "testing", "Test software"
    STRESS_TEST = "stress_test", "Stress test"
    KNOWLEDGE_TESTING = "knowledge_testing", "Test knowledge retrieval"


class Dataset(models.Model):
    """A source with its stated purpose. Its content lies sealed in the vault; this row holds digests and counts."""

    class Kind(models.TextChoices):
        TABLE = "table", "Table"
        TEXT = "text", "Texts"
        CHAT = "chat", "Conversations"
        DOCUMENTS = "documents", "Documents"

    class Status(models.TextChoices):
        UPLOADED = "uploaded"
        INGESTED = "ingested"
        PROFILED = "profiled"
        MINIMISED = "minimised"
        REFUSED = "refused"
        ERASED = "erased"

    TRANSITIONS: ClassVar[Table] = {
        Status.UPLOADED: {
            Status.INGESTED: (Role.WORKER,),
            Status.REFUSED: (Role.WORKER,),
            Status.ERASED: (Role.OWNER,),
        },
        Status.INGESTED: {Status.PROFILED: (Role.WORKER,), Status.ERASED: (Role.OWNER,)},
        Status.PROFILED: {Status.MINIMISED: (Role.WORKER,), Status.ERASED: (Role.OWNER,)},
        Status.MINIMISED: {Status.ERASED: (Role.OWNER,)},
        Status.REFUSED: {Status.ERASED: (Role.OWNER,)},
        Status.ERASED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TABLE)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UPLOADED)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    description = models.TextField(blank=True, help_text="Who will use the synthetic data, and for what exactly.")
    prohibited_uses = models.TextField(default="Re-identifying people; decisions about individual people.")
    legal_basis = models.CharField(max_length=200, blank=True, help_text="Licence of the source, or legal basis.")
    retain_until = models.DateField(null=True, blank=True, help_text="When the source is to be erased.")
    target = models.CharField(max_length=255, blank=True, help_text="Label of the column a model shall predict.")
    person_column = models.CharField(max_length=255, blank=True, help_text="Label of the column that names a person.")
    key = models.OneToOneField(DataKey, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=255, help_text="display only")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField(null=True)
    training_rows = models.BigIntegerField(null=True)
    holdout_rows = models.BigIntegerField(null=True)
    training_sha256 = models.CharField(max_length=64, blank=True)
    holdout_sha256 = models.CharField(max_length=64, blank=True)
    minimised_sha256 = models.CharField(max_length=64, blank=True, help_text="training records after minimisation")
    minimised_holdout_sha256 = models.CharField(max_length=64, blank=True)
    file_facts = models.JSONField(default=dict, help_text="what ingest found: labels, types and notes, no values")
    profile = models.JSONField(default=dict, help_text="what profile found, in counts")
    schema = models.JSONField(default=list, help_text="columns of the minimised table")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "dataset"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=HEX64), name="dataset_sha256_is_hex"),
            models.CheckConstraint(condition=~Q(name=""), name="dataset_has_a_name"),
            models.CheckConstraint(
                condition=~Q(status__in=["ingested", "profiled", "minimised"]) | Q(training_sha256__regex=HEX64),
                name="ingested_dataset_has_training_records",
            ),
            models.CheckConstraint(
                condition=~Q(status="minimised") | Q(minimised_sha256__regex=HEX64),
                name="minimised_dataset_has_minimised_records",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Column(models.Model):
    """One column of a dataset: what it is and may give away, in counts; never a value."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=255)
    sdtype = models.CharField(max_length=12)
    role = models.CharField(max_length=12)
    missing = models.BigIntegerField()
    distinct = models.BigIntegerField()

    class Meta:
        verbose_name = "column"
        ordering: ClassVar = ["position"]
        constraints = [models.UniqueConstraint(fields=["dataset", "position"], name="one_column_per_position")]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """The column's name inside the portal."""
        return f"c{self.position}"


class Plan(models.Model):
    """A version of a dataset's minimisation plan: proposed by the portal or changed by its owner, then confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="plans")
    version = models.PositiveIntegerField()
    treatments = models.JSONField()
    roles = models.JSONField(default=dict, help_text="roles the owner changed, by column name")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict, help_text="before and after, in counts: a preview until minimised")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "minimisation plan"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_plan_per_version")]

    def __str__(self) -> str:
        return f"plan {self.version}"


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

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    synthesizer = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    bake_off = models.ForeignKey("BakeOff", on_delete=models.PROTECT, null=True, related_name="runs")
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


class RuleSet(models.Model):
    """One version of a dataset's business rules; the newest counts for new runs, older ones stay.

    Rules name values, so their content is sealed with the dataset's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="rule_sets")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(help_text="the rules as JSON, sealed with the dataset's key")
    count = models.PositiveIntegerField(help_text="how many rules there are")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "rule set"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_rule_set_per_version")]

    def __str__(self) -> str:
        return f"rules {self.version}"


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


class RunShard(models.Model):
    """One seeded part of an artefact, sampled by any worker; removed when the artefact is put together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.CASCADE, related_name="shards")
    index = models.PositiveIntegerField()
    rows = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, help_text="empty until the shard is sampled")

    class Meta:
        verbose_name = "shard"
        ordering: ClassVar = ["index"]
        constraints = [models.UniqueConstraint(fields=["run", "index"], name="one_shard_per_index")]

    def __str__(self) -> str:
        return f"shard {self.index} of {self.run}"


class Calibration(models.Model):
    """What the privacy checks do on this run's data: false alarms on real records, or which planted leaks they catch.

    Without `finished_at` its job still runs, was cancelled or failed; the job keeps the reason.
    """

    class Kind(models.TextChoices):
        NULL_RUN = "null_run", "Null run"
        PLANTED_LEAKS = "planted_leaks", "Planted-leak run"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="calibrations")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    repeats = models.PositiveIntegerField(default=0, help_text="of a null run")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=list, help_text="counts per metric; no values")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "calibration"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.run}"


class Limits(models.Model):
    """One version of the limits that a purpose's evidence is judged by. The shipped set is version 1 and code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    version = models.PositiveIntegerField(help_text="from 2 on")
    limits = models.JSONField(help_text="what differs from the shipped set")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

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
