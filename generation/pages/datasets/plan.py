"""The plan as a table: what was found in each column, what shall be done to it, and back from the posted form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.plan import Treatment
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind, kinds_for
from generation.engine.parameters import Parameter, Value
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype
from generation.engine.tables.spellings.spelling import Spelling
from generation.engine.tables.spellings.words import format_words
from generation.models import Plan
from generation.pages.datasets.found import Chip, chips_of
from generation.pages.status.words import ROLES
from generation.repositories.plans import profile_of, treatments_of
from synthportal.templatetags.human import count, percent

CHANGED = "Chosen by the owner."


@dataclass(frozen=True, slots=True)
class ParameterField:
    """One parameter as a form control."""

    id: str
    parameter: Parameter
    value: object


@dataclass(frozen=True, slots=True)
class Option:
    """A treatment that this column may be given."""

    kind: str
    title: str
    help: str
    is_chosen: bool
    parameters: tuple[ParameterField, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One column of the dataset: profile, plan, and (once minimised) before and after."""

    name: str
    position: int
    profile: ColumnProfile
    missing_share: float
    found: tuple[Chip, ...]
    role: str
    role_words: str
    role_why: str
    options: tuple[Option, ...]
    treatment: str
    settings: str
    why: str
    change: Mapping[str, Any] | None
    written: str = ""
    doubt: str = ""


def plan_rows(plan: Plan, posted: QueryDict | None = None) -> list[Row]:
    """One row per column, in table order; what was posted and refused is shown as it was typed."""
    profile, treatments = profile_of(plan), treatments_of(plan)
    changes = {change["name"]: change for change in plan.report.get("columns", [])}
    rows = (
        _row(place, column, profile.rows, _treatment(treatments.treatment_of(column.name), column), changes, posted)
        for place, column in enumerate(profile.columns, start=1)
    )
    offered = kind_of(plan.dataset.kind).treatments
    facts = {each["name"]: each for each in plan.dataset.file_facts["columns"]}
    return [
        replace(
            row,
            options=tuple(one for one in row.options if one.kind in offered),
            written=written_words(facts[row.name], plan.dataset.choices.get(row.name, {})),
            doubt=facts[row.name].get("doubt", ""),
        )
        for row in rows
    ]


def written_words(facts: Mapping[str, Any], choice: Mapping[str, Any]) -> str:
    """How a column is written in the source, in a line: "dd.MM.yyyy", "decimal comma, €", "km"."""
    parts = [format_words(Spelling.from_json(facts.get("spelling", {}))), choice.get("unit", "")]
    return ", ".join(part for part in parts if part)


def _treatment(found: Treatment | None, column: ColumnProfile) -> Treatment:
    return found or Treatment(column.name, TreatmentKind.KEEP)


def _row(
    place: int,
    column: ColumnProfile,
    rows: int,
    treatment: Treatment,
    changes: Mapping[str, Mapping[str, Any]],
    posted: QueryDict | None,
) -> Row:
    kind = _typed(posted, f"kind-{column.name}", treatment.kind.value)
    return Row(
        name=column.name,
        position=place,
        profile=column,
        missing_share=column.missing / rows if rows else 0.0,
        found=chips_of(column),
        role=_typed(posted, f"role-{column.name}", column.role.value),
        role_words=ROLES[column.role],
        role_why="" if column.why in treatment.why else column.why,
        options=tuple(_option(column, one, kind, treatment, posted) for one in kinds_for(column.sdtype)),
        treatment=TREATMENTS[treatment.kind].title,
        settings=_in_words(treatment, column.sdtype),
        why=treatment.why or column.why,
        change=changes.get(column.name),
    )


def _option(
    column: ColumnProfile, kind: TreatmentKind, chosen: str, treatment: Treatment, posted: QueryDict | None
) -> Option:
    form = TREATMENTS[kind]
    known = treatment.parameters if treatment.kind is kind else {}
    fields = tuple(
        _field(f"{column.name}-{kind.value}-{p.name}", p, known.get(p.name, p.default), posted)
        for p in form.parameters_for(column.sdtype)
    )
    return Option(kind.value, form.title, form.help, kind.value == chosen, fields)


