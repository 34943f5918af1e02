"""What kind of values a column holds, told by its type, its distinct values and its label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.pii.codes import form_of_codes
from generation.engine.pii.columns import TEXT_WORDS
from generation.engine.pii.labels import (
    CODE_WORDS,
    POST_WORDS,
    label_words,
    names_amount,
    names_holder,
    names_identifier,
)
from generation.engine.pii.patterns.reading import count_words
from generation.engine.profiling.meanings import meaning_of
from generation.engine.profiling.tidiness import untidy_cells
from generation.engine.schema import Sdtype

# A column of no more different values than this is a class, whatever its label says.
FEWEST_DISTINCT = 50
_ID_SHARE = 0.5
_TEXT_DISTINCT_SHARE = 0.3
_TEXT_CHARACTERS = 60
_IDENTIFIER_DIGITS = 1_000_000
_CODE_DIGITS = 5


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
    def distinct_share(self) -> float:
        """Distinct values per present cell."""
        return len(self.tally) / max(1, len(self.present))

    @cached_property
    def differ(self) -> bool:
        """Whether no two present cells are alike, and none is a number below zero: numbers that were given out."""
        if not 0 < len(self.tally) == len(self.present):
            return False
        return not self.is_whole or float(self.tally.index.min()) >= 0

    @cached_property
    def is_run(self) -> bool:
        """Whether the numbers follow one another without a gap, each once: a row number."""
        return self.differ and float(self.tally.index.max() - self.tally.index.min()) + 1 == len(self.tally)

    @property
    def counted_texts(self) -> dict[str, int]:
        """Count per distinct text; other values are left out."""
        return {value: int(count) for value, count in self.tally.items() if isinstance(value, str)}

    @property
    def may_hold_pii(self) -> bool:
        """Whether scanning is of use: text does, and whole numbers of seven digits or more do."""
        if self.is_whole and self.kind in {"integer", "floating"} and len(self.tally):
            return float(np.median(np.abs(self.tally.index.to_numpy(dtype=np.float64)))) >= _IDENTIFIER_DIGITS
        return self.kind in {"string", "mixed", "mixed-integer"}

    @cached_property
    def mean_words(self) -> float:
        """Mean number of words per cell."""
        words = np.array([count_words(value) for value in self.strings])
        return float(np.average(words, weights=self.counts)) if len(words) else 0.0

    @cached_property
    def mean_characters(self) -> float:
        """Mean length of a cell."""
        lengths = np.array([len(value) for value in self.strings])
        return float(np.average(lengths, weights=self.counts)) if len(lengths) else 0.0


def sdtype_of(cells: Cells, *, identifies: bool, is_target: bool = False) -> Sdtype:
    """The sdtype; `identifies`: a scan found most cells to be direct identifiers such as names or phone numbers.

    What is to be predicted is no identifier because of its uniqueness or its label.
    """
    dtype = cells.series.dtype
    if pd.api.types.is_bool_dtype(dtype) or cells.kind == "boolean":
        return Sdtype.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(dtype) or cells.kind in {"datetime64", "datetime", "date"}:
        return Sdtype.DATETIME
    if pd.api.types.is_numeric_dtype(dtype):
        return _of_numbers(cells, identifies=identifies, is_target=is_target)
    return _of_strings(cells, identifies=identifies)


def _of_numbers(cells: Cells, *, identifies: bool, is_target: bool) -> Sdtype:
    if not cells.is_whole:
        return Sdtype.NUMERICAL
    words = label_words(cells.label)
    if not is_target and (identifies or _numbers_identify(cells, is_post_code=bool(words & POST_WORDS))):
        return Sdtype.ID
    # Codes are names made of digits, and two values are a class: arithmetic means nothing in either.
    is_class = 0 < len(cells.tally) <= 2 or words & CODE_WORDS
    return Sdtype.CATEGORICAL if is_class else Sdtype.NUMERICAL


def _numbers_identify(cells: Cells, *, is_post_code: bool) -> bool:
    if is_post_code or len(cells.tally) <= FEWEST_DISTINCT:
        return False
    # A header that names an amount is the owner's word, unless the numbers simply count the records.
    if cells.differ and (not names_amount(cells.label) or cells.is_run):
        return True
    return names_identifier(cells.label) or (names_holder(cells.label) and _are_codes(cells))


def _are_codes(cells: Cells) -> bool:
    """Most differ, or all are long and of one length: no counts of things."""
    widths = {len(value) for value in cells.strings}
    return cells.distinct_share > _ID_SHARE or (len(widths) == 1 and min(widths) >= _CODE_DIGITS)


def _of_strings(cells: Cells, *, identifies: bool) -> Sdtype:
    share = cells.distinct_share
    is_long = cells.mean_words >= TEXT_WORDS or cells.mean_characters >= _TEXT_CHARACTERS
    if is_long and share > _TEXT_DISTINCT_SHARE and cells.mean_words > 1.5:
        return Sdtype.TEXT
    is_many = len(cells.tally) > FEWEST_DISTINCT
    # A code that records share is a class, one that each has alone is none; an area is an area.
    words = label_words(cells.label)
    is_shared_code = bool(words & POST_WORDS or (words & CODE_WORDS and not cells.differ))
    named = names_identifier(cells.label)
    if identifies or (is_many and (named or (share > _ID_SHARE and not is_shared_code))):
        return Sdtype.ID
    return Sdtype.CATEGORICAL


def facts_of(cells: Cells, sdtype: Sdtype, *, are_dates: bool) -> dict[str, Any]:
    """What else a profile tells of identifiers and classes: see `ColumnProfile`. Texts that are dates are no codes."""
    if pd.api.types.is_numeric_dtype(cells.series.dtype):
        return {"is_measurable": sdtype is Sdtype.ID and cells.is_whole and cells.differ}
    if sdtype is Sdtype.CATEGORICAL:
        means = meaning_of(cells.strings)
        said = {"meaning": means.words, "meaning_role": str(means.role)} if means else {}
        return {"untidy": untidy_cells(cells.counted_texts), **said}
    form = form_of_codes(cells.strings)
    return {"has_form": bool(form and form.is_code and not are_dates)}
