"""What kind of values a column holds, told by its type, its distinct values and its label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.pii.columns import TEXT_WORDS
from generation.engine.pii.entities import label_words, word_set
from generation.engine.schema import Sdtype

ID_WORDS = word_set("id ids uuid guid identifier key ssn nr no rowid index")
CODE_WORDS = word_set("zip zipcode postcode postal plz code")
_ID_DISTINCT = 50
_ID_SHARE = 0.5
_TEXT_DISTINCT_SHARE = 0.3
_TEXT_CHARACTERS = 60
_IDENTIFIER_DIGITS = 1_000_000


@dataclass(frozen=True)
class Cells:
    """A column's present cells as distinct values with counts, in order of value."""

    series: pd.Series[Any]
    label: str

    @cached_property
    def present(self) -> pd.Series[Any]:
        """The cells that are not missing."""
        return self.series.dropna()

    @cached_property
    def tally(self) -> pd.Series[int]:
        """Count per distinct value."""
        return self.present.value_counts(sort=False)

    @cached_property
    def counts(self) -> npt.NDArray[np.integer[Any]]:
        """Counts alone."""
        return self.tally.to_numpy(dtype=np.int64)

    @cached_property
    def kind(self) -> str:
        """pandas' name for what the cells are: "string", "integer", "floating", "boolean", "datetime64", ..."""
        return pd.api.types.infer_dtype(self.present, skipna=True)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the cells are numbers without fractions (an integer column with gaps arrives as floats)."""
        if self.kind == "integer":
            return True
        numbers = self.tally.index.to_numpy(dtype=np.float64) if self.kind == "floating" else np.array([np.nan])
        return bool(len(numbers) and np.all(np.isfinite(numbers)) and np.all(numbers == np.floor(numbers)))

    @cached_property
    def strings(self) -> list[str]:
        """Distinct values as text, in the order of `tally`; whole numbers without a decimal point."""
        if self.is_whole:
            return [str(int(value)) for value in self.tally.index]
        return [str(value) for value in self.tally.index]

    @property
    def may_hold_pii(self) -> bool:
        """Whether scanning is of use: text does, and whole numbers of seven digits or more do."""
        if self.is_whole and self.kind in {"integer", "floating"} and len(self.tally):
            return float(np.median(np.abs(self.tally.index.to_numpy(dtype=np.float64)))) >= _IDENTIFIER_DIGITS
        return self.kind in {"string", "mixed", "mixed-integer"}

    @cached_property
    def mean_words(self) -> float:
        """Mean number of words per cell."""
        words = np.array([value.count(" ") + 1 for value in self.strings])
        return float(np.average(words, weights=self.counts)) if len(words) else 0.0

    @cached_property
    def mean_characters(self) -> float:
        """Mean length of a cell."""
        lengths = np.array([len(value) for value in self.strings])
        return float(np.average(lengths, weights=self.counts)) if len(lengths) else 0.0


def sdtype_of(cells: Cells, *, identifies: bool) -> Sdtype:
    """The sdtype; `identifies`: a scan found most cells to be direct identifiers such as names or phone numbers."""
    dtype = cells.series.dtype
    if pd.api.types.is_bool_dtype(dtype) or cells.kind == "boolean":
        return Sdtype.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(dtype) or cells.kind in {"datetime64", "datetime", "date"}:
        return Sdtype.DATETIME
    if pd.api.types.is_numeric_dtype(dtype):
        return _of_numbers(cells, identifies=identifies)
    return _of_strings(cells, identifies=identifies)


def _of_numbers(cells: Cells, *, identifies: bool) -> Sdtype:
    words = label_words(cells.label)
    if not cells.is_whole:
        return Sdtype.NUMERICAL
    if identifies or (words & ID_WORDS and len(cells.tally) > _ID_DISTINCT) or _counts_rows(cells):
        return Sdtype.ID
    # Codes are names made of digits, and two values are a class: arithmetic means nothing in either.
    is_class = 0 < len(cells.tally) <= 2 or words & CODE_WORDS
    return Sdtype.CATEGORICAL if is_class else Sdtype.NUMERICAL


def _counts_rows(cells: Cells) -> bool:
    """A run of consecutive numbers, each once: a row number."""
    distinct = cells.tally.index.to_numpy(dtype=np.float64)
    once = len(distinct) > _ID_DISTINCT and len(distinct) == len(cells.present)
    return bool(once and distinct.max() - distinct.min() + 1 == len(distinct))


def _of_strings(cells: Cells, *, identifies: bool) -> Sdtype:
    share = len(cells.tally) / max(1, len(cells.present))
    is_long = cells.mean_words >= TEXT_WORDS or cells.mean_characters >= _TEXT_CHARACTERS
    if is_long and share > _TEXT_DISTINCT_SHARE and cells.mean_words > 1.5:
        return Sdtype.TEXT
    is_many = len(cells.tally) > _ID_DISTINCT
    words = label_words(cells.label)
    if identifies or (is_many and (words & ID_WORDS or (share > _ID_SHARE and not words & CODE_WORDS))):
        return Sdtype.ID
    return Sdtype.CATEGORICAL