def _typed(posted: QueryDict | None, name: str, otherwise: object) -> str:
    """What was typed into a control, or what the plan says."""
    return str(otherwise) if posted is None else posted.get(name, str(otherwise))


def _field(name: str, parameter: Parameter, value: Value, posted: QueryDict | None) -> ParameterField:
    shown = _typed(posted, name, f"{value:g}" if isinstance(value, float) else value)
    return ParameterField(name, parameter, shown)


def _in_words(treatment: Treatment, sdtype: Sdtype) -> str:
    """The parameters of a treatment as a line: "bin width 5, fewest records 5"."""
    form, values = TREATMENTS[treatment.kind], treatment.complete(sdtype)
    parts = []
    for parameter in form.parameters_for(sdtype):
        value = values[parameter.name]
        shown = f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
        parts.append(f"{parameter.label[0].lower()}{parameter.label[1:]} {shown}")
    return ", ".join(parts)


def plan_from(posted: QueryDict, plan: Plan) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """(treatments, roles that changed) as posted, in the shape of `submit_plan`. Checks nothing: the verb does."""
    treatments, profile = treatments_of(plan), profile_of(plan)
    wanted, roles = [], {}
    for column in profile.columns:
        before = _treatment(treatments.treatment_of(column.name), column)
        wanted.append(_posted_treatment(posted, column, before))
        role = posted.get(f"role-{column.name}", column.role.value)
        if role != column.role.value:
            roles[column.name] = role
    return wanted, roles


def _posted_treatment(posted: QueryDict, column: ColumnProfile, before: Treatment) -> dict[str, Any]:
    """What was posted for a column; the reason stays as long as nothing about the treatment changes."""
    kind = posted.get(f"kind-{column.name}", before.kind.value)
    if kind not in set(TreatmentKind):
        return {"column": column.name, "kind": kind}
    shown = before.complete(column.sdtype) if kind == before.kind.value else {}
    given = {
        p.name: _number(posted.get(f"{column.name}-{kind}-{p.name}", shown.get(p.name, p.default)), p)
        for p in TREATMENTS[TreatmentKind(kind)].parameters_for(column.sdtype)
    }
    same = kind == before.kind.value and given == before.complete(column.sdtype)
    return {
        "column": column.name,
        "kind": kind,
        "parameters": dict(before.parameters) if same else given,
        "why": before.why if same else CHANGED,
    }


def _number(given: object, parameter: Parameter) -> Value:
    """A number where the parameter wants one and one was typed; else the text, which the plan refuses in words."""
    if parameter.choices or not isinstance(given, str):
        return given if isinstance(given, int | float | str) else ""
    try:
        number = float(given)
    except ValueError:
        return given
    return int(number) if parameter.kind == "int" and number.is_integer() else number


def is_changed(plan: Plan, treatments: list[dict[str, Any]], roles: dict[str, str]) -> bool:
    """Whether the form says anything else than the plan it was drawn from."""
    return bool(roles) or treatments != treatments_of(plan).as_json()["treatments"]


def effect_of(plan: Plan) -> dict[str, Any]:
    """What the plan does to the table as a whole: k, unique records, direct identifiers; empty until previewed."""
    if not plan.report:
        return {}
    before, after = plan.report["groups_before"], plan.report["groups_after"]
    labels = {column.name: column.label for column in profile_of(plan).columns}
    return {
        "k": (count(before["smallest"]), count(after["smallest"])),
        "unique": (percent(before["unique_share"]), percent(after["unique_share"])),
        "few": (count(before["rows_under_5"]), count(after["rows_under_5"])),
        "direct_left": [labels[name] for name in plan.report["direct_left"]],
        "quasi": sum(c.role is ColumnRole.QUASI for c in profile_of(plan).columns),
    }
