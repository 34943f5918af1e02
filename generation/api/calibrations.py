"""The API of null runs, planted-leak runs and shadow audits: the same verbs as the pages."""

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
from generation.stages.measure.calibrate import RECORDS, REPEATS, cancel_calibration, why_not_so_many
from generation.tasks import submit_calibration
from synthportal.web.api import job_facts, person_of


class CalibrationRequestSerializer(serializers.Serializer[Any]):
    """What is asked for; `repeats` counts the splits of a null run (20) and the refits of a shadow audit (300; 2 tell
    what one costs, and nothing else). `records` are those that an audit looks at.
    """

    kind = serializers.ChoiceField(choices=Calibration.Kind.choices)
    repeats = serializers.IntegerField(required=False, min_value=0)
    records = serializers.IntegerField(default=RECORDS.default, min_value=RECORDS.least, max_value=RECORDS.most)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = Calibration.Kind(attrs["kind"])
        attrs.setdefault("repeats", REPEATS[kind].default)
        if reasons := why_not_so_many(kind, attrs["repeats"], attrs["records"]):
            raise serializers.ValidationError({"repeats": reasons})
        return attrs


class CalibrationSerializer(serializers.ModelSerializer[Calibration]):
    """A null run (per metric: alarms, blocks, runs, rate, lower, upper), a planted-leak run (per leak and dose:
    caught, blocked, judged; the leak `nothing` is the table as it came) or a shadow audit (`cost`: processor seconds of
    a refit; per group `isolated`, `random` and `best`: auc and tpr at 1 % false alarms, with bounds). `job` tells how
    far the work is.
    """

    by = serializers.CharField(source="by.username")
    result = serializers.ListField(child=serializers.DictField())
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Calibration
        fields = ["id", "run", "kind", "repeats", "records", "by", "policy_version", "result", "progress", "seconds",
                  "created_at", "finished_at"]  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_progress(self, calibration: Calibration) -> dict[str, object]:
        return job_facts(newest_job(calibration.pk))


def calibration_of(request: Request, pk: UUID) -> Calibration:
    """One that this person sees, else 404."""
    mine = calibrations_for(person_of(request)).select_related("run__dataset", "by")
    return get_object_or_404(mine, pk=pk)


class CalibrationList(APIView):
    """The null runs, planted-leak runs and shadow audits of a run; POST asks for one."""

    @extend_schema(responses=CalibrationSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The null runs, planted-leak runs and shadow audits of a run. May: who sees the dataset."""
        found = run_of(request, pk).calibrations.select_related("by")
        return Response(CalibrationSerializer(found, many=True).data)

    @extend_schema(request=CalibrationRequestSerializer, responses={202: CalibrationSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a null run, a planted-leak run or a shadow audit; one at work is given back.

        May: the dataset's owner, stewards.
        """
        run, form = run_of(request, pk), CalibrationRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        calibration = submit_calibration(
            run,
            Calibration.Kind(asked["kind"]),
            by=person_of(request),
            repeats=asked["repeats"],
            records=asked["records"],
        )
        return Response(CalibrationSerializer(calibration).data, status=202)


class CalibrationDetail(APIView):
    """One null run, planted-leak run or shadow audit."""

    @extend_schema(responses=CalibrationSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A null run, planted-leak run or shadow audit: its progress and, when it is over, its result.

        May: who sees the dataset.
        """
        return Response(CalibrationSerializer(calibration_of(request, pk)).data)


class CalibrationCancel(APIView):
    """Stop one that is at work."""

    @extend_schema(request=None, responses=CalibrationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop a null run, planted-leak run or shadow audit. May: the dataset's owner, stewards."""
        calibration = calibration_of(request, pk)
        cancel_calibration(calibration, by=person_of(request))
        return Response(CalibrationSerializer(calibration).data)
