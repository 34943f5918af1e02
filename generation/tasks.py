"""The jobs of this app, and what follows what:

upload -> ingest -> profile -> (owner confirms the plan) -> minimise -> (owner asks for a run) -> generate -> evaluate
"""

from __future__ import annotations

from uuid import UUID

from generation.stages.evaluate import evaluate_run
from generation.stages.generate import generate_run, run_failed
from generation.stages.ingest import ingest_dataset, refuse_dataset
from generation.stages.minimise import minimise_dataset, preview_plan
from generation.stages.profile import profile_dataset
from synthportal.jobs.progress import Report
from synthportal.jobs.registry import job
from synthportal.jobs.worker import Worker


def _refused(dataset_id: UUID, worker: Worker, reason: str) -> None:
    refuse_dataset(dataset_id, by=worker, reason=reason)


def _failed(run_id: UUID, worker: Worker, reason: str) -> None:
    run_failed(run_id, by=worker, reason=reason)


@job("ingest", then="profile", failed=_refused)
def ingest(dataset_id: UUID, worker: Worker, report: Report) -> None:
    ingest_dataset(dataset_id, by=worker, report=report)


@job("profile")
def profile(dataset_id: UUID, worker: Worker, report: Report) -> None:
    profile_dataset(dataset_id, by=worker, report=report)


@job("preview")
def preview(plan_id: UUID, worker: Worker, report: Report) -> None:
    preview_plan(plan_id, by=worker, report=report)


@job("minimise")
def minimise(dataset_id: UUID, worker: Worker, report: Report) -> None:
    minimise_dataset(dataset_id, by=worker, report=report)


@job("generate", then="evaluate", failed=_failed)
def generate(run_id: UUID, worker: Worker, report: Report) -> None:
    generate_run(run_id, by=worker, report=report)


@job("evaluate", then="sample", failed=_failed)
def evaluate(run_id: UUID, worker: Worker, report: Report) -> None:
    evaluate_run(run_id, by=worker, report=report)
