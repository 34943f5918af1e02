"""The API of runs and their evidence. The same verbs as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.datasets import dataset_of, newest_job, newest_jobs
from generation.engine.evaluation.policy import TIERS
from generation.models import Dataset, GenerationRun
from generation.permissions import require_owner, runs_for
from generation.repositories.compositions import read_composition
from generation.repositories.standings import Standing, standing_of, standings_of
from generation.stages.request import RunRequest, cancel_run
from generation.tasks import submit_evaluation, submit_run
from synthportal.jobs.lanes import ahead_of, live_jobs
from synthportal.models import Job, Person
from synthportal.web.api import job_facts, person_of


class CompositionSerializer(serializers.Serializer[Any]):
    """What runs shall make, whichever synthesizer makes it. `policy` is the review policy's tier."""

    rows = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1)
    seed = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=0)
    policy = serializers.ChoiceField(choices=TIERS, required=False, default="standard")
    conditions = serializers.ListField(child=serializers.DictField(), required=False, default=list)
    balance = serializers.DictField(required=False, default=dict)
    shifts = serializers.ListField(child=serializers.DictField(), required=False, default=list)

    def shared(self, dataset: Dataset, *, by: Person) -> dict[str, Any]:
        """What the verbs take, under their names; only when valid.

        Raises NotPermitted for anybody but the owner, Conflict with every fault of the composition.
        """
        given = self.validated_data
        parts = {name: given[name] for name in ("conditions", "balance", "shifts")}
        plain = {name: part for name, part in parts.items() if part}
        shared = {"rows": given["rows"], "seed": given["seed"], "tier": given["policy"]}
        if not plain:
            return shared
        require_owner(dataset, by)
        return shared | {"composition": read_composition(dataset, plain)}


class RunRequestSerializer(CompositionSerializer):
    """What one run shall make."""

    synthesizer = serializers.CharField(max_length=60)
    parameters = serializers.DictField(required=False, default=dict)


class RunSerializer(serializers.ModelSerializer[GenerationRun]):
    """A run: where it is, and what it made."""

    standing = serializers.SerializerMethodField()
    standing_words = serializers.SerializerMethodField()
    phase = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    eta_seconds = serializers.SerializerMethodField()
    jobs_ahead = serializers.SerializerMethodField()
    policy = serializers.CharField(source="tier")
    requested_by = serializers.CharField(source="requested_by.username")

    class Meta:
        model = GenerationRun
        fields = [
            "id", "dataset", "number", "status", "standing", "standing_words", "phase", "progress", "eta_seconds",
            "jobs_ahead", "synthesizer", "parameters", "rows", "seed", "policy", "requested_by", "artefact_sha256",
            "artefact_size", "artefact_rows", "notes", "error", "created_at", "finished_at",
        ]  # fmt: skip

    @classmethod
    def of_many(cls, runs: Sequence[GenerationRun]) -> Any:
        """Several runs, in as many queries as for one."""
        known = {"standings": standings_of(runs), "jobs": newest_jobs(runs), "live": live_jobs()}
        return cls(runs, many=True, context=known).data

    def _standing(self, run: GenerationRun) -> Standing:
        if "standings" not in self.context:
            return standing_of(run)
        found: Standing = self.context["standings"][run.pk]
        return found

    def get_standing(self, run: GenerationRun) -> str:
        """Where the run stands now, for programs: queued ... evaluated, in_review, rejected, released, withdrawn."""
        return self._standing(run).key

    def get_standing_words(self, run: GenerationRun) -> str:
        """The same in words, as the pages say it: "in review, 77 of 79"."""
        return self._standing(run).words

    def _job(self, run: GenerationRun) -> dict[str, Any]:
        known = self.context.get("jobs")
        return job_facts(newest_job(run.pk) if known is None else known.get(run.pk))

    def get_phase(self, run: GenerationRun) -> str:
        return str(self._job(run)["phase"])

    def get_progress(self, run: GenerationRun) -> int | None:
        done: int | None = self._job(run)["progress"]
        return done

    def get_jobs_ahead(self, run: GenerationRun) -> int | None:
        """How many jobs run or wait before this run's in its lane; null while none of its jobs waits."""
        job = self.context["jobs"].get(run.pk) if "jobs" in self.context else newest_job(run.pk)
        if job is None or job.state != Job.State.QUEUED:
            return None
        return len(ahead_of(job, self.context["live"] if "live" in self.context else live_jobs()))

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


def run_of(request: Request, pk: UUID) -> GenerationRun:
    """A run this person sees, else 404."""
    return get_object_or_404(runs_for(person_of(request)).select_related("dataset"), pk=pk)


class RunList(APIView):
    """The runs of a dataset; POST asks for one."""

    @extend_schema(responses=RunSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """The runs of a dataset. May: who sees the dataset."""
        runs = dataset_of(request, pk).runs.select_related("requested_by", "dataset", "plan")
        return Response(RunSerializer.of_many(list(runs)))

    @extend_schema(request=RunRequestSerializer, responses={201: RunSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a run; 409 with every reason why what was asked for cannot be reached. May: the dataset's owner."""
        form = RunRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given, dataset, by = form.validated_data, dataset_of(request, pk), person_of(request)
        wanted = RunRequest(given["synthesizer"], parameters=given["parameters"], **form.shared(dataset, by=by))
        run = submit_run(dataset, wanted, by=by)
        return Response(RunSerializer(run).data, status=201)


class RunDetail(APIView):
    """One run and where it is."""

    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """One run: status, phase, progress in per cent, time left, digest of the artefact, error.

        May: who sees the dataset.
        """
        return Response(RunSerializer(run_of(request, pk)).data)


class RunCancel(APIView):
    """Stop a run."""

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop a run. May: the dataset's owner."""
        run = run_of(request, pk)
        cancel_run(run, by=person_of(request))
        return Response(RunSerializer(run).data)


class EvaluationDetail(APIView):
    """The newest evaluation; POST asks for one more."""

    @extend_schema(responses=EvaluationSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest evaluation with every metric. May: who sees the dataset."""
        evaluation = run_of(request, pk).evaluations.order_by("-number").first()
        if evaluation is None:
            raise Http404
        return Response(EvaluationSerializer(evaluation).data)

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Evaluate once more; this voids approvals of the evidence before it. May: the dataset's owner, stewards."""
        run = run_of(request, pk)
        submit_evaluation(run, by=person_of(request))
        return Response(RunSerializer(run).data, status=202)
