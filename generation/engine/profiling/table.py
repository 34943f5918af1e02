"""Profile a table column by column, by distinct values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from generation.engine.pii.columns import find_pii
from generation.engine.pii.entities import Finding
from generation.engine.profiling.groups import smallest_group
from generation.engine.profiling.profile import ColumnProfile, Spread, TableProfile
from generation.engine.profiling.roles import propose_role
from generation.engine.profiling.sdtypes import Cells, sdtype_of
from generation.engine.profiling.spread import spread_of_categories, spread_of_dates, spread_of_numbers
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype


def profile_table(
    table: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    target: str | None = None,
    person: str | None = None,
    progress: Progress = silent,
    seed: int = 0,
) -> TableProfile:
    """The profile of `table`; `labels` maps its column names to what people see, `target` and `person` are names.

    The order of rows changes nothing; `seed` chooses which distinct values of long columns are scanned.
    """
    columns = []
    for done, name in enumerate(table.columns):
        progress("profiling column", done, table.shape[1])
        column = _profile_column(Cells(table[name], labels.get(name, name)), name, seed)
        role, why = propose_role(column, len(table), target=target, person=person)
        columns.append(replace(column, role=role, why=why))
    progress("profiling column", table.shape[1], table.shape[1])
    quasi = [column.name for column in columns if column.role is ColumnRole.QUASI]
    return TableProfile(tuple(columns), len(table), smallest_group(table, quasi))


def _profile_column(cells: Cells, name: str, seed: int) -> ColumnProfile:
    findings = _findings(cells, seed)
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
    identifies = any(f.entity == draft.entity and f.share >= 0.5 for f in findings)
    sdtype = sdtype_of(cells, identifies=identifies)
    words = cells.mean_words if sdtype is Sdtype.TEXT else 0.0
    return replace(draft, sdtype=sdtype, spread=_spread(cells, sdtype), mean_words=words)


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
