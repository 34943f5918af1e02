"""The API of datasets: upload, columns, plan, minimise. The same verbs as the pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine.kinds.catalogue import choices
from generation.engine.kinds.table import TABLE
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.tables.spellings.choice import KINDS
from generation.models import Column, Dataset, GenerationRun, Overruling, Plan, Purpose
from generation.permissions import datasets_for
from generation.repositories.budget import budget_of
from generation.repositories.plans import latest_plan, profile_of
from generation.repositories.room import room_for
from generation.repositories.sensitive.overrulings import standing
from generation.stages.changes.reread import preview_column
from generation.stages.changes.retry import failed_job
from generation.stages.erase import erase_dataset
from generation.stages.ingest import Upload
from generation.stages.minimise import why_not_confirm
from generation.tasks import (
    submit_columns,
    submit_confirmation,
    submit_dataset,
    submit_overruling,
    submit_plan,
    submit_restoring,
)
from synthportal.errors import Conflict
from synthportal.models import Job
from synthportal.roles import Role, require
from synthportal.storage.uploads import takes_file
from synthportal.storage.vault import Blob
from synthportal.web.api import job_facts, person_of


def newest_job(*subjects: Any) -> Job | None:
    """The newest job of any of these subjects."""
    return Job.objects.filter(subject_id__in=subjects).order_by("-created_at").first()


def newest_jobs(runs: Collection[GenerationRun]) -> dict[UUID, Job]:
    """By run: its newest job, in one query."""
    jobs = Job.objects.filter(subject_id__in=[run.pk for run in runs]).order_by("created_at")
    return {job.subject_id: job for job in jobs}


class KindField(serializers.ChoiceField):
    """A kind of source that is registered, whether or not it is offered yet."""

    def __init__(self, **how: Any) -> None:
        super().__init__(choices=(), **how)

    def bind(self, field_name: str, parent: Any) -> None:
        """What is registered is asked for when a serializer is used, not when this file is imported."""
        super().bind(field_name, parent)
        self.choices = choices()


class DatasetUploadSerializer(serializers.Serializer[Any]):
    """A new dataset: the file and what its owner states about it."""

    file = serializers.FileField(allow_empty_file=True)
    name = serializers.CharField(max_length=120)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    kind = KindField(default=TABLE.name)
    description = serializers.CharField(required=False, default="", allow_blank=True)
    prohibited_uses = serializers.CharField(required=False, default="", allow_blank=True)
    legal_basis = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    retain_until = serializers.DateField(required=False, default=None, allow_null=True)
    target = serializers.CharField(required=False, default="", allow_blank=True, max_length=255)
    person_column = serializers.CharField(required=False, default="", allow_blank=True, max_length=255)
    sheet = serializers.CharField(required=False, default="", allow_blank=True, max_length=31)
    header_row = serializers.IntegerField(required=False, default=0, min_value=0)
    version_of = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="the dataset of yours that this is a newer version of"
    )
    columns = serializers.JSONField(
        required=False, default=dict, source="choices", help_text="What you say of columns, by label: see /columns/."
    )


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A dataset in digests and counts."""

    kind = KindField(read_only=True)
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
    """One column in counts: its role, why it is proposed or who chose it, and what was found in it.

    Takes `columns` in its context, the profiles by name with the roles that the owner changed, and what is `overruled`.
    """

    name = serializers.CharField()
    role = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    recall = serializers.SerializerMethodField()
    written = serializers.SerializerMethodField()
    choice = serializers.SerializerMethodField()

    class Meta:
        model = Column
        fields = [
            "name", "label", "position", "sdtype", "role", "why", "missing", "distinct", "findings", "recall",
            "written", "choice",
        ]  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_written(self, column: Column) -> dict[str, object]:
        """How the source writes it, what is in doubt, and how many cells were no such values or words for none."""
        facts = column.dataset.file_facts["columns"][column.position]
        return {key: facts.get(key) for key in ("type", "spelling", "doubt", "foreign", "words")}

    @extend_schema_field(serializers.DictField())
    def get_choice(self, column: Column) -> dict[str, object]:
        """What its owner says of it."""
        chosen: dict[str, object] = column.dataset.choices.get(column.name, {})
        return chosen

    def _profile(self, column: Column) -> ColumnProfile:
        profile: ColumnProfile = self.context["columns"][column.name]
        return profile

    def get_role(self, column: Column) -> str:
        """The owner's where they chose one, else what the profile proposes."""
        return str(self._profile(column).role)

    def get_why(self, column: Column) -> str:
        """Why it has this role, from its name, type and content, in a sentence."""
        return self._profile(column).why

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_findings(self, column: Column) -> list[dict[str, object]]:
        """What was found, in which share of cells, how sure (0..1) and by whom; and why its owner overruled it."""
        said = self.context["overruled"]
        return [
            asdict(found) | {"overruled_because": said[place].reason if place in said else ""}
            for found in self._profile(column).findings
            for place in [(column.name, found.entity)]
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_recall(self, column: Column) -> list[dict[str, object]]:
        """Of a text: how much of `n` invented values of an entity, written into copies of it, is found again."""
        return [asdict(one) for one in self._profile(column).recall]


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan with its preview or, once minimised, its report."""

    confirmed_by = serializers.CharField(source="confirmed_by.username", default=None, read_only=True)
    why_not_confirm = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = ["version", "treatments", "roles", "k", "confirmed_by", "confirmed_at", "report", "why_not_confirm"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why_not_confirm(self, plan: Plan) -> list[str]:
        return [] if plan.confirmed_at else why_not_confirm(plan)


class PlanChangeSerializer(serializers.Serializer[Any]):
    """The whole plan: one treatment per column; roles only where they change."""

    treatments = serializers.ListField(child=serializers.DictField())
    roles = serializers.DictField(child=serializers.CharField(), required=False, default=dict)
    k = serializers.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Records in smaller groups lose their quasi-identifiers; 0 asks for no k, null leaves it as it was.",
    )


def dataset_of(request: Request, pk: UUID) -> Dataset:
    """A dataset this person sees, else 404."""
    return get_object_or_404(datasets_for(person_of(request)), pk=pk)


def upload_from(request: Request, stated: dict[str, Any]) -> Upload:
    """The upload of a request whose file the upload handler has sealed. Raises Conflict when it was refused."""
    if refused := getattr(request._request, "upload_refused", ""):
        raise Conflict(refused)
    file = stated.pop("file")
    return Upload(key_id=file.key_id, blob=Blob(file.sha256, file.size), file_name=file.name, **stated)


@takes_file(Role.OWNER, room=room_for)
class DatasetList(generics.ListAPIView[Dataset]):
    """The datasets you see. May: everybody; the list holds what you see."""

    serializer_class = DatasetSerializer
    parser_classes = (MultiPartParser, FormParser)

    def get_queryset(self) -> QuerySet[Dataset]:
        return datasets_for(person_of(self.request)).select_related("owner")

    @extend_schema(request=DatasetUploadSerializer, responses={201: DatasetSerializer})
    def post(self, request: Request) -> Response:
        """Add a dataset from a file, as multipart. `kind` is what is in the file. May: owners."""
        require(person_of(request), Role.OWNER)
        form = DatasetUploadSerializer(data=request.data)
        if refused := getattr(request._request, "upload_refused", ""):
            raise Conflict(refused)
        form.is_valid(raise_exception=True)
        dataset = submit_dataset(upload_from(request, form.validated_data), by=person_of(request))
        return Response(DatasetSerializer(dataset).data, status=201)


class DatasetDetail(APIView):
    """One dataset; DELETE destroys its key."""

    @extend_schema(responses=DatasetSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """One dataset: status, rows, columns, digest, purpose, progress. May: who sees the dataset."""
        return Response(DatasetSerializer(dataset_of(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Erase a dataset: its key is destroyed. May: its owner."""
        erase_dataset(dataset_of(request, pk), by=person_of(request))
        return Response(status=204)


class ColumnChoiceSerializer(serializers.Serializer[Any]):
    """What an owner says of a column; what is left out stays as the texts say."""

    kind = serializers.ChoiceField(choices=[kind for kind in KINDS if kind], required=False)
    layout = serializers.CharField(required=False, help_text="Of a date or time: dd.MM.yyyy, yyyy-MM-dd HH:mm.")
    decimal = serializers.ChoiceField(choices=[".", ","], required=False)
    missing = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)
    foreign = serializers.ChoiceField(
        choices=["own"], required=False, help_text="Cells that are something else become categories of their own."
    )
    unit = serializers.CharField(required=False)
    description = serializers.CharField(required=False)


