"""An encoded table laid out as columns that SDV can learn: numbers without gaps, gaps and categories as codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generation.engine.synthesizers.columns.encoding import Encoded, Encoding, NumberColumn


@dataclass(frozen=True, slots=True)
class Layout:
    """Which learned column is what: numbers as n0, n1, ..., categories as k0, ..., "is missing" as m0, ....

    `shares` are the shares of the codes of each categorical column, for those that learn codes as numbers.
    """

    numbers: dict[str, str]
    codes: dict[str, str]
    gaps: dict[str, str]
    shares: dict[str, tuple[float, ...]]

    @property
    def discrete(self) -> set[str]:
        """The learned columns that hold codes."""
        return {*self.codes, *self.gaps}

    def encoded(self, sampled: pd.DataFrame) -> Encoded:
        """Back from learned columns to the encoding's numbers and codes."""
        numbers = {source: sampled[plain].to_numpy(np.float64, copy=True) for plain, source in self.numbers.items()}
        for plain, source in self.gaps.items():
            values = numbers.setdefault(source, np.zeros(len(sampled)))
            values[sampled[plain].to_numpy() > 0] = np.nan
        return Encoded(numbers, {source: sampled[plain].to_numpy(np.int32) for plain, source in self.codes.items()})


def lay_out(encoding: Encoding, encoded: Encoded, rng: np.random.Generator) -> tuple[Layout, pd.DataFrame]:
    """The learned table. A gap in a number is filled with a draw from the column, and told in its own column."""
    limits = {column.name: column for column in encoding.columns if isinstance(column, NumberColumn)}
    numbers: dict[str, str] = {}
    gaps: dict[str, str] = {}
    frame: dict[str, np.ndarray] = {}
    for position, (name, values) in enumerate(encoded.numbers.items()):
        missing = np.isnan(values)
        if missing.any():
            gaps[f"m{position}"] = name
            frame[f"m{position}"] = missing.astype(np.int32)
        if limits[name].low < limits[name].high:
            numbers[f"n{position}"] = name
            frame[f"n{position}"] = _filled(values, missing, rng)
    codes = {f"k{position}": name for position, name in enumerate(encoded.codes)}
    frame |= {plain: encoded.codes[name] for plain, name in codes.items()}
    shares = {plain: _shares(frame[plain]) for plain in (*codes, *gaps)}
    return Layout(numbers, codes, gaps, shares), pd.DataFrame(frame)


def _filled(values: np.ndarray, missing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    filled = values.copy()
    filled[missing] = rng.choice(values[~missing], size=int(missing.sum()))
    return filled


def _shares(codes: np.ndarray) -> tuple[float, ...]:
    return tuple(np.bincount(codes) / len(codes))


def as_uniform(frame: pd.DataFrame, layout: Layout, rng: np.random.Generator) -> pd.DataFrame:
    """Codes as uniform numbers: code i becomes a draw from its own stretch of [0, 1], as wide as its share."""
    spread = {}
    for plain, shares in layout.shares.items():
        edges = np.concatenate([[0.0], np.cumsum(shares)])
        codes = frame[plain].to_numpy()
        spread[plain] = edges[codes] + rng.random(len(codes)) * np.asarray(shares)[codes]
    return frame.assign(**spread)


def from_uniform(sampled: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The codes again: in whose stretch does the number lie."""
    codes = {}
    for plain, shares in layout.shares.items():
        inner = np.cumsum(shares)[:-1]
        codes[plain] = np.searchsorted(inner, sampled[plain].to_numpy(), side="right")
    return sampled.assign(**codes)
