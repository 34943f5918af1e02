"""A table as plain numbers and codes, protected on the way: what every synthesizer of ours learns from.

Three things keep single people out of the model, whatever synthesizer comes after. Numbers beyond about the k-th
smallest and k-th largest are moved there, so each extreme is shared by k records. Categories held by fewer than k
records are replaced by a draw from the others. Text is left out and identifiers are made anew: neither can be learned
safely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.columns.forms import Form, form_of
from generation.engine.synthesizers.columns.identifiers import Identifiers, identifiers_of
from generation.engine.synthesizers.protocol import LeftOut

FEWEST_RECORDS = 10
DEFAULT_K = 5


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A numerical or date column: `low` and `high` are limits that k records reach.

    `missing` is the share of missing values, 0 when fewer than k records miss it.
    """

    name: str
    form: Form
    low: float
    high: float
    missing: float


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """A categorical or boolean column. Code i is `categories[i]`, most frequent first; None stands for missing."""

    name: str
    categories: tuple[object, ...]
    dtype: Any


Column = NumberColumn | CategoryColumn | Identifiers


@dataclass(frozen=True, slots=True)
class Encoded:
    """`numbers`: float64 with NaN for missing; `codes`: int32. Both by column name, of equal length."""

    numbers: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a table was encoded, and the way back. Holds no value of fewer than k records."""

    columns: tuple[Column, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    def decode(self, encoded: Encoded, rows: int, first_row: int, rng: np.random.Generator) -> pd.DataFrame:
        """The table in schema order and training dtypes; identifiers are made, a column with one value is filled."""
        frame = {column.name: _decoded(column, encoded, rows, first_row, rng) for column in self.columns}
        return pd.DataFrame(frame, index=pd.RangeIndex(rows))


def encode(training: pd.DataFrame, schema: Schema, k: int, seed: int) -> tuple[Encoding, Encoded]:
    """Protect and encode the training table; `k` records must stand behind every extreme and category.

    Numbers are given only for columns with at least two distinct numbers, or with missing values; codes only for
    columns with at least two categories. Raises FitError for fewer than ten or 2k records, or nothing left to learn.
    """
    fewest = max(FEWEST_RECORDS, 2 * k)
    if len(training) < fewest:
        raise FitError("too_few_records", _too_few(k, fewest))
    rng = np.random.default_rng(seed)
    encoded = Encoded({}, {})
    columns: list[Column] = []
    left_out: list[LeftOut] = []
    folded = 0
    for position, spec in enumerate(schema, start=1):
        values = training[spec.name].reset_index(drop=True)
        identifiers = identifiers_of(values, seed, k) if spec.sdtype is Sdtype.ID else None
        reason = _why_left_out(values, spec, k)
        if reason and not identifiers:
            left_out.append(LeftOut(spec.name, reason))
        elif identifiers:
            columns.append(identifiers)
        elif spec.sdtype in (Sdtype.NUMERICAL, Sdtype.DATETIME) and values.notna().any():
            columns.append(_encode_numbers(values, spec, position, k, encoded))
        else:
            column, changed = _encode_categories(values, k, encoded, rng)
            columns.append(column)
            folded += changed
    if not columns:
        raise FitError("nothing_to_learn", _nothing(left_out))
    return Encoding(tuple(columns), tuple(left_out), _notes(folded, k)), encoded


def _too_few(k: int, fewest: int) -> str:
    return (
        f"With k = {k} a synthesizer needs at least {fewest} records to learn from. "
        "Upload a larger table, or choose a synthesizer that needs fewer."
    )


def _nothing(left_out: list[LeftOut]) -> str:
    reasons = " ".join(dict.fromkeys(out.reason for out in left_out))
    return f"No column is left to learn. {reasons} Choose other treatments in a new plan, or another synthesizer."


def _notes(folded: int, k: int) -> tuple[str, ...]:
    if not folded:
        return ()
    return (f"{folded:,} cells of categories held by fewer than {k} records were replaced by more common ones.",)


def _why_left_out(values: pd.Series, spec: ColumnSpec, k: int) -> str:
    if spec.sdtype is Sdtype.TEXT:
        return "It holds free text, which this synthesizer cannot write; replaying source text would leak it."
    if spec.sdtype is Sdtype.ID:
        return (
            f"No {k} records share a form, so no values can be invented for it; replaying those it has would leak them."
        )
    counts = values.value_counts()
    if spec.sdtype in (Sdtype.CATEGORICAL, Sdtype.BOOLEAN) and len(counts) and counts.iloc[0] < k:
        return f"Every value is held by fewer than {k} records, so none can be shown."
    if 0 < int(counts.sum()) < k:
        return f"Fewer than {k} records have a value."
    return ""


def _encode_numbers(values: pd.Series, spec: ColumnSpec, position: int, k: int, encoded: Encoded) -> NumberColumn:
    form = form_of(values.dropna(), spec.sdtype, position)
    numbers = form.to_numbers(values)
    missing = np.isnan(numbers)
    low, high = _kth_extremes(numbers[~missing], k)
    numbers = np.clip(numbers, low, high)
    share = float(missing.mean()) if missing.sum() >= k else 0.0
    if not share:
        # Too few to tell: a middle value, so that what fewer than k records lack does not show.
        numbers[missing] = np.sort(numbers[~missing])[(~missing).sum() // 2]
    if low < high or share:
        encoded.numbers[spec.name] = numbers
    return NumberColumn(spec.name, form, low, high, share)


def _kth_extremes(numbers: np.ndarray, k: int) -> tuple[float, float]:
    """Limits beyond which k numbers lie on either side; both the median when there are not 2k numbers.

    Each limit is the mean of up to k numbers from the k-th on inwards, so that it is nobody's own.
    """
    if len(numbers) < 2 * k:
        middle = float(np.sort(numbers)[len(numbers) // 2])
        return middle, middle
    last = len(numbers)
    width = min(k, last - 2 * k + 1)
    ends = (k - 1, k - 2 + width, last - k + 1 - width, last - k)
    parts = np.partition(numbers, sorted({*range(ends[0], ends[1] + 1), *range(ends[2], ends[3] + 1)}))
    return float(parts[ends[0] : ends[1] + 1].mean()), float(parts[ends[2] : ends[3] + 1].mean())


def _encode_categories(
    values: pd.Series, k: int, encoded: Encoded, rng: np.random.Generator
) -> tuple[CategoryColumn, int]:
    """The column, and how many cells of rare categories were replaced by a draw from the others."""
    raw, distinct = pd.factorize(values, use_na_sentinel=False)
    counts = np.bincount(raw, minlength=len(distinct))
    order = np.argsort(-counts, kind="stable")
    kept = order[counts[order] >= k]
    new_code = np.full(len(distinct), -1, dtype=np.int32)
    new_code[kept] = np.arange(len(kept))
    codes = new_code[raw]
    rare = codes < 0
    if rare.any():
        common = counts[kept] / counts[kept].sum()
        codes[rare] = rng.choice(len(kept), size=int(rare.sum()), p=common)
    if len(kept) > 1:
        encoded.codes[str(values.name)] = codes
    categories = tuple(None if pd.isna(distinct[index]) else distinct[index] for index in kept)
    return CategoryColumn(str(values.name), categories, _category_dtype(values)), int(rare.sum())


def _category_dtype(values: pd.Series) -> Any:
    """The dtype to give back. A pandas category dtype lists all values, rare ones too: its values' dtype instead."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.dtype.categories.dtype
    return values.dtype


def _decoded(
    column: Column, encoded: Encoded, rows: int, first_row: int, rng: np.random.Generator
) -> pd.Series | np.ndarray:
    if isinstance(column, Identifiers):
        return column.values(rows, first_row)
    if isinstance(column, NumberColumn):
        numbers = encoded.numbers.get(column.name)
        numbers = np.full(rows, column.low) if numbers is None else np.clip(numbers, column.low, column.high)
        return column.form.to_values(numbers)
    codes = encoded.codes.get(column.name)
    values = np.empty(len(column.categories), dtype=object)
    values[:] = column.categories
    drawn = values[np.zeros(rows, dtype=np.int32) if codes is None else codes]
    return _in_dtype(drawn, column)


def _in_dtype(drawn: np.ndarray, column: CategoryColumn) -> pd.Series:
    plain_integer = isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub"
    if None in column.categories and plain_integer:
        return pd.Series(drawn, dtype=object)
    return pd.Series(drawn, dtype=object).astype(column.dtype)
