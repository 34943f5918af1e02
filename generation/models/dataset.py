"""Datasets, their columns and minimisation plans."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.engine.kinds.kind import LONGEST_NAME
from generation.engine.kinds.table import TABLE
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


# Its owner; and whoever restores a backup, for what was erased since.
ERASERS = (Role.OWNER, Role.WORKER)


class Dataset(models.Model):
    """A source with its stated purpose. Its content lies sealed in the vault; this row holds digests and counts."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded"
        INGESTED = "ingested"
        PROFILED = "profiled"
        MINIMISED = "minimised"
        REFUSED = "refused"
        ERASED = "erased"

    # What was found in the file: kilobytes a row, which no list of many datasets shows.
    LARGE: ClassVar = ("file_facts", "choices", "cells", "profile", "schema", "sketch")

    TRANSITIONS: ClassVar[Table] = {
        Status.UPLOADED: {
            Status.INGESTED: (Role.WORKER,),
            Status.REFUSED: (Role.WORKER,),
            Status.ERASED: ERASERS,
        },
        Status.INGESTED: {Status.PROFILED: (Role.WORKER,), Status.ERASED: ERASERS},
        Status.PROFILED: {Status.MINIMISED: (Role.WORKER,), Status.ERASED: ERASERS},
        Status.MINIMISED: {Status.ERASED: ERASERS},
        Status.REFUSED: {Status.ERASED: ERASERS},
        Status.ERASED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=LONGEST_NAME, default=TABLE.name, help_text="one of engine/kinds")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UPLOADED)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    description = models.TextField(blank=True, help_text="Who will use the synthetic data, and for what exactly.")
    prohibited_uses = models.TextField(default="Re-identifying people; decisions about individual people.")
    legal_basis = models.CharField(max_length=200, blank=True, help_text="Licence of the source, or legal basis.")
    retain_until = models.DateField(null=True, blank=True, help_text="When the source is to be erased.")
    target = models.CharField(max_length=255, blank=True, help_text="Label of the column a model shall predict.")
    person_column = models.CharField(max_length=255, blank=True, help_text="Label of the column that names a person.")
    named_next = models.JSONField(default=dict, help_text="target and person column that the next reading goes by")
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
    choices = models.JSONField(default=dict, help_text="what the owner says of columns, by name or label")
    sheet = models.CharField(max_length=31, blank=True, help_text="Name of the sheet that holds the table.")
    header_row = models.PositiveIntegerField(default=0, help_text="Row of the header, from 1; 0 where it is found.")
    cells = models.BinaryField(null=True, help_text="some texts of each column, sealed, for previews to the owner")
    profile = models.JSONField(default=dict, help_text="what profile found, in counts")
    schema = models.JSONField(default=list, help_text="columns of the minimised table")
    error = models.TextField(blank=True)
    source = models.UUIDField(null=True, db_index=True, help_text="the same for files that count as one source")
    sketch = models.JSONField(null=True, help_text="keyed numbers of some records, by which its source is known again")
    cut = models.PositiveSmallIntegerField(null=True, help_text="2: the holdout is cut by a key; none: as before")
    created_at = models.DateTimeField(auto_now_add=True)
    KEYED: ClassVar = 2

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

    @property
    def about(self) -> dict[str, str]:
        """What is said about its source now, by question: the newest answers, then what was asked at the upload."""
        newest = self.abouts.first()
        retention = f"The source is to be erased on {self.retain_until.isoformat()}." if self.retain_until else ""
        asked = {"legal_basis": self.legal_basis, "retention": retention}
        return {key: text for key, text in asked.items() if text} | (newest.answers if newest else {})


class NewerVersion(models.Model):
    """What an owner said at an upload: that it is a newer version of an earlier dataset of theirs."""

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, primary_key=True, related_name="newer_version")
    earlier = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="newer")

    class Meta:
        verbose_name = "newer version of a dataset"
        verbose_name_plural = "newer versions of datasets"

    def __str__(self) -> str:
        return f"{self.dataset}, newer than {self.earlier}"


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


class Overruling(models.Model):
    """What an owner says of an entity that was found in a column: that it is something else, or that it stands again.

    Rows are added and never changed: the last one of a column and entity counts.
    """

    LONGEST_REASON: ClassVar = 200

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="overrulings")
    column = models.CharField(max_length=20, help_text="name inside the portal")
    entity = models.CharField(max_length=60)
    holds = models.BooleanField(help_text="False: it was taken back, and the finding stands again")
    although_validated = models.BooleanField(default=False, help_text="a check of the values said what they are")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "overruling"
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(holds=False) | ~Q(reason=""), name="overruling_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} in {self.column}"


class Plan(models.Model):
    """A version of a dataset's minimisation plan: proposed by the portal or changed by its owner, then confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="plans")
    version = models.PositiveIntegerField()
    treatments = models.JSONField()
    roles = models.JSONField(default=dict, help_text="roles the owner changed, by column name")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    k = models.PositiveIntegerField(null=True, help_text="fewest records alike in their quasi-identifiers")
    restores = models.PositiveIntegerField(null=True, help_text="the version that this one brings back")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict, help_text="before and after, in counts: a preview until minimised")
    examples = models.BinaryField(null=True, help_text="masked examples of texts with what was found, sealed")
    minimised_sha256 = models.CharField(max_length=64, blank=True, help_text="training records after this plan")
    minimised_holdout_sha256 = models.CharField(max_length=64, blank=True)
    schema = models.JSONField(default=list, help_text="columns of the table that this plan left")
    created_at = models.DateTimeField(auto_now_add=True)

    # A proposal is no evidence: no run is made of a plan that nobody confirmed.
    EVIDENCE_ONCE: ClassVar = {"confirmed_at__isnull": False}

    class Meta:
        verbose_name = "minimisation plan"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_plan_per_version")]

    def __str__(self) -> str:
        return f"plan {self.version}"

    @property
    def EVIDENCE(self) -> tuple[str, ...]:  # noqa: N802 - as on every other model
        """What was decided; once it was applied also what it did, which is a preview until then."""
        decided = ("dataset_id", "version", "treatments", "roles", "k")
        done = ("confirmed_by_id", "report", "schema", "minimised_sha256", "minimised_holdout_sha256")
        return (*decided, *done) if self.minimised_sha256 else decided
