"""Evaluations: the one that counts, and its sealed report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings

from generation.engine.evaluation.metric import Group, Status
from generation.models import Dataset, Evaluation, GenerationRun, Recomputation
from generation.repositories.judged.limits import policy_for
from synthportal.jobs.identity import is_second, signed_by
from synthportal.models import AuditEvent
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


def said_of(evaluation: Evaluation, digest: str) -> bytes:
    """What a second worker signs: which evaluation it measured again, and the digest of what it got."""
    said = {"evaluation": str(evaluation.pk), "run": str(evaluation.run_id), "digest": digest}
    return json.dumps({"measured again": said}, sort_keys=True, separators=(",", ":")).encode()


def evaluator_of(evaluation: Evaluation) -> str:
    """The name of the worker that measured, as the trail has it; "" for one without a name."""
    told = AuditEvent.objects.filter(subject_kind="evaluation", subject_id=str(evaluation.pk), action="measured")
    facts = told.values_list("facts", flat=True).first()
    return str(facts.get("worker", "")) if facts else ""


def recomputations_of(evaluation: Evaluation) -> list[Recomputation]:
    """What second workers got, of those alone that are another worker than the one that measured."""
    first = evaluator_of(evaluation)
    return [one for one in evaluation.recomputations.all() if one.worker != first]


def is_signed(evaluation: Evaluation, again: Recomputation) -> bool:
    """Whether the second worker that the row names signed what the row says of this evaluation."""
    return signed_by(again.worker, said_of(evaluation, again.digest), again.signature)


def may_recompute(evaluation_id: UUID) -> bool:
    """Whether this process is a second worker, and another one than the worker that measured."""
    evaluation = Evaluation.objects.filter(pk=evaluation_id).first()
    return is_second() and evaluation is not None and evaluator_of(evaluation) != settings.WORKER_NAME


def read_report(evaluation: Evaluation) -> dict[str, Any]:
    """The sealed part of an evaluation: plots, and the records that were named."""
    with open_sealed(evaluation.run.dataset.key_id, evaluation.report_sha256) as source:
        report: dict[str, Any] = json.load(source)
    return report
