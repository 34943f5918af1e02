"""The proposed role of a column and the one sentence that says why."""

from __future__ import annotations

from generation.engine.pii.entities import LOCATION
from generation.engine.pii.labels import (
    QUASI_WORDS,
    SENSITIVE_WORDS,
    label_words,
    names_holder,
    names_identifier,
    names_person,
)
from generation.engine.profiling.profile import DIRECT_SHARE, ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype

_NEARLY_ALL = 0.9

Judgement = tuple[ColumnRole, str]


def propose_role(column: ColumnProfile, rows: int, *, target: str | None, person: str | None) -> Judgement:
    """The role and its reason, from the purpose, what was found, the label and the uniqueness, in that order."""
    if column.name == target:
        return ColumnRole.TARGET, "The purpose names it as what is to be predicted."
    if column.name == person:
        return ColumnRole.DIRECT, "It names the person a record belongs to."
    return _from_findings(column) or _from_label(column, rows) or _from_uniqueness(column, rows)


def _from_findings(column: ColumnProfile) -> Judgement | None:
    if column.sdtype is Sdtype.TEXT:
        return _from_text(column)
    if column.entity:
        share = next(f.share for f in column.findings if f.entity == column.entity)
        return ColumnRole.DIRECT, f"{column.entity} in {_percent(share)} of values."
    if any(f.entity == LOCATION and f.share >= DIRECT_SHARE for f in column.findings):
        return ColumnRole.QUASI, "Places, which narrow down who someone is."
    return None


def _from_text(column: ColumnProfile) -> Judgement:
    direct = [f for f in column.findings if f.is_direct]
    if direct:
        return ColumnRole.SENSITIVE, f"Free text with {direct[0].entity} in {_percent(direct[0].share)} of values."
    return ColumnRole.OTHER, "Free text in which no identifier was found; a scan does not find them all."


def _from_label(column: ColumnProfile, rows: int) -> Judgement | None:
    if _is_named_direct(column, rows):
        what = "a direct identifier" if names_person(column.label) else "an identifier"
        return ColumnRole.DIRECT, f"Its label names {what}."
    if column.sdtype is Sdtype.ID:
        return None
    words = label_words(column.label)
    if words & SENSITIVE_WORDS:
        return ColumnRole.SENSITIVE, "Its label names something people keep to themselves."
    if words & QUASI_WORDS:
        return ColumnRole.QUASI, "Its label names something others know about a person."
    return None


def _is_named_direct(column: ColumnProfile, rows: int) -> bool:
    """A phone number is one whatever the column's kind; of others the label alone says too little."""
    if column.sdtype is Sdtype.ID:
        return names_identifier(column.label) or names_holder(column.label)
    if column.sdtype is Sdtype.CATEGORICAL:
        return names_person(column.label)
    return column.sdtype is Sdtype.NUMERICAL and names_person(column.label) and _own(column, rows) >= _NEARLY_ALL


def _from_uniqueness(column: ColumnProfile, rows: int) -> Judgement:
    if column.sdtype is not Sdtype.ID:
        return ColumnRole.OTHER, "Nothing found that points at a person."
    share = _percent(_own(column, rows))
    if column.is_measurable:
        return ColumnRole.DIRECT, "An identifier: whole numbers, each in one record alone. If it is a measure, say so."
    if column.has_form:
        return ColumnRole.DIRECT, f"An identifier: {share} of its values are distinct, nearly all of one form."
    why = f"{share} of its values are distinct, so a value points at its record; nothing shows that it was given out."
    return ColumnRole.OTHER, why


def _own(column: ColumnProfile, rows: int) -> float:
    """Distinct values per record that has one."""
    return column.distinct / max(1, rows - column.missing)


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
