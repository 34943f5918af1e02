"""minimise: a plan is proposed, changed and confirmed by the owner, and applied to training and holdout alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from generation.engine.errors import PlanError
from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.plan import Plan as Treatments
from generation.engine.minimisation.proposal import why_not_apply
from generation.engine.profiling.profile import TableProfile
from generation.engine.schema import ColumnRole
from generation.models import Dataset, Plan
from generation.permissions import require_owner
from generation.repositories.minimisation.examples import sealed_examples
from generation.repositories.minimisation.exceptions import standing_exceptions
from generation.repositories.persons import persons_of
from generation.repositories.tables import person_column_of, read_sealed
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.storage.keys import derived
from synthportal.storage.vault import Blob, write_sealed
from synthportal.trail.audit import record
from synthportal.transitions import move

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.minimisation.fitting import FittedPlan

from generation.repositories.plans import latest_plan, profile_of, proposed_for, schema_facts, treatments_of


def propose_plan_for(dataset: Dataset, profile: TableProfile, version: int = 1) -> Plan:
    """What the portal proposes after a reading: version 1 after the first."""
    proposed = proposed_for(dataset, profile).as_json()["treatments"]
    return Plan.objects.create(dataset=dataset, version=version, treatments=proposed)


def change_plan(
    dataset: Dataset, *, treatments: object, roles: object = None, k: int | None = None, by: Person
) -> Plan:
    """A new version of the plan; roles and k that are not named stay as they were.

    Raises Conflict with every reason why it cannot be applied.
    """
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        last = _last_plan(dataset)
        return _add_version(
            Plan(
                dataset=dataset,
                version=last.version + 1,
                **_checked(treatments, last.k if k is None else k),
                roles=last.roles | _checked_roles(dataset, roles or {}),
                changed_by=by,
            ),
            by,
        )


def undo_plan(dataset: Dataset, *, by: Person) -> Plan:
    """A new version like the one before the newest; undone once more, like the one before that. Raises Conflict."""
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        last = _last_plan(dataset)
        before = before_plan(last)
        if before is None:
            raise Conflict("There is nothing to undo: this is the first version of the plan.")
        return _add_version(
            Plan(
                dataset=dataset,
                version=last.version + 1,
                treatments=before.treatments,
                roles=before.roles,
                k=before.k,
                changed_by=by,
                restores=before.version,
            ),
            by,
        )


def before_plan(plan: Plan) -> Plan | None:
    """The version that undoing this one brings back; None before the first."""
    return plan.dataset.plans.filter(version=(plan.restores or plan.version) - 1).first()


def _add_version(plan: Plan, by: Person) -> Plan:
    if reasons := why_not_confirm(plan):
        raise Conflict(*reasons)
    plan.save(force_insert=True)
    facts = {"restores": plan.restores} if plan.restores else {}
    record("planned", plan, by=by, dataset=str(plan.dataset_id), version=plan.version, **facts)
    return plan


PLANNABLE = (Dataset.Status.PROFILED, Dataset.Status.MINIMISED)


def why_not_plan(dataset: Dataset) -> list[str]:
    """Why no new version of the plan can be made now; empty when one can, also long after the first was applied."""
    if dataset.status not in PLANNABLE:
        return ["The plan can be changed once the dataset is profiled, not now."]
    if Job.objects.filter(
        subject_id=dataset.pk, kind__in=("reread", "reprofile"), state__in=[Job.State.QUEUED, Job.State.RUNNING]
    ).exists():
        return ["The file is being looked at again, which makes a new version of the plan. Wait until that is done."]
    last = latest_plan(dataset)
    if last.confirmed_at and not last.minimised_sha256:
        return ["The plan is confirmed and being applied. Wait until that is done, then make a new version."]
    return []


def _last_plan(dataset: Dataset) -> Plan:
    if reasons := why_not_plan(dataset):
        raise Conflict(*reasons)
    return latest_plan(dataset)


def _checked(treatments: object, k: object) -> dict[str, Any]:
    try:
        found = Treatments.from_json({"treatments": treatments, "k": k or 0}).as_json()
    except PlanError as error:
        raise Conflict(error.sentence) from error
    return found


def _checked_roles(dataset: Dataset, roles: object) -> dict[str, str]:
    names = {column.name for column in dataset.columns.all()}
    words = {role.value for role in ColumnRole}
    if not isinstance(roles, dict) or not (set(roles) <= names and {str(role) for role in roles.values()} <= words):
        raise Conflict(f"Roles map column names to one of: {', '.join(sorted(words))}.")
    return {name: str(role) for name, role in roles.items()}


def why_not_confirm(plan: Plan) -> list[str]:
    """Why this plan cannot be applied: an untreated direct identifier, a treatment that does not fit; empty if none."""
    excepted = standing_exceptions(plan.dataset)
    return why_not_apply(treatments_of(plan), profile_of(plan), kind_of(plan.dataset.kind).treatments, excepted)


def confirm_plan(dataset: Dataset, *, by: Person, version: int | None = None) -> Plan:
    """The owner confirms the newest plan (the one they saw, if they say which); the caller queues the job."""
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        plan = _last_plan(dataset)
        if plan.confirmed_at:
            raise Conflict("This version of the plan is confirmed and applied already. Change it to make another one.")
        if version is not None and version != plan.version:
            raise Conflict("The plan was changed in another window since you opened this page. Look at it again.")
        if reasons := why_not_confirm(plan):
            raise Conflict(*reasons)
        plan.confirmed_by, plan.confirmed_at = by, timezone.now()
        plan.save(update_fields=["confirmed_by", "confirmed_at"])
        record("confirmed", plan, by=by, dataset=str(dataset.pk), version=plan.version)
    return plan


def preview_plan(plan_id: UUID, *, by: Worker, report: Report) -> None:
    """What the plan would do to the training records, in counts; nothing is kept but the report.

    A version that was changed again before its turn is passed over: nobody waits for it.
    """
    plan = Plan.objects.select_related("dataset").get(pk=plan_id)
    if plan.confirmed_at or plan.dataset.plans.filter(version__gt=plan.version).exists():
        return
    from generation.engine.minimisation.effect.report import report_minimisation

    training = read_sealed(plan.dataset.key_id, plan.dataset.training_sha256)
    fitted, minimised = _apply(plan, training, report)
    report("comparing before and after", 0, 0)
    found = report_minimisation(training, minimised, profile_of(plan)).as_json()
    examples = _examples(plan, fitted, training)
    with transaction.atomic():
        by.hold()
        # What was confirmed meanwhile is no preview any more.
        Plan.objects.filter(pk=plan.pk, confirmed_at=None).update(report=found, examples=examples)


def minimise_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Apply the confirmed plan, fitted on the training records alone, to training and holdout."""
    dataset = Dataset.objects.get(pk=dataset_id)
    plan = latest_plan(dataset)
    if dataset.status not in PLANNABLE or plan.minimised_sha256:
        return
    if plan.confirmed_at is None:
        raise Conflict("The owner has not confirmed the plan.")
    from generation.engine.minimisation.effect.report import report_minimisation

    report("reading the records", 0, 0)
    training = read_sealed(dataset.key_id, dataset.training_sha256)
    fitted, minimised = _apply(plan, training, report)
    report("comparing before and after", 0, 0)
    found, examples = report_minimisation(training, minimised, profile_of(plan)), _examples(plan, fitted, training)
    report("minimising the holdout", 0, 0)
    held = read_sealed(dataset.key_id, dataset.holdout_sha256)
    persons = persons_of(dataset, training, held)
    made = {
        "minimised_sha256": _seal(dataset.key_id, minimised.assign(**persons[0])).sha256,
        "minimised_holdout_sha256": _seal(dataset.key_id, fitted.apply(held).assign(**persons[1])).sha256,
        "schema": schema_facts(plan, fitted.middles, fitted.looks),
    }
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(report=found.as_json(), examples=examples, **made)
        plan.refresh_from_db()
        record("applied", plan, by=by, dataset=str(dataset.pk), version=plan.version)
        _done(dataset, made, {"plan": plan.version, "smallest_group": found.groups_after.smallest}, by)


