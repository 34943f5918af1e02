"""Minimisation plans: the newest one, what it treats, and the schema after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.plan import Plan as Treatments
from generation.engine.minimisation.proposal import propose_plan
from generation.engine.minimisation.spelling import spelling_after
from generation.engine.minimisation.treatments import INTERVAL, TreatmentKind
from generation.engine.profiling.dictionary import FIELDS
from generation.engine.profiling.profile import TableProfile
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.models import Dataset, Plan
from generation.repositories.tables import schema_to_json, spellings_of
from synthportal.errors import Conflict


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
        column.given(ColumnRole(plan.roles[column.name])) if column.name in plan.roles else column
        for column in profile.columns
    )
    return replace(profile, columns=columns)


def treatments_of(plan: Plan) -> Treatments:
    """The plan in the engine's words."""
    return Treatments.from_json({"treatments": plan.treatments, "k": plan.k or 0})


def proposed_for(dataset: Dataset, profile: TableProfile) -> Treatments:
    """What the portal proposes for these columns of the dataset."""
    if (own := kind_of(dataset.kind).plan(profile)) is not None:
        planned: Treatments = own
        return planned
    target = next((c.name for c in profile.columns if c.role is ColumnRole.TARGET), None)
    return propose_plan(profile, dataset.purpose, target, kind_of(dataset.kind).treatments)


def schema_facts(
    plan: Plan, middles: Mapping[str, float], looks: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The columns left with their spellings, and for surrogates what their values look like, to invent more of them.

    `middles` says of columns in bins how far above a bin's lower end its middle lies; `looks` of surrogates which
    country's they are, and which check they pass.
    """
    treatments, facts = treatments_of(plan), schema_to_json(schema_after(plan))
    profiled = {column.name: column for column in profile_of(plan).columns}
    written = spellings_of(plan.dataset)
    for column in facts:
        name = column["name"]
        treatment = treatments.treatment_of(name)
        if treatment and treatment.kind is TreatmentKind.SURROGATE and column["sdtype"] == Sdtype.ID:
            column |= {"surrogate": str(treatment.complete(Sdtype.ID)["style"]), **looks.get(name, {})}
        if treatment and name in written:
            column["spelling"] = spelling_after(
                written[name], treatment, profiled[name].sdtype, middles.get(name, 0.0)
            ).as_json()
        if treatment and treatment.kind is TreatmentKind.REDACT:
            column["recall"] = [asdict(one) for one in profiled[name].recall]
        if profiled[name].overruled:
            column["overruled"] = sorted(profiled[name].overruled)
        said = plan.dataset.choices.get(name, {})
        column.update({key: said[key] for key in FIELDS if said.get(key)})
    return facts


def schema_after(plan: Plan) -> Schema:
    """The columns that are left, as the synthesizer shall see them: a surrogate identifies nobody and is invented."""
    treatments = treatments_of(plan)
    kept: list[ColumnSpec] = []
    for column in profile_of(plan).columns:
        treatment = treatments.treatment_of(column.name)
        if treatment is None or treatment.kind is TreatmentKind.DROP:
            continue
        is_code = treatment.kind is TreatmentKind.SURROGATE and column.sdtype is not Sdtype.DATETIME
        if is_code or treatment.kind is TreatmentKind.HASH:
            kept.append(ColumnSpec(column.name, Sdtype.ID, ColumnRole.OTHER, column.label))
        elif treatment.parameters.get("shown") == INTERVAL or treatment.kind is TreatmentKind.MASK:
            kept.append(replace(column.spec, sdtype=Sdtype.CATEGORICAL))
        else:
            kept.append(column.spec)
    return tuple(kept)
