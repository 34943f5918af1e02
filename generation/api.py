"""The API of datasets and runs: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.models import Column, Dataset, GenerationRun
from generation.permissions import datasets_for, runs_for
from generation.serializers import (
    ColumnSerializer,
    DatasetSerializer,
    DatasetUploadSerializer,
    EvaluationSerializer,
    PlanChangeSerializer,
    PlanSerializer,
    RunRequestSerializer,
    RunSerializer,
)
from generation.stages.generate import RunRequest, cancel_run
from generation.stages.ingest import Upload, erase_dataset
from generation.stages.minimise import latest_plan
from generation.tasks import submit_confirmation, submit_dataset, submit_evaluation, submit_plan, submit_run
from synthportal.api import person_of
from synthportal.errors import Conflict
from synthportal.storage.vault import Blob


def dataset_of(request: Request, pk: UUID) -> Dataset:
    """A dataset this person sees, else 404."""
    return get_object_or_404(datasets_for(person_of(request)), pk=pk)


def run_of(request: Request, pk: UUID) -> GenerationRun:
    """A run this person sees, else 404."""
    return get_object_or_404(runs_for(person_of(request)).select_related("dataset"), pk=pk)


def upload_from(request: Request, stated: dict[str, Any]) -> Upload:
    """The upload of a request whose file the upload handler has sealed. Raises Conflict when it was refused."""
    if refused := getattr(request._request, "upload_refused", ""):
        raise Conflict(refused)
    file = stated.pop("file")
    return Upload(key_id=file.key_id, blob=Blob(file.sha256, file.size), file_name=file.name, **stated)


class DatasetList(generics.ListAPIView[Dataset]):
    """The datasets you see; POST a file to add one."""

    serializer_class = DatasetSerializer
    parser_classes = (MultiPartParser, FormParser)

    def get_queryset(self) -> QuerySet[Dataset]:
        return datasets_for(person_of(self.request)).select_related("owner")

    @extend_schema(request=DatasetUploadSerializer, responses={201: DatasetSerializer})
    def post(self, request: Request) -> Response:
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
        return Response(DatasetSerializer(dataset_of(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        erase_dataset(dataset_of(request, pk), by=person_of(request))
        return Response(status=204)


class ColumnList(generics.ListAPIView[Column]):
    """What profiling found, column by column."""

    serializer_class = ColumnSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Column]:
        if getattr(self, "swagger_fake_view", False):
            return Column.objects.none()
        return dataset_of(self.request, self.kwargs["pk"]).columns.select_related("dataset")


class PlanDetail(APIView):
    """The newest minimisation plan; PUT makes a new version of it."""

    @extend_schema(responses=PlanSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PlanSerializer(latest_plan(dataset_of(request, pk))).data)

    @extend_schema(request=PlanChangeSerializer, responses=PlanSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        form = PlanChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        plan = submit_plan(dataset_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(PlanSerializer(plan).data)


class Minimise(APIView):
    """Confirm the newest plan and apply it."""

    @extend_schema(request=None, responses={202: PlanSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        plan = submit_confirmation(dataset_of(request, pk), by=person_of(request))
        return Response(PlanSerializer(plan).data, status=202)


class RunList(APIView):
    """The runs of a dataset; POST asks for one."""

    @extend_schema(responses=RunSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        runs = dataset_of(request, pk).runs.select_related("requested_by")
        return Response(RunSerializer(runs, many=True).data)

    @extend_schema(request=RunRequestSerializer, responses={201: RunSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        form = RunRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        wanted = RunRequest(given["synthesizer"], parameters=given["parameters"], **form.shared())
        run = submit_run(dataset_of(request, pk), wanted, by=person_of(request))
        return Response(RunSerializer(run).data, status=201)


class RunDetail(APIView):
    """One run and where it is."""

    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RunSerializer(run_of(request, pk)).data)


class RunCancel(APIView):
    """Stop a run."""

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        run = run_of(request, pk)
        cancel_run(run, by=person_of(request))
        return Response(RunSerializer(run).data)


class EvaluationDetail(APIView):
    """The newest evaluation; POST asks for one more."""

    @extend_schema(responses=EvaluationSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        evaluation = run_of(request, pk).evaluations.order_by("-number").first()
        if evaluation is None:
            raise Http404
        return Response(EvaluationSerializer(evaluation).data)

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        run = run_of(request, pk)
        submit_evaluation(run, by=person_of(request))
        return Response(RunSerializer(run).data, status=202)
