"""The jobs of this app, and what follows what:

upload -> ingest -> profile -> (owner confirms the plan) -> minimise -> propose (rules)
-> (owner asks for a run) -> generate -> evaluate
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from generation.engine.evaluation.limits.changes import Changes
from generation.models import (
    BakeOff,
    Calibration,
    Dataset,
    FileScan,
    GenerationRun,
    Overruling,
    Plan,
    PrivacyLimit,
    Purpose,
    TechnologyMap,
)
from generation.repositories.bake_offs import TAKE
from generation.repositories.budget import lock_source
from generation.repositories.durations import (
    seconds_to_calibrate,
    seconds_to_evaluate,
    seconds_to_generate,
    seconds_to_profile,
    seconds_to_refit,
    seconds_to_sample_parts,
    seconds_to_weigh,
)
from generation.repositories.judged.limits import LimitsVersion
from generation.stages.changes.carry import Carried, carried_plan
from generation.stages.changes.reread import (
    choose_columns,
    name_columns,
    overrule_finding,
    reprofile_dataset,
    reread_dataset,
    restore_finding,
)
from generation.stages.compare import BakeOffRequest, plan_bake_off, request_bake_off, take_run
from generation.stages.declare import propose_for, request_proposals
from generation.stages.evaluate import evaluate_run, request_evaluation
from generation.stages.generate import fit_run, generate_run, run_failed
from generation.stages.govern import change_limit, change_limits, decide_limit, decide_limits
from generation.stages.ingest import Upload, ingest_dataset, receive_dataset
from generation.stages.measure.calibrate import RECORDS, calibrate_run, request_calibration
from generation.stages.measure.refit import plan_refits, refit_part, refits_over
from generation.stages.measure.weigh import request_map, weigh_technologies
from generation.stages.minimise import (
    change_plan,
    confirm_plan,
    minimise_dataset,
    preview_plan,
    undo_plan,
    why_not_confirm,
)
from generation.stages.profile import profile_dataset
from generation.stages.request import RunRequest, plan_next_suite, plan_run, request_run
from generation.stages.sampling.shard import sample_part
from generation.stages.scan import drop_file, request_scan, scan_dropped
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import job
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.people.messages.notices import Event, everybody, tell
from synthportal.roles import Role
from synthportal.storage.uploads import SealedUpload


def _failed(run_id: UUID, worker: Worker, reason: str) -> None:
    run_failed(run_id, by=worker, reason=reason)


def _preview_newest(dataset_id: UUID, worker: Worker) -> None:
    """Count what the plan that was just proposed would do, where it could be applied."""
    proposed = Plan.objects.select_related("dataset").filter(dataset_id=dataset_id).order_by("-version").first()
    if proposed and not why_not_confirm(proposed):
        enqueue("preview", proposed.pk, person_id=worker.person_id)


@job("ingest", then="profile")
def ingest(dataset_id: UUID, worker: Worker, report: Report) -> None:
    ingest_dataset(dataset_id, by=worker, report=report)


@job("profile", expects=seconds_to_profile)
def profile(dataset_id: UUID, worker: Worker, report: Report) -> None:
    profile_dataset(dataset_id, by=worker, report=report)
    _preview_newest(dataset_id, worker)


@job("reread")
def reread(dataset_id: UUID, worker: Worker, report: Report) -> None:
    reread_dataset(dataset_id, by=worker, report=report)
    _preview_newest(dataset_id, worker)


@job("reprofile", expects=seconds_to_profile)
def reprofile(dataset_id: UUID, worker: Worker, report: Report) -> None:
    reprofile_dataset(dataset_id, by=worker, report=report)
    _preview_newest(dataset_id, worker)


def _unread(scan_id: UUID, worker: Worker, reason: str) -> None:
    drop_file(scan_id)


@job("scan", failed=_unread)
def scan(scan_id: UUID, worker: Worker, report: Report) -> None:
    scan_dropped(scan_id, by=worker, report=report)


@job("preview")
def preview(plan_id: UUID, worker: Worker, report: Report) -> None:
    preview_plan(plan_id, by=worker, report=report)


@job("minimise", then="propose")
def minimise(dataset_id: UUID, worker: Worker, report: Report) -> None:
    minimise_dataset(dataset_id, by=worker, report=report)


@job("propose")
def propose(dataset_id: UUID, worker: Worker, report: Report) -> None:
    propose_for(dataset_id, by=worker, report=report)


@job("generate", then="evaluate", failed=_failed, expects=seconds_to_generate)
def generate(run_id: UUID, worker: Worker, report: Report) -> None:
    for part_id in fit_run(run_id, by=worker, report=report):
        enqueue("sample_part", part_id, person_id=worker.person_id)
    generate_run(run_id, by=worker, report=report)


@job("sample_part", expects=seconds_to_sample_parts)
def sample_a_part(part_id: UUID, worker: Worker, report: Report) -> None:
    sample_part(part_id, by=worker, report=report)


@job("evaluate", then="sample", failed=_failed, expects=seconds_to_evaluate)
def evaluate(run_id: UUID, worker: Worker, report: Report) -> None:
    evaluate_run(run_id, by=worker, report=report)


def _calibration_failed(calibration_id: UUID, worker: Worker, reason: str) -> None:
    refits_over(calibration_id)


@job("calibrate", failed=_calibration_failed, expects=seconds_to_calibrate)
def calibrate(calibration_id: UUID, worker: Worker, report: Report) -> None:
    for part_id in plan_refits(calibration_id):
        enqueue("refit", part_id, person_id=worker.person_id)
    calibrate_run(calibration_id, by=worker, report=report)


@job("refit", expects=seconds_to_refit)
def refit(part_id: UUID, worker: Worker, report: Report) -> None:
    refit_part(part_id, by=worker, report=report)


@job("weigh", expects=seconds_to_weigh)
def weigh(map_id: UUID, worker: Worker, report: Report) -> None:
    weigh_technologies(map_id, by=worker, report=report)


# What pages and API call: a verb of a stage, and the job that follows it, in one transaction.


def submit_dataset(upload: Upload, *, by: Person) -> Dataset:
    """Receive an upload and queue its ingest."""
    with transaction.atomic():
        dataset = receive_dataset(upload, by=by)
        enqueue("ingest", dataset.pk, person_id=by.pk)
    return dataset


def submit_plan(
    dataset: Dataset, *, treatments: object, roles: object = None, k: int | None = None, by: Person
) -> Plan:
    """Keep a changed plan and queue its preview."""
    with transaction.atomic():
        plan = change_plan(dataset, treatments=treatments, roles=roles, k=k, by=by)
        enqueue("preview", plan.pk, person_id=by.pk)
    return plan


def submit_carried_plan(dataset: Dataset, *, by: Person) -> tuple[Plan, Carried]:
    """Take over the plan of the version before and queue its preview."""
    carried = carried_plan(dataset, by=by)
    plan = submit_plan(dataset, treatments=carried.treatments, roles=carried.roles, k=carried.k, by=by)
    return plan, carried


def submit_undo(dataset: Dataset, *, by: Person) -> Plan:
    """Bring the version of the plan before back and queue its preview."""
    with transaction.atomic():
        plan = undo_plan(dataset, by=by)
        enqueue("preview", plan.pk, person_id=by.pk)
    return plan


def submit_columns(dataset: Dataset, given: object, *, by: Person) -> bool:
    """Keep what the owner says of columns; True when the reading it needs is queued."""
    with transaction.atomic():
        if must_read := choose_columns(dataset, given, by=by):
            enqueue("reread", dataset.pk, person_id=by.pk)
    return must_read


def submit_names(dataset: Dataset, *, target: str, person_column: str, by: Person) -> bool:
    """Choose target and person column; True when the reading they need is queued."""
    with transaction.atomic():
        if must_read := name_columns(dataset, target=target, person_column=person_column, by=by):
            enqueue("reread", dataset.pk, person_id=by.pk)
    return must_read


def submit_overruling(
    dataset: Dataset, column: str, entity: str, *, reason: str, although_validated: bool = False, by: Person
) -> Overruling:
    """Keep that a finding is something else, and queue the profile that says so."""
    with transaction.atomic():
        kept = overrule_finding(dataset, column, entity, reason=reason, although_validated=although_validated, by=by)
        enqueue("reprofile", dataset.pk, person_id=by.pk)
    return kept


def submit_restoring(dataset: Dataset, column: str, entity: str, *, by: Person) -> Overruling:
    """Take back what was overruled, and queue the profile that says so."""
    with transaction.atomic():
        kept = restore_finding(dataset, column, entity, by=by)
        enqueue("reprofile", dataset.pk, person_id=by.pk)
    return kept


def submit_confirmation(dataset: Dataset, *, version: int | None = None, by: Person) -> Plan:
    """Confirm the plan and queue the minimisation."""
    with transaction.atomic():
        plan = confirm_plan(dataset, version=version, by=by)
        enqueue("minimise", dataset.pk, person_id=by.pk)
    return plan


def submit_run(dataset: Dataset, wanted: RunRequest, *, by: Person) -> GenerationRun:
    """Ask for a run and queue it. Asking twice under the same id, as a double click does, gives the first one back."""
    planned = plan_run(dataset, wanted, by=by)
    with transaction.atomic():
        lock_source(dataset)
        if asked := dataset.runs.filter(pk=wanted.id, requested_by=by).first():
            return asked
        run = request_run(planned, by=by)
        enqueue("generate", run.pk, person_id=by.pk)
    return run


def submit_next_suite(run: GenerationRun, failed: object, more: int, *, by: Person) -> GenerationRun:
    """Ask for the same tasks and new ones where they failed, and queue it."""
    planned = plan_next_suite(run, failed, more, by=by)
    with transaction.atomic():
        lock_source(run.dataset)
        asked = request_run(planned, by=by)
        enqueue("generate", asked.pk, person_id=by.pk)
    return asked


def submit_evaluation(run: GenerationRun, *, by: Person) -> None:
    """Queue one more evaluation of a run."""
    with transaction.atomic():
        request_evaluation(run, by=by)
        enqueue("evaluate", run.pk, person_id=by.pk)


def submit_scan(upload: SealedUpload, *, by: Person) -> FileScan:
    """Have a dropped file looked at."""
    with transaction.atomic():
        scan = request_scan(upload, by=by)
        enqueue("scan", scan.pk, person_id=by.pk)
    return scan


def submit_calibration(
    run: GenerationRun,
    kind: Calibration.Kind,
    *,
    by: Person,
    repeats: int | None = None,
    records: int = RECORDS.default,
) -> Calibration:
    """Ask what the privacy checks are worth on this run's data, or for an audit, and queue it; one at work is given
    back."""
    with transaction.atomic():
        calibration = request_calibration(run, kind, by=by, repeats=repeats, records=records)
        enqueue("calibrate", calibration.pk, person_id=by.pk)
    return calibration


def submit_map(dataset: Dataset, *, by: Person) -> TechnologyMap:
    """Ask for a technology map and queue it; one at work is given back."""
    with transaction.atomic():
        asked = request_map(dataset, by=by)
        enqueue("weigh", asked.pk, person_id=by.pk)
    return asked


def submit_bake_off(dataset: Dataset, wanted: BakeOffRequest, *, by: Person) -> BakeOff:
    """Ask for a bake-off and queue its runs. Asking twice under the same id gives the first one back."""
    planned = plan_bake_off(dataset, wanted, by=by)
    with transaction.atomic():
        bake_off = request_bake_off(planned, by=by)
        for run in bake_off.runs.filter(status=GenerationRun.Status.QUEUED).order_by("number"):
            enqueue("generate", run.pk, person_id=by.pk)
    return bake_off


def submit_choice(run: GenerationRun, *, by: Person) -> None:
    """Take a run of a bake-off to review and queue the drawing of its sample, done by the app reviews."""
    with transaction.atomic():
        take_run(run, by=by)
        enqueue(TAKE, run.pk, person_id=by.pk)


def submit_look(dataset: Dataset, *, by: Person) -> None:
    """Queue one more look for rules."""
    with transaction.atomic():
        request_proposals(dataset, by=by)
        enqueue("propose", dataset.pk, person_id=by.pk)


def submit_limits(purpose: str, changes: Changes, *, reason: str, seen: int, by: Person) -> LimitsVersion:
    """Write a version of a purpose's limits and tell the stewards that it waits for a second one."""
    with transaction.atomic():
        made = change_limits(purpose, changes, reason=reason, by=by, seen=seen)
        words = f"Version {made.number} of the limits for {_named(purpose)} waits for a second steward."
        _tell_of_limits(made, words, everybody(Role.STEWARD), by)
    return made


