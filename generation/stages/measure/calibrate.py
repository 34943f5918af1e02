"""calibrate, a part of evaluate: what the privacy checks are worth on this run's data, and what its synthesizer tells.

The null run counts each check's false alarms on real records; the planted-leak run finds from which dose on a leak is
caught; the shadow audit fits the synthesizer many times and guesses who was there. Tables with planted leaks and those
of the refits live in the memory of the job alone, and what is kept are counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from generation.engine.synthesizers.catalogue import cards
from generation.models import Calibration, Dataset, GenerationRun
from generation.permissions import owns
from generation.repositories.audits import TRIAL, remove_parts
from generation.repositories.judged.limits import policy_for
from generation.stages.evaluate import EVALUATION_SEED, read_artefact, real_records, schema_in, target_in
from generation.stages.measure.refit import audited, refit_jobs
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record


@dataclass(frozen=True, slots=True)
class Size:
    """How many may be asked for, and how many are when nothing is said."""

    default: int
    least: int
    most: int

    def holds(self, number: int) -> bool:
        return self.least <= number <= self.most


REPEATS = {
    Calibration.Kind.NULL_RUN: Size(20, 5, 200),
    Calibration.Kind.PLANTED_LEAKS: Size(0, 0, 200),
    Calibration.Kind.SHADOW_AUDIT: Size(300, 20, 10_000),
}
RECORDS = Size(1_000, 200, 20_000)
_LIVE = (Job.State.QUEUED, Job.State.RUNNING)


def why_not_calibrate(person: Person, run: GenerationRun, kind: Calibration.Kind) -> list[str]:
    """Why this person cannot ask for this of a run; empty when they can."""
    reasons = []
    if not _may_ask(person, run):
        reasons.append("Only the owner of this dataset and stewards can ask for it.")
    if run.status != GenerationRun.Status.EVALUATED:
        reasons.append("The run must be evaluated first.")
    if run.dataset.status == Dataset.Status.ERASED:
        reasons.append("The dataset is erased: its records can never be read again.")
    elif kind == Calibration.Kind.SHADOW_AUDIT:
        reasons += _why_not_audit(run)
    elif not run.dataset.holdout_rows:
        reasons.append("There is no holdout: nothing tells leakage from mere similarity.")
    return reasons


def _why_not_audit(run: GenerationRun) -> list[str]:
    card = cards().get(run.synthesizer)
    if card is None:
        return ["Its synthesizer is no longer installed."]
    return (
        ["Its synthesizer draws whole persons, whom an audit of single records cannot judge."]
        if card.draws_persons
        else []
    )


def why_not_so_many(kind: Calibration.Kind, repeats: int, records: int) -> list[str]:
    """What is wrong with the numbers asked for; empty when they can be had."""
    size, is_audit = REPEATS[kind], kind == Calibration.Kind.SHADOW_AUDIT
    reasons = []
    if is_audit and repeats != TRIAL and (not size.holds(repeats) or repeats % 2):
        reasons.append(
            f"Ask for {TRIAL} refits to learn what one costs, or for an even number from {size.least} to {size.most}."
        )
    if not is_audit and not size.holds(repeats):
        reasons.append(f"Ask for {size.least} to {size.most} splits.")
    if is_audit and not RECORDS.holds(records):
        reasons.append(f"Ask for {RECORDS.least} to {RECORDS.most} records.")
    return reasons


def _may_ask(person: Person, run: GenerationRun) -> bool:
    is_owner = has_role(person, Role.OWNER) and owns(person, run.dataset)
    return is_owner or has_role(person, Role.STEWARD)


def request_calibration(
    run: GenerationRun,
    kind: Calibration.Kind,
    *,
    by: Person,
    repeats: int | None = None,
    records: int = RECORDS.default,
) -> Calibration:
    """Ask for a null run, a planted-leak run or a shadow audit; the caller queues the job. One at work is given back.

    `repeats` counts the splits of a null run and the refits of an audit, `records` are an audit's. Raises NotPermitted,
    or Conflict with the reasons.
    """
    repeats = REPEATS[kind].default if repeats is None else repeats
    reasons = [*why_not_calibrate(by, run, kind), *why_not_so_many(kind, repeats, records)]
    if reasons:
        raise Conflict(*reasons) if _may_ask(by, run) else NotPermitted(*reasons)
    with transaction.atomic():
        GenerationRun.objects.select_for_update().get(pk=run.pk)
        if at_work := at_work_on(run, kind):
            return at_work
        asked = {
            "repeats": 0 if kind == Calibration.Kind.PLANTED_LEAKS else repeats,
            "records": records if kind == Calibration.Kind.SHADOW_AUDIT else 0,
        }
        calibration = Calibration.objects.create(run=run, kind=kind, by=by, **asked)
        record("requested", calibration, by=by, kind=str(kind), run=str(run.pk), **asked)
    return calibration


def at_work_on(run: GenerationRun, kind: Calibration.Kind) -> Calibration | None:
    """The calibration of this kind whose job waits or runs."""
    live = Job.objects.filter(kind="calibrate", state__in=_LIVE).values("subject_id")
    return run.calibrations.filter(kind=kind, finished_at=None, pk__in=live).first()


def calibrate_run(calibration_id: UUID, *, by: Worker, report: Report) -> None:
    """Do what was asked, and keep the counts. One that is finished stays as it is."""
    calibration = Calibration.objects.select_related("run__dataset").get(pk=calibration_id)
    if not calibration.finished_at:
        _calibrate(calibration, by, report)
    # Also of one that is finished already: its worker may have been killed before this.
    remove_parts(calibration)


def _calibrate(calibration: Calibration, by: Worker, report: Report) -> None:
    started, version = time.monotonic(), policy_for(calibration.run.dataset).version
    report("reading the records", 0, 0)
    counts, calibration.report_sha256 = _counted(calibration, by, report)
    with transaction.atomic():
        by.hold()
        calibration.result, calibration.policy_version = counts, version
        calibration.seconds, calibration.finished_at = time.monotonic() - started, timezone.now()
        calibration.save(update_fields=["result", "report_sha256", "policy_version", "seconds", "finished_at"])
        record("calibrated", calibration, by=by, kind=calibration.kind, rows=len(counts))


def _counted(calibration: Calibration, by: Worker, report: Report) -> tuple[list[dict[str, Any]], str]:
    """The counts, and the digest of what is sealed beside them."""
    if calibration.kind == Calibration.Kind.SHADOW_AUDIT:
        return audited(calibration, by=by, report=report)
    is_null_run = calibration.kind == Calibration.Kind.NULL_RUN
    return _false_alarms(calibration, report) if is_null_run else _caught_leaks(calibration.run, report), ""


def _false_alarms(calibration: Calibration, report: Report) -> list[dict[str, Any]]:
    from generation.engine.evaluation.calibration.null_run import null_run

    schema = schema_in(calibration.run)
    training, holdout = real_records(calibration.run, schema)
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
    training, holdout = real_records(run, schema)
    found = plant_leaks(
        training,
        holdout,
        read_artefact(run)[[spec.name for spec in schema]],
        schema,
        target=target_in(schema),
        policy=policy_for(run.dataset),
        seed=EVALUATION_SEED,
        progress=_Phase(report, "planting leaks and looking for them"),
    )
    return [one.as_json() for one in found]


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
        for one in [job, *refit_jobs(calibration)]:
            cancel(one, by=by)
    remove_parts(calibration)