def _done(dataset: Dataset, made: dict[str, Any], facts: dict[str, Any], by: Worker) -> None:
    """The dataset is minimised, or, by a later version of its plan, minimised once more."""
    if dataset.status == Dataset.Status.PROFILED:
        move(dataset, Dataset.Status.MINIMISED, by=by, facts=facts, **made)
        return
    by.hold()
    Dataset.objects.filter(pk=dataset.pk, status=Dataset.Status.MINIMISED).update(**made)
    record("minimised", dataset, by=by, came_from=dataset.status, **facts)


def _apply(plan: Plan, training: pd.DataFrame, report: Report) -> tuple[FittedPlan, pd.DataFrame]:
    from generation.engine.minimisation.fitting import Keys, fit_plan

    dataset = plan.dataset
    keys = Keys(_key(b"surrogates:" + dataset.pk.bytes), _key(b"surrogates of owner:%d" % dataset.owner_id))
    person, excepted = person_column_of(dataset) or "", standing_exceptions(dataset)
    fitted = fit_plan(training, treatments_of(plan), keys, profile_of(plan), person=person, excepted=excepted)
    return fitted, fitted.apply(training, progress=report)


def _examples(plan: Plan, fitted: FittedPlan, training: pd.DataFrame) -> bytes | None:
    """What the plan does inside texts, shown on a few of them, masked and sealed."""
    from generation.engine.minimisation.effect.examples import examples_as_json, examples_of
    from generation.engine.minimisation.spans import Spans

    texts = {name: spans for name, spans in fitted.treatments if isinstance(spans, Spans)}
    found = {name: examples_of(training[name], spans) for name, spans in texts.items()}
    return sealed_examples(plan, examples_as_json(found))


def _key(purpose: bytes) -> bytes:
    return derived(purpose)


def _seal(key_id: UUID, table: pd.DataFrame) -> Blob:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with write_sealed(key_id) as draft:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), draft.file, compression="zstd")
    return draft.written
