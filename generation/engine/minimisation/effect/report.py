"""What minimising changed: counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from generation.engine.minimisation.effect.evidence import Follows, Information, followers, information
from generation.engine.minimisation.effect.specificity import (
    NOTHING,
    Diversity,
    Specificity,
    diversity_of,
    specificity_of,
)
from generation.engine.minimisation.limits import Column, as_text
from generation.engine.minimisation.messages import words_of_cell
from generation.engine.pii import find
from generation.engine.pii.entities import INDIRECT, LIGHT, LIST, Span
from generation.engine.pii.labels import label_words
from generation.engine.profiling.groups import smallest_group
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, TableProfile
from generation.engine.schema import ColumnRole, Sdtype

_MOST_TEXTS = 1_000


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column before and after, in cells; `after` counts are 0 for a dropped column.

    `specific_*` say how specific it is, `says_*` what it says about the target (None where that is not computed), and
    `follows` from which other column it nearly follows.
    """

    name: str
    dropped: bool
    changed: int
    missing_before: int
    missing_after: int
    distinct_before: int
    distinct_after: int
    specific_before: Specificity = NOTHING
    specific_after: Specificity = NOTHING
    says_before: Information | None = None
    says_after: Information | None = None
    follows: Follows | None = None


@dataclass(frozen=True, slots=True)
class MinimisationReport:
    """Columns, group sizes over the quasi-identifiers, how varied sensitive columns are within the groups, and names of
    columns in which direct identifiers are left. `thinned` of `rows` records lost all their quasi-identifiers.
    """

    columns: tuple[ColumnChange, ...]
    groups_before: GroupSizes
    groups_after: GroupSizes
    direct_left: tuple[str, ...]
    diversity_before: tuple[Diversity, ...] = ()
    diversity_after: tuple[Diversity, ...] = ()
    rows: int = 0
    thinned: int = 0

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's types."""
        return asdict(self)


def report_minimisation(
    before: pd.DataFrame, after: pd.DataFrame, profile: TableProfile, seed: int = 0
) -> MinimisationReport:
    """Compare a table with what a fitted plan made of it, row by row. Treated texts are scanned again (by `seed`)."""
    quasi = [column.name for column in profile.columns if column.role is ColumnRole.QUASI]
    secret = [c.name for c in profile.columns if c.role is ColumnRole.SENSITIVE and c.sdtype is not Sdtype.TEXT]
    left = [name for name in quasi if name in after.columns]
    says = _Says.of(before, after, profile, seed)
    return MinimisationReport(
        columns=tuple(_change(before[c.name], _after(after, c.name), c.name, says) for c in profile.columns),
        groups_before=smallest_group(before, quasi),
        groups_after=smallest_group(after, left),
        direct_left=tuple(c.name for c in profile.columns if c.name in after and _is_left(before, after, c, seed)),
        diversity_before=diversity_of(before, quasi, secret),
        diversity_after=diversity_of(after, left, [name for name in secret if name in after.columns]),
        rows=len(before),
        thinned=int((after[left].isna().all(axis=1) & before[left].notna().any(axis=1)).sum()) if left else 0,
    )


@dataclass(frozen=True, slots=True)
class _Says:
    """What columns say about the target, before and after, and which follow from others."""

    before: Mapping[str, Information]
    after: Mapping[str, Information]
    follows: Mapping[str, Follows]

    @classmethod
    def of(cls, before: pd.DataFrame, after: pd.DataFrame, profile: TableProfile, seed: int) -> _Says:
        sdtypes = {column.name: column.sdtype for column in profile.columns}
        target = next((c.name for c in profile.columns if c.role is ColumnRole.TARGET), None)
        follows = followers(before, sdtypes, seed)
        if target is None or sdtypes[target] in {Sdtype.TEXT, Sdtype.ID}:
            return cls({}, {}, follows)
        said = information(before, target, sdtypes, seed)
        # The target as it was, so that what it lost itself is not taken for a loss of the others.
        then = information(after.assign(**{target: before[target]}), target, sdtypes, seed) if len(after) else {}
        return cls(said, then, follows)


def _after(after: pd.DataFrame, name: str) -> Column | None:
    return after[name] if name in after.columns else None


def _change(before: Column, after: Column | None, name: str, says: _Says) -> ColumnChange:
    missing, distinct = int(before.isna().sum()), int(before.nunique())
    specific, said, follows = specificity_of(before), says.before.get(name), says.follows.get(name)
    if after is None:
        dropped = (True, len(before) - missing, missing, 0, distinct, 0)
        return ColumnChange(name, *dropped, specific_before=specific, says_before=said, follows=follows)
    changed = int((~_same(before, after) & ~(before.isna() & after.isna())).sum())
    return ColumnChange(
        name,
        dropped=False,
        changed=changed,
        missing_before=missing,
        missing_after=int(after.isna().sum()),
        distinct_before=distinct,
        distinct_after=int(after.nunique()),
        specific_before=specific,
        specific_after=specificity_of(after),
        says_before=said,
        says_after=says.after.get(name),
        follows=follows,
    )


def _same(before: Column, after: Column) -> Column:
    """Which present cells are equal, whether or not a number has become text."""
    if before.dtype == after.dtype:
        return before == after
    return as_text(before) == as_text(after)


def _is_left(before: pd.DataFrame, after: pd.DataFrame, column: ColumnProfile, seed: int) -> bool:
    if not column.holds_people:
        return False
    if column.sdtype is Sdtype.TEXT or not column.identifies:
        return _texts_left(before[column.name], after[column.name], column, seed)
    present = before[column.name].notna()
    return bool((_same(before[column.name], after[column.name]) & present).sum() > 0)


def _texts_left(before: Column, after: Column, column: ColumnProfile, seed: int) -> bool:
    """Whether a direct identifier of a text still stands in what became of it: one that was invented does not count.

    What the learnt layers would guess of a text with holes in it is no evidence, so they are not asked.
    """
    rows = as_text(after.dropna()).drop_duplicates()
    rows = rows.sample(min(_MOST_TEXTS, len(rows)), random_state=seed)
    # Of a conversation every turn is a text.
    texts = [(text, was) for text, was in zip(rows, before[rows.index], strict=True) for text, was in _turns(text, was)]
    found = find([text for text, _ in texts], layers=LIGHT, label=label_words(column.label), overruled=column.overruled)
    for (text, was), spans in zip(texts, found, strict=True):
        there = was.casefold()
        direct = [span for span in spans if span.entity not in INDIRECT and not _is_lone(text, span)]
        left = {words for span in direct if (words := text[span.start : span.end].casefold()) in there}
        if left and left - _places_in(was, column):
            return True
    return False


def _places_in(text: str, column: ColumnProfile) -> set[str]:
    """Words that are places and the like where the whole text is read, and nowhere in it a person: such are kept on
    purpose, and a list of first names has Paris too."""
    spans = find([text], label=label_words(column.label), overruled=column.overruled)[0]
    words = [(span.entity in INDIRECT, text[span.start : span.end].casefold()) for span in spans]
    return {said for is_indirect, said in words if is_indirect} - {
        said for is_indirect, said in words if not is_indirect
    }


def _is_lone(text: str, span: Span) -> bool:
    """One word in small letters that lists alone take for a name ("hammer"): who treated the text asked others too."""
    word = text[span.start : span.end]
    return span.found_by == (LIST,) and word.islower() and word.isalpha()


def _turns(text: object, was: object) -> list[tuple[str, str]]:
    return list(zip(words_of_cell(str(text)), words_of_cell(str(was)), strict=True))
