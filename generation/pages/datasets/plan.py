"""The plan as a table: what was found in each column, what shall be done to it, and back from the posted form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.effect.suggestions import Suggestion, suggestions_for
from generation.engine.minimisation.plan import Treatment
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind, kinds_for
from generation.engine.parameters import Parameter, Value
from generation.engine.pii.entities import entity_words
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.schema import ColumnRole, Sdtype
from generation.engine.tables.spellings.spelling import Spelling
from generation.engine.tables.spellings.words import format_words
from generation.models import Plan
from generation.pages.datasets.found import Chip, chips_of
from generation.pages.datasets.shown import Around, Shown, compared
from generation.pages.status.words import ROLES, VOICES
from generation.repositories.minimisation.examples import examples_of
from generation.repositories.minimisation.exceptions import standing_exceptions
from generation.repositories.minimisation.steering import CHOSEN
from generation.repositories.plans import profile_of, treatments_of
from synthportal.templatetags.human import count, percent

CHANGED = CHOSEN
_WORTH_TELLING, _MOST_TOLD = 0.005, 3


@dataclass(frozen=True, slots=True)
class ParameterField:
    """One parameter as a form control."""

    id: str
    parameter: Parameter
    value: object


MOST_SHOWN = 4  # parameters of a treatment; more are folded


@dataclass(frozen=True, slots=True)
class Option:
    """A treatment that this column may be given."""

    kind: str
    title: str
    help: str
    is_chosen: bool
    parameters: tuple[ParameterField, ...]

    @property
    def in_short(self) -> str:
        """What many parameters are set to, such as "6 keep, 8 redact", to unfold them by; "" for a few."""
        if len(self.parameters) <= MOST_SHOWN:
            return ""
        chosen = Counter(str(field.value) for field in self.parameters if field.parameter.choices)
        return ", ".join(f"{times} {value.replace('_', ' ')}" for value, times in chosen.most_common())


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
    was: str = ""
    suggestion: Suggestion | None = None
    suggested: str = ""
    examples: Sequence[Sequence[Mapping[str, Any]]] = ()
    names_people: bool = False
    is_excepted: bool = False

    @property
    def specific(self) -> tuple[str, str] | None:
        """Bits that its values tell apart, before and after; None before that was measured."""
        if not self.change or not self.change.get("specific_before"):
            return None
        return f"{self.change['specific_before']['entropy']:.1f}", f"{self.change['specific_after']['entropy']:.1f}"

    @property
    def says(self) -> str:
        """What it says about the target, before and after, beside what chance would."""
        before = (self.change or {}).get("says_before")
        if not before:
            return ""
        after = (self.change or {}).get("says_after") or {"share": 0.0}
        chance = f"chance: up to {percent(before['by_chance'])}, n = {count(before['n'])}"
        return f"says {percent(before['share'])} → {percent(after['share'])} of the target ({chance})"


@dataclass(frozen=True, slots=True)
class PlanParts:
    """A plan read once for the page: profile, treatments, and what stands beside them."""

    plan: Plan
    profile: TableProfile
    around: Around
    against: Plan | None
    excepted: Collection[str]

    @classmethod
    def of(cls, plan: Plan, shown: Shown) -> PlanParts:
        """Everything the rows are drawn from."""
        profile, treatments, against = profile_of(plan), treatments_of(plan), compared(plan, shown)
        changes = {change["name"]: change for change in plan.report.get("columns", ())}
        before = treatments_of(against) if against else None
        around = Around(treatments, suggestions_for(treatments, profile, changes), before)
        return cls(plan, profile, around, against, standing_exceptions(plan.dataset))


def plan_rows(parts: PlanParts, columns: Sequence[ColumnProfile], posted: QueryDict | None = None) -> list[Row]:
    """One row per column given, in table order; what was posted and refused is shown as it was typed."""
    plan, around = parts.plan, parts.around
    changes = {change["name"]: change for change in plan.report.get("columns", [])}
    places = {column.name: place for place, column in enumerate(parts.profile.columns, start=1)}
    facts = {each["name"]: each for each in plan.dataset.file_facts["columns"]}
    offered, examples = kind_of(plan.dataset.kind).treatments, examples_of(plan)
    rows = []
    for column in columns:
        name, treatment = column.name, _treatment(around.plan.treatment_of(column.name), column)
        row = _row(places[name], column, parts.profile.rows, treatment, changes, posted)
        suggestion = around.suggestions.get(name)
        rows.append(
            replace(
                row,
                options=tuple(one for one in row.options if one.kind in offered),
                written=written_words(facts[name], plan.dataset.choices.get(name, {})),
                doubt=facts[name].get("doubt", ""),
                was=_was(around, name, column.sdtype),
                suggestion=suggestion,
                suggested=TREATMENTS[suggestion.kind].title if suggestion else "",
                examples=[[_piece(piece) for piece in one] for one in examples.get(name, ())],
                names_people=column.holds_people,
                is_excepted=name in parts.excepted,
            )
        )
    return rows


def _piece(piece: Mapping[str, Any]) -> dict[str, str]:
    """A stretch of an example in words: what was found, by whom and how sure, and what it becomes."""
    if not piece["entity"]:
        return {"text": piece["text"]}
    voices = ", ".join(VOICES.get(voice, voice) for voice in piece["found_by"])
    how = f"found by {voices}, {percent(piece['score'], 0)} sure"
    return {"what": entity_words(piece["entity"]), "how": how, "becomes": piece["becomes"] or "kept"}


def _was(around: Around, name: str, sdtype: Sdtype) -> str:
    """The treatment of the compared version, where that is another one: "Generalise, bin width 5"."""
    before = around.against.treatment_of(name) if around.against and around.differs(name) else None
    if before is None:
        return ""
    settings = _in_words(before, sdtype) if sdtype in TREATMENTS[before.kind].sdtypes else ""
    return ", ".join(filter(None, (TREATMENTS[before.kind].title, settings)))


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
        if treatment.kind is TreatmentKind.REDACT and value == parameter.default:
            continue  # of a dozen kinds of findings only what is unlike the rest
        shown = f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
        parts.append(f"{parameter.label[0].lower()}{parameter.label[1:]} {shown}")
    return ", ".join(parts)


def over(last: Plan, base: Plan, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest version with what a form changed that was drawn from `base`: the other columns are as they are now."""
    drawn, now = ({one["column"]: one for one in treatments_of(plan).as_json()["treatments"]} for plan in (base, last))
    return [now.get(one["column"], one) if one == drawn.get(one["column"]) else one for one in wanted]


