"""The proposed role of a column and the sentence that says why: from its name, its type and its content together."""

from __future__ import annotations

from generation.engine.pii.entities import LOCATION, Finding, entity_words
from generation.engine.pii.labels import (
    PEOPLE_WORDS,
    QUASI_WORDS,
    SENSITIVE_WORDS,
    names_holder,
    names_identifier,
    names_person,
    words_in,
)
from generation.engine.profiling.profile import DIRECT_SHARE, ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype

_NEARLY_ALL = 0.9
_MOST_NAMED = 3

Judgement = tuple[ColumnRole, str]


def propose_role(column: ColumnProfile, rows: int, *, target: str | None, person: str | None) -> Judgement:
    """The role and its reason, from the purpose, what was found, the label, what the values mean and how many differ,
    in that order.
    """
    if column.name == target:
        return ColumnRole.TARGET, "The purpose names it as what is to be predicted."
    if column.name == person:
        return ColumnRole.DIRECT, "It names the person a record belongs to."
    return _from_findings(column) or _from_label(column, rows) or _from_values(column) or _from_uniqueness(column, rows)


def _from_findings(column: ColumnProfile) -> Judgement | None:
    if column.sdtype is Sdtype.TEXT:
        return _from_text(column)
    if column.entity:
        found = next(f for f in column.findings if f.entity == column.entity)
        return ColumnRole.DIRECT, f"{capitalised(found_words(found))} of values{_as_label_says(column)}."
    if any(f.entity == LOCATION and f.share >= DIRECT_SHARE and not f.overruled for f in column.findings):
        return ColumnRole.QUASI, "Places, which narrow down who someone is."
    return None


def _from_text(column: ColumnProfile) -> Judgement:
    direct = [f for f in column.findings if f.is_direct]
    kind = f"Free text of about {column.mean_words:.0f} words"
    if direct:
        found = ", ".join(map(found_words, direct[:_MOST_NAMED]))
        return ColumnRole.SENSITIVE, f"{kind}, with {found} of values."
    return ColumnRole.OTHER, f"{kind} in which no identifier was found; a scan does not find them all."


def found_words(finding: Finding) -> str:
    """What was found in which share of values: "email address in 7 %"."""
    return f"{entity_words(finding.entity)} in {_percent(finding.share)}"


def _as_label_says(column: ColumnProfile) -> str:
    """Whether the label speaks for what was found, against it, or not at all."""
    said = [word for word in words_in(column.label) if word in PEOPLE_WORDS]
    if names_person(column.label) or said:
        return f", as its label “{column.label}” says"
    return f", whatever its label “{column.label}” says" if words_in(column.label) else ""


def _from_label(column: ColumnProfile, rows: int) -> Judgement | None:
    if _is_named_direct(column, rows):
        what = "a direct identifier" if names_person(column.label) else "an identifier"
        return ColumnRole.DIRECT, f"Its label names {what}; {_kind(column)}."
    if column.sdtype is Sdtype.ID:
        return None
    if word := _word_of(column.label, SENSITIVE_WORDS):
        why = f"Its label says “{word}”, which people keep to themselves; {_kind(column)}."
        return ColumnRole.SENSITIVE, why
    if word := _word_of(column.label, QUASI_WORDS):
        return ColumnRole.QUASI, f"Its label says “{word}”, which others know about a person; {_kind(column)}."
    return None


def _word_of(label: str, known: frozenset[str]) -> str:
    return next((word for word in words_in(label) if word in known), "")


def _from_values(column: ColumnProfile) -> Judgement | None:
    if not column.meaning or column.sdtype is not Sdtype.CATEGORICAL:
        return None
    role = ColumnRole(column.meaning_role)
    known = "which people keep to themselves" if role is ColumnRole.SENSITIVE else "which others know about a person"
    return role, f"Its values are {column.meaning}, {known}, although its label does not say so."


def _is_named_direct(column: ColumnProfile, rows: int) -> bool:
    """A phone number is one whatever the column's kind; of others the label alone says too little."""
    if column.sdtype is Sdtype.ID:
        return names_identifier(column.label) or names_holder(column.label)
    if column.sdtype is Sdtype.CATEGORICAL:
        return names_person(column.label)
    return column.sdtype is Sdtype.NUMERICAL and names_person(column.label) and _own(column, rows) >= _NEARLY_ALL


def _from_uniqueness(column: ColumnProfile, rows: int) -> Judgement:
    if column.sdtype is not Sdtype.ID:
        overruled = ", as its owner says" if column.overruled else ""
        nothing = f"neither its label nor its values point at a person{overruled}."
        return ColumnRole.OTHER, f"{capitalised(_kind(column))}; {nothing}"
    share = _percent(_own(column, rows))
    if column.is_measurable:
        return ColumnRole.DIRECT, "An identifier: whole numbers, each in one record alone. If it is a measure, say so."
    if column.has_form:
        return ColumnRole.DIRECT, f"An identifier: {share} of its values are distinct, nearly all of one form."
    why = f"{share} of its values are distinct, so a value points at its record; nothing shows that it was given out."
    return ColumnRole.OTHER, why


def _kind(column: ColumnProfile) -> str:
    """What the column is by its type and content: "a measure with 73 different numbers"."""
    many = "1 value" if column.distinct == 1 else f"{column.distinct:,} different values"
    if not column.distinct:
        return "it holds no value"
    return {
        Sdtype.NUMERICAL: f"a measure with {many.replace('value', 'number')}",
        Sdtype.DATETIME: f"dates, {many}",
        Sdtype.BOOLEAN: "true or false",
        Sdtype.CATEGORICAL: f"a category of {many}",
        Sdtype.ID: f"an identifier with {many}",
        Sdtype.TEXT: "free text",
    }[column.sdtype]


def capitalised(words: str) -> str:
    """The words as a sentence starts."""
    return words[:1].upper() + words[1:]


def _own(column: ColumnProfile, rows: int) -> float:
    """Distinct values per record that has one."""
    return column.distinct / max(1, rows - column.missing)


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
