"""Evaluations: the one that counts, and its sealed report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from generation.engine.evaluation.metric import Group, Status
from generation.models import Evaluation, GenerationRun
from synthportal.storage.vault import open_sealed


def newest_evaluation(run: GenerationRun) -> Evaluation | None:
    """The evaluation that counts; from what was prefetched, where it was."""
    if "evaluations" in getattr(run, "_prefetched_objects_cache", {}):
        return max(run.evaluations.all(), key=lambda evaluation: evaluation.number, default=None)
    return run.evaluations.order_by("-number").first()


def undecided_in(runs: Collection[GenerationRun]) -> dict[UUID, list[str]]:
    """By run: the checks of privacy that its newest evaluation leaves undecided. Runs without any are left out."""
    rows = Evaluation.objects.filter(run__in=[run.pk for run in runs]).order_by("number").values_list("run", "metrics")
    newest = dict(rows)
    found = {
        pk: [one["name"] for one in metrics if one["group"] == Group.PRIVACY and one["status"] == Status.UNDECIDED]
        for pk, metrics in newest.items()
    }
    return {pk: names for pk, names in found.items() if names}


def digest_of(run: GenerationRun, metrics: list[dict[str, Any]], limits: str) -> str:
    """SHA-256 over the evidence, the version of the limits it was judged by, and the bytes it was computed from."""
    inputs = [run.artefact_sha256, run.plan.minimised_sha256, run.plan.minimised_holdout_sha256]
    return hashlib.sha256(json.dumps([inputs, limits, metrics], sort_keys=True).encode()).hexdigest()


def read_report(evaluation: Evaluation) -> dict[str, Any]:
    """The sealed part of an evaluation: plots, and the records that were named."""
    with open_sealed(evaluation.run.dataset.key_id, evaluation.report_sha256) as source:
        report: dict[str, Any] = json.load(source)
    return report