def plan_from(posted: QueryDict, plan: Plan) -> tuple[list[dict[str, Any]], dict[str, str], int | None]:
    """(treatments, roles that changed, k) as posted, in the shape of `submit_plan`. Checks nothing: the verb does."""
    treatments, profile = treatments_of(plan), profile_of(plan)
    wanted, roles = [], {}
    for column in profile.columns:
        before = _treatment(treatments.treatment_of(column.name), column)
        wanted.append(_posted_treatment(posted, column, before))
        role = posted.get(f"role-{column.name}", column.role.value)
        if role != column.role.value:
            roles[column.name] = role
    typed = posted.get("k", "").strip()
    # What is no number is refused by the verb like a number that is out of range.
    k = (int(typed) if typed.isdecimal() and len(typed) < 7 else -1) if typed else (0 if "k" in posted else None)
    return wanted, roles, k


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


def is_changed(plan: Plan, treatments: list[dict[str, Any]], roles: dict[str, str], k: int | None) -> bool:
    """Whether the form says anything else than the plan it was drawn from."""
    return bool(roles) or k not in (None, plan.k or 0) or treatments != treatments_of(plan).as_json()["treatments"]


def effect_of(plan: Plan, profile: TableProfile, excepted: Collection[str] = ()) -> dict[str, Any]:
    """What the plan does to the table as a whole: k, unique records, direct identifiers; empty until previewed."""
    if not plan.report:
        return {}
    before, after = plan.report["groups_before"], plan.report["groups_after"]
    labels = {column.name: column.label for column in profile.columns}
    quasi = [column.name for column in profile.columns if column.role is ColumnRole.QUASI]
    return {
        "k": (count(before["smallest"]), count(after["smallest"])),
        "unique": (percent(before["unique_share"]), percent(after["unique_share"])),
        "few": (count(before["rows_under_5"]), count(after["rows_under_5"])),
        "direct_left": [labels[name] for name in plan.report["direct_left"] if name not in excepted],
        "excepted": [labels[name] for name in plan.report["direct_left"] if name in excepted],
        "quasi": len(quasi),
        "bits": _bits(plan, quasi),
        "diversity": _diversity(plan, labels),
        "lost": _lost(plan, labels),
        "asked": plan.k,
        "thinned": _thinned(plan),
    }


def _thinned(plan: Plan) -> tuple[str, str] | None:
    """How many records lose all their quasi-identifiers for the sake of k, and which share; None where none does."""
    thinned, rows = plan.report.get("thinned", 0), plan.report.get("rows", 0)
    return (count(thinned), percent(thinned / rows)) if thinned else None


def _bits(plan: Plan, names: Collection[str]) -> tuple[str, str] | None:
    """What the values of these columns tell apart, in bits added up, before and after."""
    told = [change for change in plan.report["columns"] if change["name"] in names and change.get("specific_before")]
    if not told:
        return None
    before, after = (sum(one[f"specific_{when}"]["entropy"] for one in told) for when in ("before", "after"))
    return f"{before:.1f}", f"{after:.1f}"


def _diversity(plan: Plan, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(label, before, after) of each sensitive column: different values in the least varied group."""
    after = {one["column"]: str(one["distinct"]) for one in plan.report.get("diversity_after", ())}
    return [
        (labels[one["column"]], str(one["distinct"]), after.get(one["column"], "dropped"))
        for one in plan.report.get("diversity_before", ())
    ]


def _lost(plan: Plan, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(label, before, after) of the columns that lose most of what they say about the target: what the plan costs."""
    told = []
    for change in plan.report["columns"]:
        before, after = change.get("says_before"), change.get("says_after") or {"share": 0.0}
        if before and before["share"] > before["by_chance"] and before["share"] - after["share"] >= _WORTH_TELLING:
            told.append((before["share"] - after["share"], change["name"], before["share"], after["share"]))
    return [
        (labels[name], percent(one), percent(other)) for _, name, one, other in sorted(told, reverse=True)[:_MOST_TOLD]
    ]
