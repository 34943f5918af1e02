"""Profile a table column by column, by distinct values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from generation.engine.pii.columns import find_pii
from generation.engine.pii.entities import DATE, Finding
from generation.engine.profiling.groups import smallest_group
from generation.engine.profiling.profile import DIRECT_CONFIDENCE, MOST_SHARE, ColumnProfile, Spread, TableProfile
from generation.engine.profiling.recall import recall_in_texts
from generation.engine.profiling.roles import propose_role
from generation.engine.profiling.sdtypes import FEWEST_DISTINCT, Cells, facts_of, sdtype_of
from generation.engine.profiling.spread import spread_of_categories, spread_of_dates, spread_of_numbers
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype


def profile_table(  # noqa: PLR0913 - all but the table are named and may be left out
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    target: str | None = None,
    person: str | None = None,
    sdtypes: Mapping[str, Sdtype] | None = None,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
    seed: int = 0,
) -> TableProfile:
    """What each column of `table` is, how it is spread, what in it may point at a person, and its proposed role.

    `labels` maps column names to what people see, where that is something else; `target` and `person` are names of
    columns; `sdtypes` says what some of them are, whatever they look like, and `overruled` which entities found in some
    of them are something else, as their owner says: they are told and no longer count. Figures are counts of records,
    shares fractions. The order of rows changes nothing; `seed` chooses which distinct values of long columns are
    scanned. Raises nothing because of what a table holds.

    Source: Sweeney (2002), k-anonymity: a model for protecting privacy, for the sizes of groups.

    >>> import pandas as pd
    >>> visits = pd.DataFrame({"age": [30, 41, 52], "paid": [10.5, 20.0, 7.25], "came back": ["yes", "no", "no"]})
    >>> visits = pd.concat([visits] * 40)
    >>> profile = profile_table(visits, target="came back")
    >>> [(column.name, str(column.sdtype), str(column.role)) for column in profile.columns]
    [('age', 'numerical', 'quasi'), ('paid', 'numerical', 'other'), ('came back', 'categorical', 'target')]
    >>> profile.groups.smallest
    40
    """
    shown, columns = labels or {}, []
    for done, name in enumerate(table.columns):
        progress("profiling column", done, table.shape[1])
        cells, said = Cells(table[name], shown.get(name, name)), (overruled or {}).get(name, frozenset())
        findings = tuple(replace(one, overruled=one.entity in said) for one in _findings(cells, seed))
        column = _profile_column(cells, name, findings, (sdtypes or {}).get(name), is_target=name == target)
        role, why = propose_role(column, len(table), target=target, person=person)
        columns.append(replace(column, role=role, why=why))
    progress("profiling column", table.shape[1], table.shape[1])
    recall = recall_in_texts(table, columns, progress, seed)
    columns = [replace(column, recall=recall.get(column.name, ())) for column in columns]
    quasi = [column.name for column in columns if column.role is ColumnRole.QUASI]
    return TableProfile(tuple(columns), len(table), smallest_group(table, quasi))


def _profile_column(
    cells: Cells, name: str, findings: tuple[Finding, ...], chosen: Sdtype | None, *, is_target: bool
) -> ColumnProfile:
    draft = ColumnProfile(
        name=name,
        label=cells.label,
        sdtype=Sdtype.CATEGORICAL,
        missing=int(len(cells.series) - len(cells.present)),
        distinct=len(cells.tally),
        spread=Spread("categories"),
        mean_words=0.0,
        findings=findings,
        role=ColumnRole.OTHER,
        why="",
    )
    sdtype = chosen or sdtype_of(cells, identifies=_identifies(draft), is_target=is_target)
    words = cells.mean_words if sdtype is Sdtype.TEXT else 0.0
    facts = facts_of(cells, sdtype, are_dates=_are_dates(draft)) if sdtype in (Sdtype.ID, Sdtype.CATEGORICAL) else {}
    return replace(draft, sdtype=sdtype, spread=_spread(cells, sdtype), mean_words=words, **facts)


def _identifies(draft: ColumnProfile) -> bool:
    """Whether most cells were found to be direct identifiers; a weak form says so of many different values only."""
    found = [f for f in draft.findings if f.entity == draft.entity and f.share >= MOST_SHARE]
    return any(f.confidence >= DIRECT_CONFIDENCE or draft.distinct > FEWEST_DISTINCT for f in found)


def _are_dates(draft: ColumnProfile) -> bool:
    return any(
        finding.entity == DATE and finding.share >= MOST_SHARE and not finding.overruled for finding in draft.findings
    )


def _findings(cells: Cells, seed: int) -> tuple[Finding, ...]:
    if not cells.may_hold_pii:
        return ()
    return find_pii(cells.strings, cells.counts.tolist(), cells.label, seed)


def _spread(cells: Cells, sdtype: Sdtype) -> Spread:
    if sdtype is Sdtype.NUMERICAL:
        return spread_of_numbers(pd.to_numeric(cells.present))
    if sdtype is Sdtype.DATETIME:
        return spread_of_dates(pd.to_datetime(cells.present))
    return spread_of_categories(cells.counts)