def column_facts(dataset: Dataset) -> Any:
    """The columns of a dataset as the API tells them; none before it is profiled."""
    known = {column.name: column for column in profile_of(latest_plan(dataset)).columns} if dataset.profile else {}
    context = {"columns": known, "overruled": standing(dataset)}
    return ColumnSerializer(dataset.columns.all(), many=True, context=context).data


class ColumnList(APIView):
    """What profiling found, column by column."""

    @extend_schema(responses=ColumnSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The columns: kind, role and why, what was found, how they are written. May: who sees the dataset."""
        return Response(column_facts(dataset_of(request, pk)))

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses={200: ColumnSerializer(many=True), 202: ColumnSerializer(many=True)},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Say what columns are, by name or label. 202 when the upload is read again for it. May: its owner."""
        dataset = dataset_of(request, pk)
        must_read = submit_columns(dataset, request.data, by=person_of(request))
        return Response(column_facts(dataset), status=202 if must_read else 200)


class OverrulingRequestSerializer(serializers.Serializer[Any]):
    """Why a finding is something else."""

    reason = serializers.CharField(max_length=Overruling.LONGEST_REASON, help_text="Printed on the certificate.")
    although_validated = serializers.BooleanField(
        default=False, help_text="Needed where a check of their form holds for some of the values."
    )


class FindingOverruling(APIView):
    """What the owner says of an entity found in a column."""

    @extend_schema(request=OverrulingRequestSerializer, responses={202: ColumnSerializer(many=True)})
    def put(self, request: Request, pk: UUID, name: str, entity: str) -> Response:
        """Overrule a finding of a column (c0, c1, ...); the profile is made again with it. May: the dataset's owner."""
        dataset, form = dataset_of(request, pk), OverrulingRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submit_overruling(dataset, name, entity, by=person_of(request), **form.validated_data)
        return Response(column_facts(dataset), status=202)

    @extend_schema(responses={202: ColumnSerializer(many=True)})
    def delete(self, request: Request, pk: UUID, name: str, entity: str) -> Response:
        """Take it back: the finding stands again. May: the dataset's owner."""
        dataset = dataset_of(request, pk)
        submit_restoring(dataset, name, entity, by=person_of(request))
        return Response(column_facts(dataset), status=202)


class CellSerializer(serializers.Serializer[Any]):
    """A text of the source, and the value it would be."""

    text = serializers.CharField()
    value = serializers.CharField()
    is_lost = serializers.BooleanField()


class PreviewSerializer(serializers.Serializer[Any]):
    """Some different texts of a column as a choice reads them; `lost` of `tried` would become missing."""

    written = serializers.CharField()
    layout = serializers.CharField()
    doubt = serializers.CharField()
    lost = serializers.IntegerField()
    tried = serializers.IntegerField()
    cells = CellSerializer(many=True)


class ColumnPreview(APIView):
    """What a choice would make of some cells."""

    @extend_schema(request=ColumnChoiceSerializer, responses=PreviewSerializer)
    def post(self, request: Request, pk: UUID, name: str) -> Response:
        """Try a choice on some cells of a column (c0, c1, ...); recorded in the trail. May: the dataset's owner."""
        preview = preview_column(dataset_of(request, pk), name, request.data, by=person_of(request))
        if preview is None:
            raise Conflict("No cells of this column were kept to try a choice on.")
        return Response(PreviewSerializer(preview).data)


class PlanDetail(APIView):
    """The newest minimisation plan; PUT makes a new version of it."""

    @extend_schema(responses=PlanSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest plan, its preview or report, and why it cannot be confirmed. May: who sees the dataset."""
        return Response(PlanSerializer(latest_plan(dataset_of(request, pk))).data)

    @extend_schema(request=PlanChangeSerializer, responses=PlanSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        """Make a new version of the plan. May: the dataset's owner."""
        form = PlanChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        plan = submit_plan(dataset_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(PlanSerializer(plan).data)


class Minimise(APIView):
    """Confirm the newest plan and apply it."""

    @extend_schema(request=None, responses={202: PlanSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Confirm the newest plan and apply it. May: the dataset's owner."""
        plan = submit_confirmation(dataset_of(request, pk), by=person_of(request))
        return Response(PlanSerializer(plan).data, status=202)
