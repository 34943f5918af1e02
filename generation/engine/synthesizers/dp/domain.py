"""What values each column can take, chosen privately: nothing of a column is read but through the mechanism.

Public, and so free of charge: names, kinds and types of the columns, that a Boolean column holds yes and no, the powers
of two, and a list of usual ways to write a date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.pii.codes import CAPITALS, DIGITS, SMALL, CodeForm, digits_of
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.columns.encoding import CategoryColumn, NumberColumn
from generation.engine.synthesizers.columns.forms import DateForm, NumberForm
from generation.engine.synthesizers.columns.identifiers import Identifiers, key_of, of_numbers
from generation.engine.synthesizers.dp.mechanism import Counts, Floats, Mechanism
from generation.engine.synthesizers.dp.numbers import CLEAR, Cells, Codes, find_cells, joined

MOST_DECIMALS = 6
# Of what a column may spend, on how finely its values are written.
STEP_SHARE = 0.15
# A way of writing counts when so many of the values are written so.
USUAL = 0.02
STEPS_US = (86_400_000_000, 1_000_000, 1)
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%d %b %Y")
DATE_PATTERNS = tuple(day + time for day, time in product(_DAYS, ("", " %H:%M:%S", "T%H:%M:%S", " %H:%M")))
_SHAPE = re.compile(r"(\D*)(\d+)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one column may spend on finding its values."""

    rho: float
    delta: float
    bins: int


@dataclass(frozen=True, slots=True)
class Found:
    """A column as codes 0 to len(counts) - 1 (-1: of no code, not counted), with the noisy count of each code."""

    codes: Codes
    counts: Floats


@dataclass(frozen=True, slots=True)
class Numbers:
    """How codes become numbers: cells, the code of each (ascending), and the last code for missing, if any."""

    cells: Cells
    group: Codes
    has_missing: bool
    step: float

    def draw(self, codes: Codes, rng: np.random.Generator) -> Floats:
        """Within a code, a cell by its count; within a cell, evenly."""
        if not len(self.cells):
            return np.full(len(codes), np.nan)
        weight = np.concatenate([[0.0], np.cumsum(np.maximum(self.cells.count, 1e-9))])
        known = np.minimum(codes, self.group[-1])
        first, after = (np.searchsorted(self.group, known, side=side) for side in ("left", "right"))
        mass = weight[first] + rng.random(len(codes)) * (weight[after] - weight[first])
        cell = np.clip(np.searchsorted(weight, mass, side="right") - 1, first, after - 1)
        values = self.cells.draw(cell, rng.random(len(codes)), self.step)
        values[codes > self.group[-1]] = np.nan
        return values


def find_numbers(
    values: pd.Series, spec: ColumnSpec, position: int, allowed: Allowance, mechanism: Mechanism
) -> tuple[NumberColumn, Numbers, Found] | None:
    """A numerical or date column; None when nothing clear is found. `position` (from 1) is for a sentence."""
    form: DateForm | NumberForm
    if spec.sdtype is Sdtype.DATETIME:
        form, numbers, rho = _as_date(values, allowed.rho, mechanism)
    else:
        form, numbers, rho = _as_number(values, position, allowed.rho, mechanism)
    step = _step_of(form)
    cells, missing = find_cells(numbers, step, allowed.bins, rho, mechanism)
    if cells is None and not missing:
        return None
    column = NumberColumn(spec.name, form, *_limits(form), 0.0)
    return column, *_coded(numbers, cells or Cells(*(np.empty(0) for _ in range(4))), missing, step, allowed.bins)


