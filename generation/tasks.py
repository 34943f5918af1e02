"""The jobs of this app, and what follows what:

upload -> ingest -> profile -> (owner confirms the plan) -> minimise -> (owner asks for a run) -> generate -> evaluate
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from generation.models import Dataset, GenerationRun, Plan
from generation.stages.evaluate import evaluate_run, request_evaluation
from generation.stages.generate import RunRequest, generate_run, request_run, run_failed
from generation.stages.ingest import Upload, ingest_dataset, receive_dataset, refuse_dataset
from generation.stages.minimise import change_plan, confirm_plan, latest_plan, minimise_dataset, preview_plan
from generation.stages.profile import profile_dataset
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import job
from synthportal.jobs.worker import Worker
from synthportal.models import Person


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
    proposed = latest_plan(Dataset.objects.get(pk=dataset_id))
    enqueue("preview", proposed.pk, person_id=worker.person_id)


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


# What pages and API call: a verb of a stage, and the job that follows it, in one transaction.


def submit_dataset(upload: Upload, *, by: Person) -> Dataset:
    """Receive an upload and queue its ingest."""
    with transaction.atomic():
        dataset = receive_dataset(upload, by=by)
        enqueue("ingest", dataset.pk, person_id=by.pk)
    return dataset


def submit_plan(dataset: Dataset, *, treatments: object, roles: object = None, by: Person) -> Plan:
    """Keep a changed plan and queue its preview."""
    with transaction.atomic():
        plan = change_plan(dataset, treatments=treatments, roles=roles, by=by)
        enqueue("preview", plan.pk, person_id=by.pk)
    return plan


def submit_confirmation(dataset: Dataset, *, version: int | None = None, by: Person) -> Plan:
    """Confirm the plan and queue the minimisation."""
    with transaction.atomic():
        plan = confirm_plan(dataset, version=version, by=by)
        enqueue("minimise", dataset.pk, person_id=by.pk)
    return plan


def submit_run(dataset: Dataset, wanted: RunRequest, *, by: Person) -> GenerationRun:
    """Ask for a run and queue it."""
    with transaction.atomic():
        run = request_run(dataset, wanted, by=by)
        enqueue("generate", run.pk, person_id=by.pk)
    return run


def submit_evaluation(run: GenerationRun, *, by: Person) -> None:
    """Queue one more evaluation of a run."""
    with transaction.atomic():
        request_evaluation(run, by=by)
        enqueue("evaluate", run.pk, person_id=by.pk)
