"""The API of null runs and planted-leak runs: the same verbs as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import newest_job
from generation.api.runs import run_of
from generation.models import Calibration
from generation.permissions import calibrations_for
from generation.stages.calibrate import DEFAULT_REPEATS, LEAST_REPEATS, MOST_REPEATS, cancel_calibration
from generation.tasks import submit_calibration
from synthportal.web.api import job_facts, person_of


class CalibrationRequestSerializer(serializers.Serializer[Any]):
    """What is asked for; `repeats` counts the splits of a null run."""

    kind = serializers.ChoiceField(choices=Calibration.Kind.choices)
    repeats = serializers.IntegerField(default=DEFAULT_REPEATS, min_value=LEAST_REPEATS, max_value=MOST_REPEATS)


class CalibrationSerializer(serializers.ModelSerializer[Calibration]):
    """A null run (per metric: alarms, blocks, runs, rate, lower, upper) or a planted-leak run (per leak and dose:
    caught, blocked, judged). The leak `nothing` is the table as it came. `job` tells how far the work is.
    """

    by = serializers.CharField(source="by.username")
    result = serializers.ListField(child=serializers.DictField())
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Calibration
        fields = ["id", "run", "kind", "repeats", "by", "policy_version", "result", "progress", "seconds",
                  "created_at", "finished_at"]  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_progress(self, calibration: Calibration) -> dict[str, object]:
        return job_facts(newest_job(calibration.pk))


def calibration_of(request: Request, pk: UUID) -> Calibration:
    """One that this person sees, else 404."""
    mine = calibrations_for(person_of(request)).select_related("run__dataset", "by")
    return get_object_or_404(mine, pk=pk)


class CalibrationList(APIView):
    """The null runs and planted-leak runs of a run; POST asks for one."""

    @extend_schema(responses=CalibrationSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The null runs and planted-leak runs of a run. May: who sees the dataset."""
        found = run_of(request, pk).calibrations.select_related("by")
        return Response(CalibrationSerializer(found, many=True).data)

    @extend_schema(request=CalibrationRequestSerializer, responses={202: CalibrationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a null run or a planted-leak run; one that is at work is given back.

        May: the dataset's owner, stewards.
        """
        run, form = run_of(request, pk), CalibrationRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        kind, repeats = Calibration.Kind(form.validated_data["kind"]), form.validated_data["repeats"]
        calibration = submit_calibration(run, kind, by=person_of(request), repeats=repeats)
        return Response(CalibrationSerializer(calibration).data, status=202)


class CalibrationDetail(APIView):
    """One null run or planted-leak run."""

    @extend_schema(responses=CalibrationSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A null run or planted-leak run: its progress and, when it is over, its result. May: who sees the dataset."""
        return Response(CalibrationSerializer(calibration_of(request, pk)).data)


class CalibrationCancel(APIView):
    """Stop one that is at work."""

    @extend_schema(request=None, responses=CalibrationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop a null run or planted-leak run. May: the dataset's owner, stewards."""
        calibration = calibration_of(request, pk)
        cancel_calibration(calibration, by=person_of(request))
        return Response(CalibrationSerializer(calibration).data)
