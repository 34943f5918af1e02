"""Turns the tables into numbers once, in one canonical order, for every check.

Rows are sorted by content and columns by name, so that the order in which a table was written cannot change a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.tables.cut.persons import PERSON

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]

MISSING = -1
CONTINUOUS = (Sdtype.NUMERICAL, Sdtype.DATETIME)


@dataclass(frozen=True)
class EncodedColumn:
    """One column of all tables. `codes` number the distinct values over all tables from 0; missing is -1.

    `values` are the numbers of a numerical column, or seconds of a datetime one (NaN when missing), else None.
    `categories` are the distinct values as text, by code.
    """

    spec: ColumnSpec
    codes: Codes
    values: Floats | None
    categories: npt.NDArray[np.object_]

    @property
    def is_continuous(self) -> bool:
        return self.values is not None

    @property
    def label(self) -> str:
        return self.spec.label or self.spec.name


@dataclass(frozen=True)
class EncodedTable:
    """The rows of one table inside the shared columns, and where each row stood in the table as given.

    `persons` numbers the person of each row inside the shared columns; missing (-1) where nobody says.
    """

    columns: tuple[EncodedColumn, ...]
    rows: Rows
    original: Rows
    persons: Rows | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def codes(self, column: EncodedColumn) -> Codes:
        return column.codes[self.rows]

    def values(self, column: EncodedColumn) -> Floats:
        """NaN where missing. Only for continuous columns."""
        if column.values is None:
            raise TypeError("only continuous columns have values")
        return column.values[self.rows]

    def take(self, positions: npt.NDArray[np.intp] | Rows) -> EncodedTable:
        return EncodedTable(self.columns, self.rows[positions], self.original[positions], self.persons)

    @cached_property
    def whose(self) -> Rows:
        """A number for each row, from 0, equal for the rows of one person; a row of nobody is a person's own."""
        if self.persons is None:
            return np.arange(len(self))
        named = self.persons[self.rows]
        alone = -2 - np.arange(len(self))
        return np.unique(np.where(named == MISSING, alone, named), return_inverse=True)[1].astype(np.int64)

    @property
    def people(self) -> int:
        return int(self.whose.max(initial=-1)) + 1

    @property
    def holders(self) -> list[str]:
        """Whose each row is, "" where nobody says."""
        if self.persons is None:
            return [""] * len(self)
        return ["" if number < 0 else str(number) for number in self.persons[self.rows].tolist()]


def numbered_on(whose: Sequence[Rows]) -> Rows:
    """The people of several tables, those of each numbered from 0, numbered on from one table to the next."""
    before = np.cumsum([0, *(int(part.max(initial=-1)) + 1 for part in whose)])
    return np.concatenate([part + first for part, first in zip(whose, before, strict=False)])


def encode(tables: Sequence[pd.DataFrame], schema: Schema) -> tuple[EncodedTable, ...]:
    """The tables as `EncodedTable`s over shared columns, in canonical row and column order.

    A value that is not of its column's sdtype counts as missing here; `rules` reports it.
    """
    columns = tuple(_encode_column(spec, tables) for spec in sorted(schema, key=lambda spec: spec.name))
    ends = np.cumsum([len(table) for table in tables])
    starts = ends - [len(table) for table in tables]
    whole = EncodedTable(columns, np.arange(ends[-1]), np.arange(ends[-1]), _persons(tables))
    return tuple(_canonical(whole, int(start), int(end)) for start, end in zip(starts, ends, strict=True))


def _persons(tables: Sequence[pd.DataFrame]) -> Rows | None:
    if not any(PERSON in table.columns for table in tables):
        return None
    unknown = (np.full(len(table), MISSING, dtype=np.int64) for table in tables)
    return np.concatenate(
        [table[PERSON].to_numpy(dtype=np.int64) if PERSON in table.columns else nobody
         for table, nobody in zip(tables, unknown, strict=True)]
    )  # fmt: skip


def _canonical(whole: EncodedTable, start: int, end: int) -> EncodedTable:
    keys = [column.codes[start:end] for column in reversed(whole.columns)]
    order = np.lexsort(keys).astype(np.int64) if keys else np.arange(end - start)
    return EncodedTable(whole.columns, order + start, order, whole.persons)


def _encode_column(spec: ColumnSpec, tables: Sequence[pd.DataFrame]) -> EncodedColumn:
    pieces = [table[spec.name] for table in tables]
    if spec.sdtype in CONTINUOUS:
        values = np.concatenate([as_numbers(piece, spec.sdtype) for piece in pieces])
        return _of_values(spec, values)
    texts = pd.concat([as_texts(piece, spec.sdtype) for piece in pieces], ignore_index=True)
    codes, categories = pd.factorize(texts, sort=True)
    return EncodedColumn(spec, codes.astype(np.int32), None, np.asarray(categories, dtype=object))


def _of_values(spec: ColumnSpec, values: Floats) -> EncodedColumn:
    codes, distinct = pd.factorize(values, sort=True)
    return EncodedColumn(spec, codes.astype(np.int32), values, np.asarray(distinct, dtype=object))


def as_numbers(series: pd.Series, sdtype: Sdtype) -> Floats:
    """Numbers, or seconds since 1970 for datetimes; NaN for what is missing or cannot be read as such."""
    if sdtype is not Sdtype.DATETIME:
        numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    moments = series
    if not pd.api.types.is_datetime64_any_dtype(series):
        moments = pd.to_datetime(series.astype("string"), errors="coerce", format="mixed", utc=True)
    elif series.dt.tz is None:
        moments = series.dt.tz_localize("UTC")
    whole = moments.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    seconds = whole.astype(np.int64).astype(np.float64) / 1e6
    return np.where(np.isnat(whole), np.nan, seconds)


def as_texts(series: pd.Series, sdtype: Sdtype) -> pd.Series:
    """The values as text; None where missing. 1, 1.0 and "1" are one category; true, True and 1 one boolean."""
    present = series.notna()
    if pd.api.types.is_bool_dtype(series):
        texts = series.astype(object).where(present).map({True: "True", False: "False"})
    elif pd.api.types.is_numeric_dtype(series):
        texts = series.astype(object).where(present).map(_number_as_text, na_action="ignore")
    else:
        texts = series.astype(object).where(present).map(_as_text, na_action="ignore")
    if sdtype is Sdtype.BOOLEAN:
        texts = texts.map(_as_boolean, na_action="ignore")
    return texts.astype(object).where(present, None)


def _number_as_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _as_text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    return _number_as_text(value) if isinstance(value, int | float) else str(value)


def _as_boolean(text: str) -> str:
    words = {"true": "True", "1": "True", "yes": "True", "false": "False", "0": "False", "no": "False"}
    return words.get(text.lower(), text)


def measurable(columns: Sequence[EncodedColumn]) -> tuple[EncodedColumn, ...]:
    """The columns that a distance or a distribution makes sense for: no identifiers, no free text."""
    return tuple(
        column
        for column in columns
        if column.spec.sdtype not in (Sdtype.ID, Sdtype.TEXT) and column.spec.role is not ColumnRole.DIRECT
    )
