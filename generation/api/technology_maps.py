"""The API of technology maps: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of, newest_job
from generation.engine.comparison.technologies.advice import advise
from generation.models import TechnologyMap
from generation.permissions import technology_maps_for
from generation.stages.measure.weigh import cancel_map
from generation.tasks import submit_map
from synthportal.web.api import job_facts, person_of


class AdviceSerializer(serializers.Serializer[Any]):
    """Which technology to use for the stated purpose, in words; `chosen` is null where none will do."""

    headline = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    ruled_out = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    chosen = serializers.CharField(allow_null=True)
    is_synthetic = serializers.BooleanField()


class TechnologyMapSerializer(serializers.ModelSerializer[TechnologyMap]):
    """A row per technology and setting: `technology`, `setting`, `records`, `made` (what was done, in sentences),
    `attacks` by name (`singling_out`, `linking`, `inference`) and `whole`, each with attack, control, value, lower,
    upper, n and status, `worst` (the name of the attack with the largest value) and `skill`; or `refused`, and why.
    The advice is null until it is finished. `progress` tells how far the work is.
    """

    by = serializers.CharField(source="by.username")
    result = serializers.ListField(child=serializers.DictField())
    advice = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = TechnologyMap
        fields = ["id", "dataset", "plan", "by", "policy_version", "result", "advice", "progress", "seconds",
                  "created_at", "finished_at"]  # fmt: skip

    @extend_schema_field(AdviceSerializer(allow_null=True))
    def get_advice(self, asked: TechnologyMap) -> Any:
        return AdviceSerializer(advise(asked.result)).data if asked.finished_at else None

    @extend_schema_field(serializers.DictField())
    def get_progress(self, asked: TechnologyMap) -> dict[str, object]:
        return job_facts(newest_job(asked.pk))


def technology_map_of(request: Request, pk: UUID) -> TechnologyMap:
    """One that this person sees, else 404."""
    return get_object_or_404(technology_maps_for(person_of(request)).select_related("dataset", "by"), pk=pk)


class TechnologyMapList(APIView):
    """The technology maps of a dataset; POST asks for one."""

    @extend_schema(responses=TechnologyMapSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The technology maps of a dataset, the newest first. May: who sees the dataset."""
        found = dataset_of(request, pk).technology_maps.select_related("dataset", "by")
        return Response(TechnologyMapSerializer(found, many=True).data)

    @extend_schema(request=None, responses={202: TechnologyMapSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Weigh technologies for the purpose; one at work is given back. May: the dataset's owner, stewards."""
        asked = submit_map(dataset_of(request, pk), by=person_of(request))
        return Response(TechnologyMapSerializer(asked).data, status=202)


class TechnologyMapDetail(APIView):
    """One technology map."""

    @extend_schema(responses=TechnologyMapSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A technology map: its progress and, when it is over, figures and advice. May: who sees the dataset."""
        return Response(TechnologyMapSerializer(technology_map_of(request, pk)).data)


class TechnologyMapCancel(APIView):
    """Stop one that is at work."""

    @extend_schema(request=None, responses=TechnologyMapSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop a technology map at work. May: the dataset's owner, stewards."""
        asked = technology_map_of(request, pk)
        cancel_map(asked, by=person_of(request))
        return Response(TechnologyMapSerializer(asked).data)
