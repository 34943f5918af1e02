"""The API of the gate: conditions, waivers, the signature."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.models import GenerationRun
from generation.permissions import runs_for
from reviews.api.releases import ReleaseSerializer
from reviews.engine.gate.conditions import WAIVABLE
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import seen_by, waive_condition, why_not_sign_dossier
from reviews.tasks import submit_release
from synthportal.web.api import person_of


class ConditionSerializer(serializers.Serializer[Any]):
    """One condition of the gate."""

    name = serializers.CharField()
    title = serializers.CharField()
    met = serializers.BooleanField()
    evidence = serializers.CharField()
    why = serializers.CharField()
    needs_attention = serializers.BooleanField()
    waivable = serializers.BooleanField()
    waiver = serializers.CharField()


class GateSerializer(serializers.Serializer[Any]):
    """The gate as it stands now, and why you cannot sign if you cannot."""

    is_open = serializers.BooleanField()
    dossier_hash = serializers.CharField()
    conditions = ConditionSerializer(many=True)
    why_not_you = serializers.ListField(child=serializers.CharField())


class ReleaseRequestSerializer(serializers.Serializer[Any]):
    """`dossier_hash`, from the gate: what you saw is what you sign. `seen`: the names of the conditions that are met
    but need attention, each read by you. Without one of them the answer is 400 and names what is missing.
    """

    dossier_hash = serializers.RegexField(r"^([0-9a-f]{64})?$", required=False, default="", allow_blank=True)
    seen = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)


class WaiverRequestSerializer(serializers.Serializer[Any]):
    condition = serializers.ChoiceField(choices=WAIVABLE)
    reason = serializers.CharField(max_length=2000)


def run_of(request: Request, pk: UUID) -> GenerationRun:
    """A run this person sees, else 404."""
    return get_object_or_404(runs_for(person_of(request)).select_related("dataset", "plan"), pk=pk)


class Gate(APIView):
    """The conditions of a release, collected now."""

    @extend_schema(responses=GateSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Every condition of a release, collected now, and why you cannot sign. May: who sees the dataset."""
        dossier, person = collect(run_of(request, pk)), person_of(request)
        facts = {
            "is_open": not dossier.unmet,
            "dossier_hash": dossier.hash,
            "conditions": [asdict(line) for line in seen_by(person, dossier)],
            "why_not_you": why_not_sign_dossier(person, dossier),
        }
        return Response(GateSerializer(facts).data)


class Waive(APIView):
    """A steward lets a shortfall of usefulness pass, with a reason."""

    @extend_schema(request=WaiverRequestSerializer, responses={201: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Let a shortfall of utility, fidelity or diversity pass, with a reason that is printed.

        May: stewards, as second person.
        """
        form = WaiverRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        waive_condition(run_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(status=201)


class ReleaseRun(APIView):
    """Release a run's artefact: an open gate and a second person."""

    @extend_schema(request=ReleaseRequestSerializer, responses={201: ReleaseSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Sign: release the run's artefact through an open gate. May: stewards, as second person."""
        form = ReleaseRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        release = submit_release(run_of(request, pk), by=person_of(request), **form.validated_data)
        return Response(ReleaseSerializer(release).data, status=201)
