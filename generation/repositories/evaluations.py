"""Evaluations: the one that counts, and its sealed report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from generation.engine.evaluation.metric import Group, Status
from generation.models import Dataset, Evaluation, GenerationRun
from generation.repositories.judged.limits import policy_for
from synthportal.storage.vault import open_sealed


def newest_evaluation(run: GenerationRun) -> Evaluation | None:
    """The evaluation that counts; from what was prefetched, where it was."""
    if "evaluations" in getattr(run, "_prefetched_objects_cache", {}):
        return max(run.evaluations.all(), key=lambda evaluation: evaluation.number, default=None)
    return run.evaluations.order_by("-number").first()


def undecided_in(runs: Collection[GenerationRun]) -> dict[UUID, list[str]]:
    """By run: the checks of privacy that its newest evaluation leaves undecided, or did not compute though they are
    needed: no waiver opens a gate past them. Runs without any are left out.
    """
    rows = Evaluation.objects.filter(run__in=[run.pk for run in runs]).order_by("number").values_list("run", "metrics")
    newest = dict(rows)
    found = {run.pk: _left_open(run.dataset, newest.get(run.pk, [])) for run in runs}
    return {pk: names for pk, names in found.items() if names}


def _left_open(dataset: Dataset, metrics: list[dict[str, Any]]) -> list[str]:
    private = {one["name"]: one["status"] for one in metrics if one["group"] == Group.PRIVACY}
    left = [name for name, status in private.items() if status == Status.UNDECIDED]
    missing = [name for name, status in private.items() if status == Status.NOT_COMPUTED]
    needed = policy_for(dataset).needed if missing else frozenset[str]()
    return left + [name for name in missing if name in needed]


def digest_of(run: GenerationRun, metrics: list[dict[str, Any]], limits: str) -> str:
    """SHA-256 over the evidence, the version of the limits it was judged by, and the bytes it was computed from."""
    inputs = [run.artefact_sha256, run.plan.minimised_sha256, run.plan.minimised_holdout_sha256]
    return hashlib.sha256(json.dumps([inputs, limits, metrics], sort_keys=True).encode()).hexdigest()


def read_report(evaluation: Evaluation) -> dict[str, Any]:
    """The sealed part of an evaluation: plots, and the records that were named."""
    with open_sealed(evaluation.run.dataset.key_id, evaluation.report_sha256) as source:
        report: dict[str, Any] = json.load(source)
    return report
