"""A table of sequences: the records of one person in their order, and what stays the same for a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.columns.forms import Form, form_of

# Names of our own columns; those of the portal are c0, c1, ....
STEP, START, LENGTH = "step", "start", "length"


@dataclass(frozen=True, slots=True)
class Clock:
    """The date column that orders a person's records, its form, and its place in the schema."""

    name: str
    form: Form


@dataclass(frozen=True, slots=True)
class Sequences:
    """`persons`: one row per person with the columns that never change, the first date and the number of records.

    `records`: the other columns, sorted by person and date, with the step from the date before (any for the first);
    `person` is the row in `persons` of each record. The schemas name the columns of either.
    """

    person_column: str
    clock: Clock | None
    persons: pd.DataFrame
    persons_schema: Schema
    records: pd.DataFrame
    records_schema: Schema
    person: npt.NDArray[np.int64]


def sequences_of(training: pd.DataFrame, schema: Schema) -> Sequences:
    """Cut a table into sequences. Raises FitError without an identifier column whose values repeat."""
    column = person_column(training, schema)
    present = training[training[column].notna()]
    clock = _clock(present, schema, column)
    moments = clock.form.to_numbers(present[clock.name]) if clock else np.zeros(len(present))
    codes = pd.factorize(present[column])[0].astype(np.int64)
    order = np.lexsort((moments, codes))
    table, person, moments = present.iloc[order].reset_index(drop=True), codes[order], moments[order]
    firsts = np.flatnonzero(np.diff(person, prepend=-1))
    others = tuple(spec for spec in schema if spec.name not in {column, clock.name if clock else column})
    steady = {spec.name for spec in others if _is_steady(table[spec.name], person, firsts)}
    same, changing = (tuple(spec for spec in others if (spec.name in steady) is kept) for kept in (True, False))
    persons = table.loc[firsts, [spec.name for spec in same]].reset_index(drop=True)
    persons[LENGTH] = np.bincount(person).astype(np.float64)
    records = table[[spec.name for spec in changing]].copy()
    of_persons, of_records = (*same, ColumnSpec(LENGTH, Sdtype.NUMERICAL)), changing
    if clock:
        persons[START] = moments[firsts]
        steps = np.diff(moments, prepend=moments[:1])
        # The step to a first record means nothing: a usual one, so that it stands out nowhere.
        steps[firsts] = np.median(np.delete(steps, firsts))
        records[STEP] = steps
        of_persons += (ColumnSpec(START, Sdtype.NUMERICAL),)
        of_records += (ColumnSpec(STEP, Sdtype.NUMERICAL),)
    return Sequences(column, clock, persons, of_persons, records, of_records, person)


def person_column(training: pd.DataFrame, schema: Schema) -> str:
    """The identifier column that names persons: the one with the fewest values, if they repeat. FitError if none do."""
    counts = {spec.name: training[spec.name].nunique() for spec in schema if spec.sdtype is Sdtype.ID}
    repeated = [name for name, count in counts.items() if 0 < 2 * count <= training[name].notna().sum()]
    if not repeated:
        raise FitError(
            "no_person_column",
            "This synthesizer learns the records of persons in their order: it needs an identifier column whose values "
            "repeat, at least two records a person. Keep that column in the plan, or choose another synthesizer.",
        )
    return min(repeated, key=counts.__getitem__)


def _clock(table: pd.DataFrame, schema: Schema, person: str) -> Clock | None:
    """The first date column without gaps that changes within persons."""
    for position, spec in enumerate(schema, start=1):
        values = table[spec.name]
        if spec.sdtype is not Sdtype.DATETIME or values.isna().any():
            continue
        if (values.groupby(table[person]).nunique() > 1).any():
            return Clock(spec.name, form_of(values, spec.sdtype, position))
    return None


def _is_steady(values: pd.Series, person: npt.NDArray[np.int64], firsts: npt.NDArray[np.intp]) -> bool:
    codes = pd.factorize(values)[0]
    return bool((codes == codes[firsts][person]).all())
