"""What a column has to do with the purpose: what it says about the target, and which other column says the same.

Mutual information between binned columns, as a share of the entropy of what is to be known (Theil's uncertainty
coefficient, 1970), less what chance alone gives (Miller 1955). Chance reaches (r - 1)(c - 1) / 2n nats on average, and
2n times it follows a chi-squared distribution of (r - 1)(c - 1) degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from generation.engine.schema import Sdtype

MOST_ROWS = 20_000
_MOST_ROWS_OF_PAIRS = 4_000
_MOST_LEVELS = 10
_FEWEST_LEVELS, _MOST_LEVELS_OF_PAIRS, _MOST_CELLS = 6, 24, 3_000
_SURE = 0.95
# From this share on one column says what another does.
SAME = 0.98
_CODED = {Sdtype.NUMERICAL, Sdtype.CATEGORICAL, Sdtype.BOOLEAN, Sdtype.DATETIME}

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Information:
    """Of what there is to know about the target, the `share` (0..1) a column says, less chance; `by_chance` is what a
    column that says nothing stays under in 95 of 100 cases, as a share too. `n` records were looked at.
    """

    share: float
    by_chance: float
    n: int

    @property
    def is_chance(self) -> bool:
        """Whether it says no more than a column would that has nothing to do with the target."""
        return self.share <= self.by_chance


@dataclass(frozen=True, slots=True)
class Follows:
    """A column that follows from another one: `share` of what it says (0..1) is said there, in `n` records."""

    other: str
    share: float
    n: int


def information(
    table: pd.DataFrame, target: str, sdtypes: Mapping[str, Sdtype], seed: int = 0
) -> dict[str, Information]:
    """What each coded column of the table says about the target; nothing of a target that never varies."""
    some = _some(table, MOST_ROWS, seed)
    of_target = _codes(some[target], sdtypes[target], _MOST_LEVELS)
    names = [name for name in some.columns if sdtypes[name] in _CODED and name != target]
    return {
        name: found
        for name in names
        if (found := _information(_codes(some[name], sdtypes[name], _MOST_LEVELS), of_target)) is not None
    }


def _information(column: Codes, target: Codes) -> Information | None:
    counts = np.zeros((column.max(initial=0) + 1, target.max(initial=0) + 1))
    np.add.at(counts, (column, target), 1)
    n, entropy = len(column), _entropy(counts.sum(axis=0))
    if not entropy:
        return None
    freedom = max(0, (int((counts.sum(axis=1) > 0).sum()) - 1) * (int((counts.sum(axis=0) > 0).sum()) - 1))
    said = _entropy(counts.sum(axis=1)) + entropy - _entropy(counts.ravel())
    bias = freedom / (2 * n)
    chance = float(chi2.ppf(_SURE, freedom)) / (2 * n) - bias if freedom else 0.0
    return Information(max(0.0, (said - bias) / entropy), max(0.0, chance / entropy), n)


def followers(table: pd.DataFrame, sdtypes: Mapping[str, Sdtype], seed: int = 0) -> dict[str, Follows]:
    """Columns that follow nearly wholly from an earlier one, or from a later one that does not follow from them."""
    some = _some(table, _MOST_ROWS_OF_PAIRS, seed)
    names = [name for name in some.columns if sdtypes[name] in _CODED]
    levels = max(_FEWEST_LEVELS, min(_MOST_LEVELS_OF_PAIRS, _MOST_CELLS // max(1, len(names))))
    said = _said_in_pairs([_codes(some[name], sdtypes[name], levels) for name in names], len(some))
    found: dict[str, Follows] = {}
    for at, name in enumerate(names):
        shares = said[at].copy()
        # Of two that say the same of each other the later one goes, so that one of them stays.
        shares[at:] = np.where(said[at:, at] < SAME, shares[at:], 0.0)
        shares[at] = 0.0
        best = int(shares.argmax()) if len(shares) else 0
        if len(shares) and shares[best] >= SAME and names[best] not in found:
            found[name] = Follows(names[best], float(min(1.0, shares[best])), len(some))
    return found


def _said_in_pairs(columns: Sequence[Codes], n: int) -> npt.NDArray[np.float64]:
    """The share of each column's entropy (row) that another one (column) says, less chance: all in one product."""
    if not columns or not n:
        return np.zeros((len(columns), len(columns)))
    sizes = [int(codes.max(initial=0)) + 1 for codes in columns]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    hot = np.zeros((n, starts[-1]), dtype=np.float32)
    for codes, start in zip(columns, starts, strict=False):
        hot[np.arange(n), start + codes] = 1.0
    counts = (hot.T @ hot).astype(np.float64)
    terms = np.where(counts > 0, -counts / n * np.log(np.maximum(counts, 1.0) / n), 0.0)
    joint = np.add.reduceat(np.add.reduceat(terms, starts[:-1], axis=0), starts[:-1], axis=1)
    alone = np.diag(joint)
    freedom = np.outer(np.array(sizes) - 1, np.array(sizes) - 1)
    said = alone[:, None] + alone[None, :] - joint - freedom / (2 * n)
    shares: npt.NDArray[np.float64] = np.zeros_like(said)
    np.divide(said, alone[:, None], out=shares, where=alone[:, None] > 0)
    return shares


def _some(table: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    return table if len(table) <= most else table.sample(most, random_state=seed)


def _codes(column: pd.Series[Any], sdtype: Sdtype, most: int) -> Codes:
    """At most so many levels and one for missing: equal parts of numbers and dates, or the commonest values and the
    rest.
    """
    is_scale = sdtype in {Sdtype.NUMERICAL, Sdtype.DATETIME} and not pd.api.types.is_object_dtype(column.dtype)
    if is_scale and column.nunique() > most:
        ranks = column.rank(method="average", pct=True).to_numpy(dtype=np.float64, na_value=np.nan)
        levels = np.where(np.isnan(ranks), most, np.floor(np.nan_to_num(ranks) * most * (1 - 1e-9)))
        return np.unique(levels, return_inverse=True)[1].astype(np.int64)
    codes = pd.factorize(column)[0]
    order = np.argsort(-np.bincount(codes[codes >= 0]), kind="stable") if (codes >= 0).any() else np.zeros(0, int)
    place = np.full(len(order) + 1, most - 1)
    place[order[: most - 1]] = np.arange(min(most - 1, len(order)))
    place[-1] = most  # missing
    return np.unique(place[codes], return_inverse=True)[1].astype(np.int64)


def _entropy(counts: npt.NDArray[np.float64]) -> float:
    """In nats."""
    shares = counts[counts > 0] / counts.sum()
    return float(max(0.0, -(shares * np.log(shares)).sum()))
