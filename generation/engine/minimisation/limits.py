"""Treatments of numbers, dates and categories whose limits are learned on training records alone.

A generalised number stays a number, the middle of its bin: a synthesizer then models order and distance as before, and
a mean stays within half a bin, where labels such as "40-49" would turn the column into an unordered category.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Column: TypeAlias = "pd.Series[Any]"
RARE = "(rare)"


class ColumnTreatment(Protocol):
    """A fitted treatment: the same column in, the same column out; missing stays missing."""

    def apply(self, column: Column) -> Column:
        """The treated column, same index."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing is done."""

    def apply(self, column: Column) -> Column:
        """The column itself."""
        return column


@dataclass(frozen=True, slots=True)
class Binned:
    """Numbers become the middle of their bin of `width`; bins below `low` or above `high` (bin numbers) are folded in.

    Whole numbers in bins of whole width stay whole: the middle of 40..49 is 45. With `is_interval` they become texts.
    """

    width: float
    low: int
    high: int
    whole: bool
    is_interval: bool = False

    @classmethod
    def fit(cls, training: Column, *, width: float, k: int, is_interval: bool = False) -> Binned:
        """Limits such that each outermost bin holds at least k training records."""
        numbers = _numbers(training)
        finite = numbers[np.isfinite(numbers)]
        low, high = _supported(np.floor(finite / width), k)
        whole = float(width).is_integer() and bool(np.all(finite == np.floor(finite)))
        return cls(width, int(low), int(high), whole, is_interval)

    @property
    def middle(self) -> float:
        """How far above the lower end of its bin the middle lies."""
        return self.width // 2 if self.whole else self.width / 2

    def apply(self, column: Column) -> Column:
        """Middles of bins; a column of integers stays one when its middles are whole."""
        bins = np.clip(np.floor(_numbers(column) / self.width), self.low, self.high)
        if self.is_interval:
            return pd.Series(bins, index=column.index, name=column.name).map(self._interval, na_action="ignore")
        middles = bins * self.width + self.middle
        treated = pd.Series(middles, index=column.index, name=column.name)
        return treated.astype(column.dtype) if self.whole and pd.api.types.is_integer_dtype(column.dtype) else treated

    def _interval(self, place: float) -> str:
        """40–49 for whole numbers, 2.5–<5 for others."""
        low = place * self.width
        return f"{low:.15g}–{low + self.width - 1:.15g}" if self.whole else f"{low:.15g}–<{low + self.width:.15g}"


@dataclass(frozen=True, slots=True)
class Rounded:
    """Numbers become the nearest multiple of `step`; multiples below `low` or above `high` (counted) are pulled in."""

    step: float
    low: int
    high: int

    @classmethod
    def fit(cls, training: Column, *, step: float, k: int) -> Rounded:
        """Limits such that each outermost multiple stands for at least k training records."""
        numbers = _numbers(training)
        low, high = _supported(nearest(numbers[np.isfinite(numbers)], step), k)
        return cls(step, int(low), int(high))

    def apply(self, column: Column) -> Column:
        """Multiples; a column of integers stays one where the step is whole."""
        made = np.clip(nearest(_numbers(column), self.step), self.low, self.high) * self.step
        treated = pd.Series(made, index=column.index, name=column.name)
        stays = float(self.step).is_integer() and pd.api.types.is_integer_dtype(column.dtype)
        return treated.astype(column.dtype) if stays else treated


def nearest(numbers: npt.NDArray[np.floating[Any]], step: float) -> npt.NDArray[np.floating[Any]]:
    """How many steps the nearest multiple is from nought; halves go up."""
    steps: npt.NDArray[np.floating[Any]] = np.floor(numbers / step + 0.5)
    return steps


@dataclass(frozen=True, slots=True)
class Masked:
    """Letters and digits become asterisks, but for the `last` ones; what is not in `kept` shows fewer, or none."""

    last: int
    kept: frozenset[str]

    @classmethod
    def fit(cls, training: Column, *, last: int, k: int) -> Masked:
        """What at least k training records show alike is kept."""
        texts = as_text(training.dropna())
        counts = [texts.map(lambda text, shown=shown: masked(text, shown)).value_counts() for shown in {0, last}]
        return cls(last, frozenset(word for one in counts for word in one.index[one >= k]))

    def apply(self, column: Column) -> Column:
        """The column as text, missing left alone."""
        return as_text(column).map(self._masked, na_action="ignore")

    def _masked(self, text: str) -> str:
        return next((shown for shown in (masked(text, self.last), masked(text)) if shown in self.kept), RARE)


def masked(text: str, last: int = 0) -> str:
    """A text with asterisks for its letters and digits, but for so many of the last ones."""
    signs = [at for at, sign in enumerate(text) if sign.isalnum()]
    hidden = set(signs[: max(0, len(signs) - last)])
    return "".join("*" if at in hidden else sign for at, sign in enumerate(text))


