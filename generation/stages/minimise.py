"""minimise: a plan is proposed, changed and confirmed by the owner, and applied to training and holdout alike."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generation.engine.errors import PlanError
from generation.engine.minimisation.plan import Plan as Treatments
from generation.engine.minimisation.proposal import propose_plan, why_not_apply
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.profiling.profile import TableProfile
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.models import Dataset, Plan
from generation.permissions import require_owner
from generation.tables import read_sealed, schema_to_json
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.storage.vault import Blob, write_sealed
from synthportal.transitions import move

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.minimisation.fitting import FittedPlan


def latest_plan(dataset: Dataset) -> Plan:
    """The newest version of the plan. Raises Conflict before there is one."""
    plan = dataset.plans.order_by("-version").first()
    if plan is None:
        raise Conflict("This dataset has no plan yet: wait until it has been profiled.")
    return plan


def profile_of(plan: Plan) -> TableProfile:
    """The dataset's profile with the roles that the owner changed."""
    profile = TableProfile.from_json(plan.dataset.profile)
    columns = tuple(
        replace(column, role=ColumnRole(plan.roles[column.name]), why="Chosen by the owner.")
        if column.name in plan.roles
        else column
        for column in profile.columns
    )
    return replace(profile, columns=columns)


def treatments_of(plan: Plan) -> Treatments:
    """The plan in the engine's words."""
    return Treatments.from_json({"treatments": plan.treatments})


def propose_plan_for(dataset: Dataset, profile: TableProfile) -> Plan:
    """Version 1: what the portal proposes."""
    target = next((c.name for c in profile.columns if c.role is ColumnRole.TARGET), None)
    proposed = propose_plan(profile, dataset.purpose, target).as_json()["treatments"]
    return Plan.objects.create(dataset=dataset, version=1, treatments=proposed)


def change_plan(dataset: Dataset, *, treatments: object, roles: object = None, by: Person) -> Plan:
    """A new version of the plan. Raises Conflict with every reason why it cannot be applied."""
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        last = _open_plan(dataset)
        changed = Plan(
            dataset=dataset,
            version=last.version + 1,
            treatments=_checked(treatments),
            roles=last.roles | _checked_roles(dataset, roles or {}),
            changed_by=by,
        )
        if reasons := why_not_confirm(changed):
            raise Conflict(*reasons)
        changed.save(force_insert=True)
        record("planned", changed, by=by, dataset=str(dataset.pk), version=changed.version)
    return changed


def _open_plan(dataset: Dataset) -> Plan:
    if dataset.status != Dataset.Status.PROFILED:
        raise Conflict("The plan can be changed after profiling and before it is confirmed, not now.")
    last = latest_plan(dataset)
    if last.confirmed_at:
        raise Conflict("The plan is confirmed and being applied. To use another plan, upload the dataset again.")
    return last


def _checked(treatments: object) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = Treatments.from_json({"treatments": treatments}).as_json()["treatments"]
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
    return why_not_apply(treatments_of(plan), profile_of(plan))


def confirm_plan(dataset: Dataset, *, by: Person, version: int | None = None) -> Plan:
    """The owner confirms the newest plan (the one they saw, if they say which); the caller queues the job."""
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        plan = _open_plan(dataset)
        if version is not None and version != plan.version:
            raise Conflict("The plan was changed in another window since you opened this page. Look at it again.")
        if reasons := why_not_confirm(plan):
            raise Conflict(*reasons)
        plan.confirmed_by, plan.confirmed_at = by, timezone.now()
        plan.save(update_fields=["confirmed_by", "confirmed_at"])
        record("confirmed", plan, by=by, dataset=str(dataset.pk), version=plan.version)
    return plan


def preview_plan(plan_id: UUID, *, by: Worker, report: Report) -> None:
    """What the plan would do to the training records, in counts; nothing is kept but the report."""
    plan = Plan.objects.select_related("dataset").get(pk=plan_id)
    if plan.confirmed_at:
        return
    from generation.engine.minimisation.report import report_minimisation

    training = read_sealed(plan.dataset.key_id, plan.dataset.training_sha256)
    _, minimised = _apply(plan, training, report)
    report("comparing before and after", 0, 0)
    with transaction.atomic():
        by.hold()
        plan.report = report_minimisation(training, minimised, profile_of(plan)).as_json()
        plan.save(update_fields=["report"])


def minimise_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Apply the confirmed plan, fitted on the training records alone, to training and holdout."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.PROFILED:
        return
    plan = latest_plan(dataset)
    if plan.confirmed_at is None:
        raise Conflict("The owner has not confirmed the plan.")
    from generation.engine.minimisation.report import report_minimisation

    report("reading the records", 0, 0)
    training = read_sealed(dataset.key_id, dataset.training_sha256)
    fitted, minimised = _apply(plan, training, report)
    report("comparing before and after", 0, 0)
    found = report_minimisation(training, minimised, profile_of(plan))
    report("minimising the holdout", 0, 0)
    holdout = fitted.apply(read_sealed(dataset.key_id, dataset.holdout_sha256))
    with transaction.atomic():
        plan.report = found.as_json()
        plan.save(update_fields=["report"])
        move(
            dataset,
            Dataset.Status.MINIMISED,
            by=by,
            facts={"plan": plan.version, "smallest_group": found.groups_after.smallest},
            minimised_sha256=_seal(dataset.key_id, minimised).sha256,
            minimised_holdout_sha256=_seal(dataset.key_id, holdout).sha256,
            schema=_schema_facts(plan),
        )


def _apply(plan: Plan, training: pd.DataFrame, report: Report) -> tuple[FittedPlan, pd.DataFrame]:
    from generation.engine.minimisation.fitting import fit_plan

    key = hmac.new(settings.MASTER_KEY, b"surrogates:" + plan.dataset_id.bytes, "sha256").digest()
    fitted = fit_plan(training, treatments_of(plan), key, profile_of(plan))
    return fitted, fitted.apply(training, progress=report)


def _schema_facts(plan: Plan) -> list[dict[str, str]]:
    """The columns left, and for surrogates what their values look like, so that generate can invent more of them."""
    treatments, facts = treatments_of(plan), schema_to_json(schema_after(plan))
    for column in facts:
        treatment = treatments.treatment_of(column["name"])
        if treatment and treatment.kind is TreatmentKind.SURROGATE and column["sdtype"] == Sdtype.ID:
            column["surrogate"] = str(treatment.complete(Sdtype.ID)["style"])
    return facts


def schema_after(plan: Plan) -> Schema:
    """The columns that are left, as the synthesizer shall see them: a surrogate identifies nobody and is invented."""
    treatments = treatments_of(plan)
    kept: list[ColumnSpec] = []
    for column in profile_of(plan).columns:
        treatment = treatments.treatment_of(column.name)
        if treatment is None or treatment.kind is TreatmentKind.DROP:
            continue
        if treatment.kind is TreatmentKind.SURROGATE and column.sdtype is not Sdtype.DATETIME:
            kept.append(ColumnSpec(column.name, Sdtype.ID, ColumnRole.OTHER, column.label))
        else:
            kept.append(column.spec)
    return tuple(kept)


def _seal(key_id: UUID, table: pd.DataFrame) -> Blob:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with write_sealed(key_id) as draft:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), draft.file, compression="zstd")
    return draft.written
