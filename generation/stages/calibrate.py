"""calibrate, a part of evaluate: what the privacy checks are worth on this run's data.

The null run counts each check's false alarms on real records; the planted-leak run finds from which dose on a leak is
caught. Tables with planted leaks live in the memory of the job alone, and what is kept are counts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from generation.models import Calibration, Dataset, GenerationRun
from generation.repositories.limits import policy_for
from generation.repositories.tables import read_sealed
from generation.stages.evaluate import EVALUATION_SEED, read_artefact, schema_in, target_in
from synthportal.audit import record
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Role, has_role

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.schema import Schema

DEFAULT_REPEATS = 20
LEAST_REPEATS, MOST_REPEATS = 5, 200
_LIVE = (Job.State.QUEUED, Job.State.RUNNING)


def why_not_calibrate(person: Person, run: GenerationRun) -> list[str]:
    """Why this person cannot ask what the checks are worth on this run's data; empty when they can."""
    reasons = []
    if not _may_ask(person, run):
        reasons.append("Only the owner of this dataset and stewards can ask for it.")
    if run.status != GenerationRun.Status.EVALUATED:
        reasons.append("The run must be evaluated first.")
    if run.dataset.status == Dataset.Status.ERASED:
        reasons.append("The dataset is erased: its records can never be read again.")
    elif not run.dataset.holdout_rows:
        reasons.append("There is no holdout: nothing tells leakage from mere similarity.")
    return reasons


def _may_ask(person: Person, run: GenerationRun) -> bool:
    is_owner = run.dataset.owner_id == person.pk and has_role(person, Role.OWNER)
    return is_owner or has_role(person, Role.STEWARD)


def request_calibration(
    run: GenerationRun, kind: Calibration.Kind, *, by: Person, repeats: int = DEFAULT_REPEATS
) -> Calibration:
    """Ask for a null run or a planted-leak run; the caller queues the job. While one is at work, it is given back.

    `repeats` counts the splits of a null run. Raises NotPermitted, or Conflict with the reasons.
    """
    reasons = why_not_calibrate(by, run)
    if not LEAST_REPEATS <= repeats <= MOST_REPEATS:
        reasons.append(f"Ask for {LEAST_REPEATS} to {MOST_REPEATS} splits.")
    if reasons:
        raise Conflict(*reasons) if _may_ask(by, run) else NotPermitted(*reasons)
    with transaction.atomic():
        GenerationRun.objects.select_for_update().get(pk=run.pk)
        if at_work := at_work_on(run, kind):
            return at_work
        splits = repeats if kind == Calibration.Kind.NULL_RUN else 0
        calibration = Calibration.objects.create(run=run, kind=kind, repeats=splits, by=by)
        record("requested", calibration, by=by, kind=str(kind), run=str(run.pk), repeats=splits)
    return calibration


def at_work_on(run: GenerationRun, kind: Calibration.Kind) -> Calibration | None:
    """The calibration of this kind whose job waits or runs."""
    live = Job.objects.filter(kind="calibrate", state__in=_LIVE).values("subject_id")
    return run.calibrations.filter(kind=kind, finished_at=None, pk__in=live).first()


def calibrate_run(calibration_id: UUID, *, by: Worker, report: Report) -> None:
    """Do what was asked, and keep the counts. One that is finished stays as it is."""
    calibration = Calibration.objects.select_related("run__dataset").get(pk=calibration_id)
    if calibration.finished_at:
        return
    started, version = time.monotonic(), policy_for(calibration.run.dataset).version
    report("reading the records", 0, 0)
    counts = _counted(calibration, report)
    with transaction.atomic():
        by.hold()
        calibration.result, calibration.policy_version = counts, version
        calibration.seconds, calibration.finished_at = time.monotonic() - started, timezone.now()
        calibration.save(update_fields=["result", "policy_version", "seconds", "finished_at"])
        record("calibrated", calibration, by=by, kind=calibration.kind, rows=len(counts))


def _counted(calibration: Calibration, report: Report) -> list[dict[str, Any]]:
    is_null_run = calibration.kind == Calibration.Kind.NULL_RUN
    return _false_alarms(calibration, report) if is_null_run else _caught_leaks(calibration.run, report)


def _false_alarms(calibration: Calibration, report: Report) -> list[dict[str, Any]]:
    from generation.engine.evaluation.calibration.null_run import null_run

    schema = schema_in(calibration.run)
    training, holdout = _real_records(calibration.run, schema)
    found = null_run(
        training,
        holdout,
        schema,
        target=target_in(schema),
        policy=policy_for(calibration.run.dataset),
        seed=EVALUATION_SEED,
        progress=_Phase(report, "comparing real records with real records"),
        repeats=calibration.repeats,
    )
    return [one.as_json() for one in found]


def _caught_leaks(run: GenerationRun, report: Report) -> list[dict[str, Any]]:
    from generation.engine.evaluation.calibration.planted_leaks import plant_leaks

    schema = schema_in(run)
    training, holdout = _real_records(run, schema)
    found = plant_leaks(
        training,
        holdout,
        read_artefact(run)[list(training.columns)],
        schema,
        target=target_in(schema),
        policy=policy_for(run.dataset),
        seed=EVALUATION_SEED,
        progress=_Phase(report, "planting leaks and looking for them"),
    )
    return [one.as_json() for one in found]


def _real_records(run: GenerationRun, schema: Schema) -> tuple[pd.DataFrame, pd.DataFrame]:
    dataset, names = run.dataset, [spec.name for spec in schema]
    training = read_sealed(dataset.key_id, run.plan.minimised_sha256)[names]
    return training, read_sealed(dataset.key_id, run.plan.minimised_holdout_sha256)[names]


class _Phase:
    """Progress under one name from beginning to end: the time left follows from the speed of a phase."""

    def __init__(self, report: Report, name: str) -> None:
        self._report, self._name = report, name

    def __call__(self, phase: str, done: int, total: int) -> None:
        self._report(self._name, done, total)


def cancel_calibration(calibration: Calibration, *, by: Person) -> None:
    """Stop one that is at work. Raises NotPermitted, or Conflict when it is over."""
    if not _may_ask(by, calibration.run):
        raise NotPermitted("Only the owner of this dataset and stewards can cancel it.")
    with transaction.atomic():
        job = Job.objects.filter(subject_id=calibration.pk, state__in=_LIVE).first()
        if job is None:
            raise Conflict("It is already over.")
        cancel(job, by=by)
