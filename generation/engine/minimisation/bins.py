"""What a plan made coarse stays so: a model's numbers become the middles of their bins again and its dates first days,
and where the plan says so numbers are drawn within their bins, so that they look like the source's again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from generation.engine.minimisation.limits import nearest, period_starts
from generation.engine.synthesizers.protocol import Synthesizer
from generation.engine.tables.spellings.spelling import Spelling

_MOST_STEPS = 2**53


class Coarse:
    """A model whose records are as coarse as those it was fitted on: models know numbers, not bins.

    They are before anything else is asked of them, so that rules and counts hold for what is written.
    """

    def __init__(self, model: Synthesizer, spellings: Mapping[str, Spelling]) -> None:
        self._model = model
        self._spellings = {name: one for name, one in spellings.items() if one.step or one.period}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """The model's records, coarse."""
        frame = self._model.sample(rows, seed, first_row=first_row)
        for name in self._spellings.keys() & set(frame.columns):
            frame[name] = coarse(frame[name], self._spellings[name])
        return frame


def coarse(values: pd.Series[Any], spelling: Spelling) -> pd.Series[Any]:
    """Numbers as the middles of their bins (or rounded, where there is no middle), dates as the first days of their
    periods; all else as it is.
    """
    if spelling.period and pd.api.types.is_datetime64_any_dtype(values.dtype):
        starts = period_starts(values.to_numpy(dtype="datetime64[ns]"), spelling.period)
        return pd.Series(starts, index=values.index, name=values.name)
    if not spelling.step or not pd.api.types.is_numeric_dtype(values.dtype):
        return values
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    bins = np.floor(numbers / spelling.step) if spelling.middle else nearest(numbers, spelling.step)
    middles = bins * spelling.step + spelling.middle
    made = pd.Series(middles, index=values.index, name=values.name)
    return made.astype(values.dtype) if pd.api.types.is_integer_dtype(values.dtype) else made


def within_bins(values: pd.Series[Any], spelling: Spelling, seed: int) -> pd.Series[Any]:
    """Each number drawn evenly from its bin of width `spelling.step`, with the source's places; missing stays missing.

    The draw follows from `seed` and the place alone, and its bin is the value's: no record of the source goes in.
    """
    numbers = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    low = np.floor(numbers / spelling.step) * spelling.step
    places = 0 if spelling.type.startswith(("int", "uint")) else spelling.decimals
    steps = _MOST_STEPS if places is None else max(1, round(spelling.step * 10**places))
    drawn = np.random.default_rng(seed).integers(0, steps, len(numbers)) * (spelling.step / steps)
    made = pd.Series(low + drawn, index=values.index, name=values.name)
    made = made if places is None else made.round(places)
    return made.astype(values.dtype) if pd.api.types.is_integer_dtype(values.dtype) and not places else made
