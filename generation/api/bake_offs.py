"""The API of bake-offs: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of
from generation.api.runs import CompositionSerializer, RunSerializer, run_of
from generation.models import BakeOff
from generation.permissions import bake_offs_for
from generation.repositories.bake_offs import recommendation_of, runs_of
from generation.stages.compare import MOST, BakeOffRequest
from generation.tasks import submit_bake_off, submit_choice
from synthportal.web.api import person_of


class BakeOffRequestSerializer(CompositionSerializer):
    """Several synthesizers, with settings by name; the rest is the same for all."""

    synthesizers = serializers.ListField(child=serializers.CharField(max_length=60), max_length=MOST)
    parameters = serializers.DictField(child=serializers.DictField(), required=False, default=dict)


class RuledOutSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class RecommendationSerializer(serializers.Serializer[Any]):
    """The run to take to review, or none; in words."""

    chosen = serializers.CharField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    ruled_out = RuledOutSerializer(many=True)
    what_to_try = serializers.ListField(child=serializers.CharField())


class BakeOffSerializer(serializers.ModelSerializer[BakeOff]):
    """A bake-off with its runs; the recommendation is null until all of them are over."""

    by = serializers.CharField(source="by.username")
    runs = serializers.SerializerMethodField()
    recommendation = serializers.SerializerMethodField()

    class Meta:
        model = BakeOff
        fields = ["id", "dataset", "by", "runs", "recommendation", "created_at"]

    @extend_schema_field(RunSerializer(many=True))
    def get_runs(self, bake_off: BakeOff) -> Any:
        return RunSerializer.of_many(runs_of(bake_off))

    @extend_schema_field(RecommendationSerializer(allow_null=True))
    def get_recommendation(self, bake_off: BakeOff) -> Any:
        found = recommendation_of(runs_of(bake_off), bake_off.dataset)
        return RecommendationSerializer(found).data if found else None


class BakeOffList(APIView):
    """The bake-offs of a dataset; POST asks for one."""

    @extend_schema(responses=BakeOffSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The bake-offs of a dataset. May: who sees the dataset."""
        found = dataset_of(request, pk).bake_offs.select_related("dataset", "by")
        return Response(BakeOffSerializer(found, many=True).data)

    @extend_schema(request=BakeOffRequestSerializer, responses={201: BakeOffSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a run of each of 2 to 8 synthesizers: all or none. May: the dataset's owner."""
        dataset, form = dataset_of(request, pk), BakeOffRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given, by = form.validated_data, person_of(request)
        shared = form.shared(dataset, by=by)
        wanted = BakeOffRequest(tuple(given["synthesizers"]), parameters=given["parameters"], **shared)
        return Response(BakeOffSerializer(submit_bake_off(dataset, wanted, by=by)).data, status=201)


class BakeOffDetail(APIView):
    """One bake-off."""

    @extend_schema(responses=BakeOffSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A bake-off with its runs and, when all are over, a recommendation in words. May: who sees the dataset."""
        found = get_object_or_404(bake_offs_for(person_of(request)).select_related("dataset", "by"), pk=pk)
        return Response(BakeOffSerializer(found).data)


class RunTake(APIView):
    """Take a run of a bake-off to review."""

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Take a run of a bake-off to review; until then its review does not open. May: the dataset's owner."""
        run = run_of(request, pk)
        submit_choice(run, by=person_of(request))
        return Response(RunSerializer(run).data, status=202)