def submit_limits_decision(purpose: str, number: int, *, holds: bool, note: str, by: Person) -> LimitsVersion:
    """Confirm or refuse a version of a purpose's limits and tell who wrote it."""
    with transaction.atomic():
        made = decide_limits(purpose, number, holds=holds, note=note, by=by)
        end = "holds now" if holds else "was refused"
        words = f"Version {number} of the limits for {_named(purpose)} {end}: {note.strip()}"
        _tell_of_limits(made, words, [made.row.by] if made.row else [], by)
    return made


def _tell_of_limits(made: LimitsVersion, words: str, people: Collection[Person], by: Person) -> None:
    path = reverse("limits", args=[made.purpose])
    if made.row:
        tell(Event.NEEDS_APPROVAL, words, path=path, to=people, subject=made.row.pk, by_id=by.pk)


def submit_privacy_limit(dataset: Dataset, epsilon: float, *, reason: str, by: Person) -> PrivacyLimit:
    """Write a limit of a source's privacy budget and tell the stewards that it waits for a second one."""
    with transaction.atomic():
        made = change_limit(dataset, epsilon, reason=reason, by=by)
        words = f"A limit of epsilon {made.epsilon:g} waits for a second steward."
        _tell_of_privacy_limit(made, words, everybody(Role.STEWARD), by)
    return made


def submit_privacy_limit_decision(dataset: Dataset, number: int, *, holds: bool, note: str, by: Person) -> PrivacyLimit:
    """Confirm or refuse the limit that waits and tell who wrote it."""
    with transaction.atomic():
        made = decide_limit(dataset, number, holds=holds, note=note, by=by)
        words = f"A limit of epsilon {made.epsilon:g} {'holds now' if holds else 'was refused'}: {note.strip()}"
        _tell_of_privacy_limit(made, words, [made.by], by)
    return made


def _tell_of_privacy_limit(made: PrivacyLimit, words: str, people: Collection[Person], by: Person) -> None:
    path = reverse("dataset", args=[made.dataset_id])
    tell(Event.NEEDS_APPROVAL, words, path=path, to=people, subject=made.pk, by_id=by.pk)


def _named(purpose: str) -> str:
    return str(Purpose(purpose).label).lower()
