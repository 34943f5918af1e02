"""The proposed role of a column and the one sentence that says why."""

from __future__ import annotations

from generation.engine.pii.entities import LOCATION, label_words, word_set
from generation.engine.profiling.profile import DIRECT_SHARE, ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype

DIRECT_WORDS = word_set("email mail phone telephone mobile ssn passport iban surname lastname fullname")
QUASI_WORDS = word_set(
    """age birth born dob birthday birthdate birthdat yob gender sex race ethnicity ethnic zip zipcode postcode postal
    plz country city town state region county nationality citizenship marital relationship occupation job profession
    education native language death dod household children"""
)
SENSITIVE_WORDS = word_set(
    """salary income wage wages pay diagnosis disease icd condition health medication treatment disability religion
    sexual orientation political union criminal conviction genetic blood hiv credit debt balance gain loss pregnancy"""
)

Judgement = tuple[ColumnRole, str]


def propose_role(column: ColumnProfile, rows: int, *, target: str | None, person: str | None) -> Judgement:
    """The role and its reason, from the purpose, what was found, the label and the uniqueness, in that order."""
    if column.name == target:
        return ColumnRole.TARGET, "The purpose names it as what is to be predicted."
    if column.name == person:
        return ColumnRole.DIRECT, "It names the person a record belongs to."
    return _from_findings(column) or _from_label(column) or _from_uniqueness(column, rows)


def _from_findings(column: ColumnProfile) -> Judgement | None:
    if column.sdtype is Sdtype.TEXT:
        return _from_text(column)
    if column.entity and column.sdtype is not Sdtype.NUMERICAL:
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


def _from_label(column: ColumnProfile) -> Judgement | None:
    words = label_words(column.label)
    if words & DIRECT_WORDS and column.sdtype in {Sdtype.ID, Sdtype.CATEGORICAL}:
        return ColumnRole.DIRECT, "Its label names a direct identifier."
    if column.sdtype is Sdtype.ID:
        return None
    if words & SENSITIVE_WORDS:
        return ColumnRole.SENSITIVE, "Its label names something people keep to themselves."
    if words & QUASI_WORDS:
        return ColumnRole.QUASI, "Its label names something others know about a person."
    return None


def _from_uniqueness(column: ColumnProfile, rows: int) -> Judgement:
    if column.sdtype is Sdtype.ID:
        share = column.distinct / max(1, rows - column.missing)
        return ColumnRole.DIRECT, f"An identifier: {_percent(share)} of its values are distinct."
    return ColumnRole.OTHER, "Nothing found that points at a person."


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