@dataclass(frozen=True, slots=True)
class Truncated:
    """Dates become the first day of their `unit`, none before `low` or after `high`."""

    unit: str
    low: np.datetime64
    high: np.datetime64

    @classmethod
    def fit(cls, training: Column, *, unit: str, k: int) -> Truncated:
        """Limits such that each outermost period holds at least k training records."""
        starts = period_starts(_dates(training.dropna()), unit)
        low, high = _supported(starts.astype(np.int64), k)
        return cls(unit, np.datetime64(int(low), "ns"), np.datetime64(int(high), "ns"))

    def apply(self, column: Column) -> Column:
        """First days of periods."""
        starts = period_starts(_dates(column), self.unit)
        # np.clip carries NaT through, so a missing date stays missing.
        return pd.Series(np.clip(starts, self.low, self.high), index=column.index, name=column.name)


@dataclass(frozen=True, slots=True)
class Clamped:
    """Numbers or dates are pulled in to `low`..`high`."""

    low: float
    high: float

    @classmethod
    def fit(cls, training: Column, *, lower: float, upper: float) -> Clamped:
        """Limits at two quantiles of the training records; dates count in nanoseconds."""
        numbers = _ordinals(training.dropna())
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            return cls(-math.inf, math.inf)
        low, high = np.quantile(numbers, [lower, upper])
        return cls(math.floor(low), math.ceil(high)) if _is_whole(numbers) else cls(float(low), float(high))

    def apply(self, column: Column) -> Column:
        """The column, its type kept."""
        if not math.isfinite(self.low):
            return column
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            low, high = (np.datetime64(int(limit), "ns") for limit in (self.low, self.high))
            return pd.Series(np.clip(_dates(column), low, high), index=column.index, name=column.name)
        return column.clip(self.low, self.high).astype(column.dtype)


@dataclass(frozen=True, slots=True)
class Supported:
    """Categories outside `kept`, rare or never seen in training, become one; numbers become text.

    With `prefix` a category is first cut to that many characters, asterisks for the rest.
    """

    kept: frozenset[str]
    prefix: int = 0

    @classmethod
    def fit(cls, training: Column, *, k: int, prefix: int = 0) -> Supported:
        """Keeps what at least k training records hold."""
        counts = _cut(as_text(training.dropna()), prefix).value_counts()
        return cls(frozenset(counts.index[counts >= k]), prefix)

    def apply(self, column: Column) -> Column:
        """The column as text, missing left alone."""
        text = _cut(as_text(column), self.prefix)
        return text.where(text.isin(self.kept) | column.isna(), RARE)


def as_text(column: Column) -> Column:
    """Cells as text, whole numbers without a decimal point, missing left missing; object dtype."""
    codes, distinct = pd.factorize(column)
    words = np.array([_text(value) for value in distinct] + [None], dtype=object)
    return pd.Series(words[codes], index=column.index, name=column.name)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _cut(text: Column, prefix: int) -> Column:
    if not prefix:
        return text
    return text.map(lambda word: word[:prefix] + "*" * (len(word) - prefix), na_action="ignore")


def _numbers(column: Column) -> npt.NDArray[np.floating[Any]]:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _dates(column: Column) -> npt.NDArray[np.datetime64]:
    """Dates in nanoseconds, without a time zone (in UTC if there was one)."""
    dates = pd.to_datetime(column, utc=isinstance(column.dtype, pd.DatetimeTZDtype))
    return dates.to_numpy(dtype="datetime64[ns]")


def _ordinals(column: Column) -> npt.NDArray[np.floating[Any]]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _dates(column).astype(np.int64).astype(np.float64)
    return _numbers(column)


def _is_whole(numbers: npt.NDArray[np.floating[Any]]) -> bool:
    return bool(np.all(numbers == np.floor(numbers)))


def period_starts(dates: npt.NDArray[np.datetime64], unit: str) -> npt.NDArray[np.datetime64]:
    """The first day of the period (decade, year, quarter, month, day) that each date lies in; NaT stays."""
    if unit in {"decade", "quarter"}:
        step, code = (10, "Y") if unit == "decade" else (3, "M")
        periods = dates.astype(f"datetime64[{code}]")
        missing = np.isnat(periods)
        counts = periods.astype(np.int64)
        counts -= counts % step
        starts = counts.astype(f"datetime64[{code}]")
        starts[missing] = np.datetime64("NaT")
        return starts.astype("datetime64[ns]")
    return dates.astype(f"datetime64[{ {'year': 'Y', 'month': 'M', 'day': 'D'}[unit] }]").astype("datetime64[ns]")


def _supported(values: npt.NDArray[Any], k: int) -> tuple[float, float]:
    """The values at which k records have been counted from below and from above; one middle value if there are few."""
    if not len(values):
        return 0, 0
    ordered = np.sort(values)
    if len(ordered) < 2 * k:
        return ordered[len(ordered) // 2], ordered[len(ordered) // 2]
    return ordered[k - 1], ordered[-k]
