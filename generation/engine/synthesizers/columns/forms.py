"""How a column's values become numbers and come back in the type they had: whole numbers, decimals and dates."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from pandas.tseries.api import guess_datetime_format

from generation.engine.errors import FitError
from generation.engine.schema import Sdtype

# Beyond this a float64 no longer holds every whole number.
EXACT_WHOLE = 2.0**53
MOST_DECIMALS = 12
MISREAD_DATES = 0.02
# Days, seconds, microseconds: the coarsest that holds every date exactly.
_STEPS_US = (86_400_000_000, 1_000_000, 1)


class Form(Protocol):
    """A two-way translation. Missing is NaN on the number side and the dtype's own missing value on the other."""

    def to_numbers(self, values: pd.Series) -> np.ndarray: ...

    def to_values(self, numbers: np.ndarray) -> pd.Series: ...


@dataclass(frozen=True, slots=True)
class NumberForm:
    """Numbers of any pandas dtype, rounded to `decimals` places on the way back (None: as they are)."""

    dtype: Any
    decimals: int | None

    def to_numbers(self, values: pd.Series) -> np.ndarray:
        return _floats(values)

    def to_values(self, numbers: np.ndarray) -> pd.Series:
        rounded = numbers if self.decimals is None else np.round(numbers, self.decimals)
        return _as_dtype(pd.Series(rounded), self.dtype)


@dataclass(frozen=True, slots=True)
class DateForm:
    """Dates as whole steps of `microseconds` since 1970.

    `dtype` None: text in `pattern`, or date objects when there is no pattern.
    """

    dtype: Any
    pattern: str | None
    microseconds: int

    def to_numbers(self, values: pd.Series) -> np.ndarray:
        moments = _moments(values, self.pattern)
        whole = (moments.to_numpy("datetime64[us]").astype(np.int64) // self.microseconds).astype(np.float64)
        whole[moments.isna().to_numpy()] = np.nan
        return whole

    def to_values(self, numbers: np.ndarray) -> pd.Series:
        missing = np.isnan(numbers)
        steps = np.rint(np.where(missing, 0, numbers)).astype(np.int64) * self.microseconds
        moments = pd.Series(steps.astype("datetime64[us]")).mask(missing)
        if self.dtype is not None:
            return _in_time_zone(moments, self.dtype)
        return _distinct_map(moments, self._text)

    def _text(self, moment: pd.Timestamp) -> object:
        return moment.date() if self.pattern is None else moment.strftime(self.pattern)


def form_of(values: pd.Series, sdtype: Sdtype, position: int) -> Form:
    """The form of a NUMERICAL or DATETIME column without missing values; `position` (from 1) is for the sentence.

    Raises FitError when the values are not what the sdtype says.
    """
    if sdtype is Sdtype.DATETIME:
        return _date_form(values, position)
    try:
        numbers = _floats(values)
    except (ValueError, TypeError):
        raise FitError("not_numbers", f"Column {position} is called numerical but holds other values.") from None
    if not np.isfinite(numbers).all():
        raise FitError("not_finite", f"Column {position} holds infinite numbers; remove or replace them.")
    return NumberForm(_number_dtype(values), _decimals(numbers))


def _number_dtype(values: pd.Series) -> Any:
    return values.dtype if pd.api.types.is_numeric_dtype(values.dtype) else np.dtype("float64")


def _floats(values: pd.Series) -> np.ndarray:
    plain = values if pd.api.types.is_numeric_dtype(values.dtype) else pd.to_numeric(values)
    return plain.to_numpy(dtype=np.float64, na_value=np.nan)


def _decimals(numbers: np.ndarray) -> int | None:
    distinct = np.unique(numbers)
    if distinct.size and np.abs(distinct).max() >= EXACT_WHOLE:
        return 0 if np.array_equal(distinct, np.round(distinct)) else None
    for places in range(MOST_DECIMALS + 1):
        distinct = distinct[np.round(distinct, places) != distinct]
        if not distinct.size:
            return places
    return None


def _as_dtype(values: pd.Series, dtype: Any) -> pd.Series:
    wanted = pd.api.types.pandas_dtype(dtype)
    if not pd.api.types.is_integer_dtype(wanted):
        return values.astype(wanted)
    limits = np.iinfo(str(wanted).lower())
    # 1024 below: the largest float64 under 2**63.
    bounded = values.clip(float(limits.min), float(limits.max) if limits.bits < 64 else float(limits.max - 1024))
    return bounded.astype(wanted)


def _date_form(values: pd.Series, position: int) -> DateForm:
    dtype: Any = values.dtype if pd.api.types.is_datetime64_any_dtype(values.dtype) else None
    pattern = None if dtype is not None or isinstance(values.iloc[0], dt.date) else _pattern(values, position)
    moments = _moments(values, pattern)
    misread = float(moments.isna().mean())
    if misread > MISREAD_DATES:
        raise FitError("mixed_dates", f"Column {position} holds dates in more than one format; bring them into one.")
    ticks = moments.dropna().to_numpy("datetime64[us]").astype(np.int64)
    step = next(step for step in _STEPS_US if not (ticks % step).any())
    if dtype is None and isinstance(values.iloc[0], dt.datetime):
        dtype = moments.dtype
    return DateForm(dtype, pattern, step)


def _pattern(values: pd.Series, position: int) -> str:
    """The one format that reads most of the texts; day first and month first are both tried."""
    seen = values.astype(str).drop_duplicates()
    with warnings.catch_warnings():
        # pandas says each time that it guesses day first or month first; both are tried on all values below.
        warnings.simplefilter("ignore", UserWarning)
        guesses = {guess_datetime_format(text, dayfirst=day) for text in seen.head(50) for day in (False, True)}
    patterns = sorted(pattern for pattern in guesses if pattern)
    if not patterns:
        raise FitError("not_dates", f"Column {position} is called a date but its values cannot be read as dates.")
    return min(patterns, key=lambda pattern: int(_moments(seen, pattern).isna().sum()))


def _moments(values: pd.Series, pattern: str | None) -> pd.Series:
    """The values as naive UTC moments; NaT for what cannot be read."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        moments = values
    else:
        plain = values if pattern is None else values.astype(object).where(values.notna(), None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            moments = pd.to_datetime(plain, format=pattern, errors="coerce")
    return moments.dt.tz_convert("UTC").dt.tz_localize(None) if moments.dt.tz is not None else moments


def _in_time_zone(moments: pd.Series, dtype: Any) -> pd.Series:
    zone = getattr(dtype, "tz", None)
    placed = moments if zone is None else moments.dt.tz_localize("UTC")
    return placed.astype(dtype)


def _distinct_map(moments: pd.Series, text: Callable[[pd.Timestamp], object]) -> pd.Series:
    """Apply `text` once for each distinct moment; missing becomes None."""
    codes, distinct = pd.factorize(moments)
    words = np.array([*map(text, distinct), None], dtype=object)
    return pd.Series(words[codes], dtype=object)
