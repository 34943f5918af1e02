"""What the API says and takes about datasets and runs. Fields are listed one by one; nothing leaks by default."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.ledger import budget_of
from generation.models import Column, Dataset, GenerationRun, Plan, Purpose
from generation.stages.generate import TIERS
from generation.stages.minimise import why_not_confirm
from generation.tasks import failed_job
from synthportal.api import job_facts
from synthportal.models import Job


def newest_job(*subjects: Any) -> Job | None:
    """The newest job of any of these subjects."""
    return Job.objects.filter(subject_id__in=subjects).order_by("-created_at").first()


class DatasetUploadSerializer(serializers.Serializer[Any]):
    """A new dataset: the file and what its owner states about it."""

    file = serializers.FileField(allow_empty_file=True)
    name = serializers.CharField(max_length=120)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    kind = serializers.ChoiceField(choices=Dataset.Kind.choices, default=Dataset.Kind.TABLE)
    description = serializers.CharField(required=False, default="", allow_blank=True)
    prohibited_uses = serializers.CharField(required=False, default="", allow_blank=True)
    legal_basis = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    retain_until = serializers.DateField(required=False, default=None, allow_null=True)
    target = serializers.CharField(required=False, default="", allow_blank=True, max_length=255)
    person_column = serializers.CharField(required=False, default="", allow_blank=True, max_length=255)


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A dataset in digests and counts."""

    columns = serializers.IntegerField(source="columns.count", read_only=True)
    owner = serializers.CharField(source="owner.username", read_only=True)
    error = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    privacy_budget = serializers.SerializerMethodField()

    class Meta:
        model = Dataset
        fields = [
            "id", "name", "kind", "status", "purpose", "description", "prohibited_uses", "legal_basis", "retain_until",
            "target", "person_column", "owner", "rows", "training_rows", "holdout_rows", "columns", "sha256", "size",
            "error", "notes", "progress", "privacy_budget", "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.DictField(child=serializers.FloatField()))
    def get_privacy_budget(self, dataset: Dataset) -> dict[str, float]:
        """Of the source, whichever dataset it was spent for: epsilon limit, spent and left, and the sum of deltas."""
        budget = budget_of(dataset)
        return {"limit": budget.limit, "spent": budget.spent, "left": budget.left, "delta": budget.delta}

    def get_error(self, dataset: Dataset) -> str:
        """Why the file was refused, or why the work on it stopped."""
        failed = failed_job(dataset)
        return dataset.error or (failed.error if failed else "")

    def get_notes(self, dataset: Dataset) -> list[str]:
        return list(dataset.file_facts.get("notes", ()))

    @extend_schema_field(serializers.DictField())
    def get_progress(self, dataset: Dataset) -> dict[str, object]:
        return job_facts(newest_job(dataset.pk, *dataset.plans.values_list("pk", flat=True)))


class ColumnSerializer(serializers.ModelSerializer[Column]):
    """One column in counts."""

    name = serializers.CharField()
    findings = serializers.SerializerMethodField()

    class Meta:
        model = Column
        fields = ["name", "label", "position", "sdtype", "role", "missing", "distinct", "findings"]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_findings(self, column: Column) -> list[dict[str, object]]:
        profile = column.dataset.profile["columns"][column.position]
        return [
            {"entity": found["entity"], "share": found["share"], "confidence": found["confidence"]}
            for found in profile["findings"]
        ]


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan with its preview or, once minimised, its report."""

    confirmed_by = serializers.CharField(source="confirmed_by.username", default=None, read_only=True)
    why_not_confirm = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = ["version", "treatments", "roles", "confirmed_by", "confirmed_at", "report", "why_not_confirm"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why_not_confirm(self, plan: Plan) -> list[str]:
        return [] if plan.confirmed_at else why_not_confirm(plan)


class PlanChangeSerializer(serializers.Serializer[Any]):
    """The whole plan: one treatment per column; roles only where they change."""

    treatments = serializers.ListField(child=serializers.DictField())
    roles = serializers.DictField(child=serializers.CharField(), required=False, default=dict)


class AskedSerializer(serializers.Serializer[Any]):
    """What runs shall make, whichever synthesizer makes it. `policy` is the review policy's tier."""

    rows = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1)
    seed = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)
    policy = serializers.ChoiceField(choices=TIERS, required=False, default="standard")
    conditions = serializers.ListField(child=serializers.DictField(), required=False, default=list)
    balance = serializers.DictField(required=False, default=dict)
    shifts = serializers.ListField(child=serializers.DictField(), required=False, default=list)

    def shared(self) -> dict[str, Any]:
        """What the verbs take, under their names; only when valid."""
        given = self.validated_data
        parts = {name: given[name] for name in ("conditions", "balance", "shifts")}
        asked = {name: part for name, part in parts.items() if part}
        return {"rows": given["rows"], "seed": given["seed"], "tier": given["policy"], "asked": asked}


class RunRequestSerializer(AskedSerializer):
    """What one run shall make."""

    synthesizer = serializers.CharField(max_length=60)
    parameters = serializers.DictField(required=False, default=dict)


class RunSerializer(serializers.ModelSerializer[GenerationRun]):
    """A run: where it is, and what it made."""

    phase = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    eta_seconds = serializers.SerializerMethodField()
    policy = serializers.CharField(source="tier")
    requested_by = serializers.CharField(source="requested_by.username")

    class Meta:
        model = GenerationRun
        fields = [
            "id", "dataset", "number", "status", "phase", "progress", "eta_seconds", "synthesizer", "parameters",
            "rows", "seed", "policy", "requested_by", "artefact_sha256", "artefact_size", "artefact_rows", "notes",
            "error", "created_at", "finished_at",
        ]  # fmt: skip

    def _job(self, run: GenerationRun) -> dict[str, Any]:
        return job_facts(newest_job(run.pk))

    def get_phase(self, run: GenerationRun) -> str:
        return str(self._job(run)["phase"])

    def get_progress(self, run: GenerationRun) -> int | None:
        done: int | None = self._job(run)["progress"]
        return done

    def get_eta_seconds(self, run: GenerationRun) -> int | None:
        left: int | None = self._job(run)["eta_seconds"]
        return left


class ThresholdSerializer(serializers.Serializer[Any]):
    passes = serializers.FloatField(allow_null=True)
    blocks = serializers.FloatField(allow_null=True)


class MetricSerializer(serializers.Serializer[Any]):
    """One metric of the evidence."""

    group = serializers.CharField()
    name = serializers.CharField()
    sentence = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    direction = serializers.CharField()
    baseline = serializers.FloatField(allow_null=True)
    ceiling = serializers.FloatField(allow_null=True)
    threshold = ThresholdSerializer(allow_null=True)
    status = serializers.CharField()
    reason = serializers.CharField()
    seed = serializers.IntegerField()
    version = serializers.CharField()


class EvaluationSerializer(serializers.Serializer[Any]):
    """The newest evaluation of a run."""

    number = serializers.IntegerField()
    artefact_sha256 = serializers.CharField()
    digest = serializers.CharField()
    policy_version = serializers.CharField()
    seconds = serializers.FloatField()
    created_at = serializers.DateTimeField()
    metrics = MetricSerializer(many=True)