def _limits(form: DateForm | NumberForm) -> tuple[float, float]:
    """What the column's type can hold: pandas has dates of the years 1678 to 2261."""
    if isinstance(form, NumberForm):
        return -np.inf, np.inf
    first, last = (np.datetime64(year, "us").astype(np.int64) for year in ("1678-01-01", "2261-12-31"))
    return float(first // form.microseconds), float(last // form.microseconds)


def _step_of(form: DateForm | NumberForm) -> float:
    """What values are multiples of; 0 when of nothing."""
    if isinstance(form, DateForm):
        return 1.0
    return 0.0 if form.decimals is None else 10.0**-form.decimals


def _coded(numbers: Floats, cells: Cells, missing: float, step: float, bins: int) -> tuple[Numbers, Found]:
    group = joined(cells, bins)
    counts = np.bincount(group, weights=np.maximum(cells.count, 0)).astype(np.float64)
    is_missing = np.isnan(numbers)
    codes = np.full(len(numbers), -1, dtype=np.int32)
    if len(cells):
        codes[~is_missing] = group[cells.place_of(numbers[~is_missing])]
    if missing:
        codes[is_missing] = len(counts)
        counts = np.append(counts, missing)
    return Numbers(cells, group, bool(missing), step), Found(codes, counts)


def _as_number(values: pd.Series, position: int, rho: float, mechanism: Mechanism) -> tuple[NumberForm, Floats, float]:
    """Form, numbers, and the rho that is left. Whole numbers by type need no look at their decimals."""
    is_number = pd.api.types.is_numeric_dtype(values.dtype)
    dtype: Any = values.dtype if is_number else np.dtype("float64")
    try:
        numbers = NumberForm(dtype, None).to_numbers(values)
    except (ValueError, TypeError):
        raise FitError("not_numbers", f"Column {position} is called numerical but holds other values.") from None
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    if pd.api.types.is_integer_dtype(dtype):
        return NumberForm(dtype, 0), numbers, rho
    written = _usual(_decimals_needed(numbers[~np.isnan(numbers)]), rho * STEP_SHARE, mechanism)
    return NumberForm(dtype, None if written > MOST_DECIMALS else written), numbers, rho * (1 - STEP_SHARE)


def _decimals_needed(numbers: Floats) -> Counts:
    """How many numbers need 0, 1, ... decimals; the last count is of those that need more than MOST_DECIMALS."""
    counts = []
    for places in range(MOST_DECIMALS + 1):
        exact = np.round(numbers, places) == numbers
        counts.append(int(exact.sum()))
        numbers = numbers[~exact]
    return np.array([*counts, len(numbers)])


def _usual(true: Counts, rho: float, mechanism: Mechanism) -> int:
    """The last place (the finest way of writing) that clearly holds more than noise and a few."""
    noisy = mechanism.counts(true, rho)
    clear = np.flatnonzero(noisy.values > max(CLEAR * noisy.sigma, USUAL * noisy.values.sum()))
    return int(clear[-1]) if len(clear) else int(np.argmax(noisy.values))


def _as_date(values: pd.Series, rho: float, mechanism: Mechanism) -> tuple[DateForm, Floats, float]:
    """Form, whole steps since 1970, and the rho that is left. Texts are read by the pattern that reads most."""
    left = rho * (1 - STEP_SHARE)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        exact = DateForm(values.dtype, None, 1).to_numbers(values)
        known = exact[~np.isnan(exact)]
        coarsest = np.array([(known % step == 0) for step in STEPS_US]).argmax(axis=0)
        step = STEPS_US[_usual(np.bincount(coarsest, minlength=len(STEPS_US)), rho * STEP_SHARE, mechanism)]
        return DateForm(values.dtype, None, step), np.floor(exact / step), left
    present = values.dropna()
    if len(present) and isinstance(present.iloc[0], dt.date):
        form = DateForm(None, None, STEPS_US[0])
        return form, form.to_numbers(values), rho
    pattern = DATE_PATTERNS[mechanism.best(_readable(present.astype(str)), rho * STEP_SHARE)]
    form = DateForm(None, pattern, STEPS_US[1] if "%H" in pattern else STEPS_US[0])
    return form, form.to_numbers(values), left


def _readable(texts: pd.Series) -> Counts:
    """How many of the texts each pattern reads."""
    counts = texts.value_counts()
    found = [pd.to_datetime(counts.index, format=pattern, errors="coerce").notna() for pattern in DATE_PATTERNS]
    return np.array([int(counts.to_numpy()[read].sum()) for read in found])


def find_categories(
    values: pd.Series, spec: ColumnSpec, allowed: Allowance, mechanism: Mechanism
) -> tuple[CategoryColumn, Found] | None:
    """A categorical or boolean column with the categories that many records hold; None when there is none."""
    if values.dtype == np.bool_:
        raw = values.to_numpy(dtype=np.int32)
        noisy = mechanism.counts(np.bincount(raw, minlength=2), allowed.rho)
        return CategoryColumn(spec.name, (False, True), values.dtype), Found(raw, np.maximum(noisy.values, 0))
    raw, distinct = pd.factorize(values, use_na_sentinel=False)
    named, _ = mechanism.names(_tally(raw), allowed.rho, allowed.delta)
    order = sorted(named, key=lambda code: (-named[code], str(distinct[code])))
    if not order:
        return None
    new_code = np.full(len(distinct), -1, dtype=np.int32)
    new_code[order] = np.arange(len(order))
    categories = tuple(None if pd.isna(distinct[code]) else distinct[code] for code in order)
    counts = np.array([float(named[code]) for code in order])
    return CategoryColumn(spec.name, categories, _plain_dtype(values)), Found(new_code[raw], counts)


def _tally(codes: npt.NDArray[np.intp]) -> dict[int, int]:
    return {code: int(count) for code, count in enumerate(np.bincount(codes)) if count}


def _plain_dtype(values: pd.Series) -> Any:
    return values.dtype.categories.dtype if isinstance(values.dtype, pd.CategoricalDtype) else values.dtype


def find_identifiers(
    values: pd.Series, spec: ColumnSpec, allowed: Allowance, mechanism: Mechanism
) -> Identifiers | None:
    """New identifiers in the commonest shape, drawn whatever the values are; None when no shape is clearly common."""
    is_number = pd.api.types.is_numeric_dtype(values.dtype)
    shape = _number_shape if is_number else _text_shape
    counts = Counter(shape(value) for value in values.dropna())
    shapes = list(counts)
    named, _ = mechanism.names(dict(enumerate(counts.values())), allowed.rho, allowed.delta)
    if not named:
        return None
    form = CodeForm(shapes[max(named, key=lambda code: named[code])], 0.0)
    if is_number:
        return of_numbers(spec.name, form, values.dtype, seed=0)
    return Identifiers(spec.name, form if form.places else None, key_of(spec.name, 0), object)


def _number_shape(value: float) -> tuple[str, ...]:
    return digits_of(len(str(abs(int(value)))))


def _text_shape(value: object) -> tuple[str, ...]:
    """One alphabet a place, none for a UUID: a prefix is told where only digits follow it, of other texts no sign."""
    text = str(value)
    if _UUID.fullmatch(text):
        return ()
    match = _SHAPE.fullmatch(text)
    if match is None:
        return tuple(map(_alphabet, text))
    prefix, digits = match.groups()
    return (*prefix, *[DIGITS] * len(digits)) if prefix else digits_of(len(digits))


def _alphabet(sign: str) -> str:
    if sign.isalpha():
        return CAPITALS if sign.isupper() else SMALL
    return DIGITS if sign.isdigit() else sign
