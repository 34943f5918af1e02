"""A plan proposed from a profile, with a reason per column, and what stops a plan. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.treatments import (
    DEFAULT_K,
    EVERY_TREATMENT,
    TREATMENTS,
    SpanTreatment,
    SurrogateStyle,
    TreatmentKind,
)
from generation.engine.pii.entities import ADDRESS, CHECKED, EMAIL, INDIRECT, PERSON, PHONE, SECRET, word_set
from generation.engine.pii.labels import (
    BIRTH_WORDS,
    EMAIL_WORDS,
    LOGIN_WORDS,
    NAME_WORDS,
    PASSWORD_WORDS,
    PHONE_WORDS,
    POST_WORDS,
    label_words,
)
from generation.engine.profiling.grid import round_step
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.profiling.roles import capitalised, found_words
from generation.engine.schema import ColumnRole, Sdtype

_STYLES = dict.fromkeys(CHECKED, SurrogateStyle.VALIDATED) | {
    PERSON: SurrogateStyle.PERSON,
    EMAIL: SurrogateStyle.EMAIL,
    PHONE: SurrogateStyle.PHONE,
    ADDRESS: SurrogateStyle.ADDRESS,
}
_LABEL_STYLES = (
    (EMAIL_WORDS, SurrogateStyle.EMAIL),
    (PHONE_WORDS, SurrogateStyle.PHONE),
    (NAME_WORDS, SurrogateStyle.PERSON),
    (LOGIN_WORDS | {"user"}, SurrogateStyle.LOGIN),
)
_FIRST_WORDS = word_set("first forename given fname firstname prenom vorname")
_LAST_WORDS = word_set("last surname family lname lastname nom nachname apellido")
_NEEDS_FORM = re.compile(r"(?i)\b(?:test|testing|tests|stress_test|demo|demonstration|qa)\b")
# Adult ages fall into bins of 5 years: fine enough for a model, coarse enough to lift k.
_QUASI_BINS = 15
_HIDING = {
    TreatmentKind.DROP,
    TreatmentKind.SURROGATE,
    TreatmentKind.REDACT,
    TreatmentKind.MASK,
    TreatmentKind.HASH,
}


def propose_plan(
    profile: TableProfile, purpose: str, target: str | None = None, offered: frozenset[TreatmentKind] = EVERY_TREATMENT
) -> Plan:
    """A treatment with its reason for each column; `purpose` is the owner's stated one, `target` a column's name.

    Direct identifiers are dropped, unless the purpose is testing or a demonstration, which need their form. What would
    take a treatment that is not among those `offered` is dropped.
    """
    needs_form = bool(_NEEDS_FORM.search(purpose))
    proposed = [(column, _propose(column, target, needs_form=needs_form)) for column in profile.columns]
    return Plan(tuple(one if one.kind in offered else _drop(column, one.why) for column, one in proposed))


def _propose(column: ColumnProfile, target: str | None, *, needs_form: bool) -> Treatment:
    if column.name == target or column.role is ColumnRole.TARGET:
        return _for_target(column)
    if not column.distinct:
        return _drop(column, "It holds no value.")
    if column.sdtype is Sdtype.TEXT:
        return Treatment(column.name, TreatmentKind.REDACT, {}, "Free text may name people anywhere.")
    if column.identifies:
        return _for_direct(column, needs_form=needs_form)
    return for_some(column) if column.holds_people else _BY_SDTYPE[column.sdtype](column)


def for_some(column: ColumnProfile) -> Treatment:
    """Of a column some of whose cells hold direct identifiers: they are taken out where the cells are texts."""
    found = next(finding for finding in column.findings if finding.is_direct)
    why = f"{capitalised(found_words(found))} of values."
    if column.sdtype in TREATMENTS[TreatmentKind.REDACT].sdtypes:
        return Treatment(column.name, TreatmentKind.REDACT, {}, f"{why} The rest of each stays.")
    return _drop(column, why)


def _for_target(column: ColumnProfile) -> Treatment:
    is_redactable = column.sdtype in TREATMENTS[TreatmentKind.REDACT].sdtypes
    if column.holds_people and not column.identifies and is_redactable:
        return for_some(column)
    if column.untidy and column.sdtype is Sdtype.CATEGORICAL:
        why = f"The target is what the purpose is about. {_untidy(column)}"
        return Treatment(column.name, TreatmentKind.TIDY, {"k": 1}, why)
    return _keep(column, "The target is what the purpose is about.")


def _untidy(column: ColumnProfile) -> str:
    return f"{column.untidy:,} values differ from a more common one only in case or spaces."


def _for_direct(column: ColumnProfile, *, needs_form: bool) -> Treatment:
    style = surrogate_style(column)
    opens_a_door = column.entity == SECRET or bool(label_words(column.label) & PASSWORD_WORDS)
    can_stand_in = column.sdtype in {Sdtype.ID, Sdtype.CATEGORICAL} and not opens_a_door
    if can_stand_in and needs_form:
        why = f"{column.why} An invented value of the same form serves as well."
        return Treatment(column.name, TreatmentKind.SURROGATE, {"style": style.value}, why)
    return _drop(column, f"{column.why} A model learns nothing from it.")


def surrogate_style(column: ColumnProfile) -> SurrogateStyle:
    """What invented values for this column should look like, from what was found in it and its label."""
    words = label_words(column.label)
    labelled = next((style for known, style in _LABEL_STYLES if words & known), SurrogateStyle.CODE)
    style = _STYLES.get(column.entity, SurrogateStyle.CODE if column.entity else labelled)
    if style is SurrogateStyle.PERSON and words & _FIRST_WORDS:
        return SurrogateStyle.FIRST_NAME
    return SurrogateStyle.LAST_NAME if style is SurrogateStyle.PERSON and words & _LAST_WORDS else style


def _for_number(column: ColumnProfile) -> Treatment:
    edges = [edge for edge in column.spread.edges if isinstance(edge, float)]
    if column.role is ColumnRole.QUASI and edges:
        width = round_step((edges[-1] - edges[0]) / _QUASI_BINS)
        # Bins narrower than one split nothing when the grid itself is in whole numbers.
        width = max(width, 1.0) if all(edge.is_integer() for edge in edges) else width
        return Treatment(
            column.name, TreatmentKind.GENERALISE, {"width": width, "k": DEFAULT_K}, f"{column.why} A bin is enough."
        )
    return _for_tail(column)


def _for_date(column: ColumnProfile) -> Treatment:
    if column.role is ColumnRole.QUASI or label_words(column.label) & BIRTH_WORDS:
        why = f"{column.why} The year is enough."
        return Treatment(column.name, TreatmentKind.GENERALISE, {"unit": "year", "k": DEFAULT_K}, why)
    return _for_tail(column)


def _for_tail(column: ColumnProfile) -> Treatment:
    if column.spread.heavy_tail:
        why = "A few values lie far out, and point at their records."
        return Treatment(column.name, TreatmentKind.TOP_CODE, {"lower": 0.005, "upper": 0.995}, why)
    return _keep(column, column.why)


def _for_category(column: ColumnProfile) -> Treatment:
    if column.role is ColumnRole.QUASI and label_words(column.label) & POST_WORDS:
        why = "The first characters name the area; the rest narrow it down to a street."
        return Treatment(column.name, TreatmentKind.GENERALISE, {"prefix": 3, "k": DEFAULT_K}, why)
    if column.untidy:
        return Treatment(column.name, TreatmentKind.TIDY, {"k": DEFAULT_K}, _untidy(column))
    if column.spread.folded:
        why = "Categories that few records hold point at them."
        return Treatment(column.name, TreatmentKind.SUPPRESS_RARE, {"k": DEFAULT_K}, why)
    return _keep(column, "Every category is held by many records.")


def _for_id(column: ColumnProfile) -> Treatment:
    return _drop(column, "Nearly every value is its own: a model learns nothing from it.")


def _keep(column: ColumnProfile, why: str) -> Treatment:
    return Treatment(column.name, TreatmentKind.KEEP, {}, why)


def _drop(column: ColumnProfile, why: str) -> Treatment:
    return Treatment(column.name, TreatmentKind.DROP, {}, why)


def _for_boolean(column: ColumnProfile) -> Treatment:
    return _keep(column, column.why)


_BY_SDTYPE: dict[Sdtype, Callable[[ColumnProfile], Treatment]] = {
    Sdtype.NUMERICAL: _for_number,
    Sdtype.DATETIME: _for_date,
    Sdtype.CATEGORICAL: _for_category,
    Sdtype.BOOLEAN: _for_boolean,
    Sdtype.ID: _for_id,
}


def why_not_apply(
    plan: Plan,
    profile: TableProfile,
    offered: frozenset[TreatmentKind] = EVERY_TREATMENT,
    excepted: Collection[str] = (),
) -> list[str]:
    """What stops this plan on the profiled table, as sentences; empty = nothing. Columns go by their position.

    `excepted` are names of columns whose direct identifiers may stay as they are.
    """
    names = [column.name for column in profile.columns]
    unknown = sum(treatment.column not in names for treatment in plan.treatments)
    sentences = [f"Treated columns that the table does not have: {unknown}."] if unknown else []
    for place, column in enumerate(profile.columns, start=1):
        problems = _problems(plan.treatment_of(column.name), column, is_excepted=column.name in excepted)
        sentences += [f"Column {place}: {sentence}" for sentence in problems]
    foreign = sorted({TREATMENTS[one.kind].title for one in plan.treatments if one.kind not in offered})
    sentences += [f"“{title}” is not offered for such a source." for title in foreign]
    if all(treatment.kind is TreatmentKind.DROP for treatment in plan.treatments):
        sentences.append("The plan leaves no column: choose another treatment than “drop” for at least one.")
    return sentences


def _problems(treatment: Treatment | None, column: ColumnProfile, *, is_excepted: bool) -> list[str]:
    if treatment is None:
        return ["It has no treatment; choose one, “keep” if nothing needs doing."]
    problems = treatment.problems(column.sdtype)
    if column.role is ColumnRole.TARGET and treatment.kind is TreatmentKind.DROP:
        problems.append("It is the target and cannot be dropped.")
    if not is_excepted and leaves_people(column, treatment):
        problems.append(UNTREATED)
    return problems


UNTREATED = (
    "It holds direct identifiers; drop it, redact its texts, or replace its values by surrogates, hashes or masks. "
    "If what was found is something else, overrule the finding. To keep them as they are takes a steward’s written "
    "exception."
)


def leaves_people(column: ColumnProfile, treatment: Treatment) -> bool:
    """Whether direct identifiers of the column stay as they are: all of them, or a kind of them inside its texts."""
    if not column.holds_people:
        return False
    kept = {entity for entity, how in treatment.parameters.items() if how == SpanTreatment.KEEP}
    # Redacting takes out what it recognises: enough for what stands among other words, not for whole identifiers.
    is_partial = treatment.kind is TreatmentKind.REDACT and column.sdtype is not Sdtype.TEXT and column.identifies
    return treatment.kind not in _HIDING or is_partial or bool(kept - INDIRECT)
