"""How specific a table is: what stands in it once, how much its values tell apart, how alike records' secrets are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, slots=True)
class Specificity:
    """`entropy` of a column in bits, missing counted as a value; `unique_share` of records (0..1) whose value nobody
    else has.
    """

    entropy: float
    unique_share: float


NOTHING = Specificity(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Diversity:
    """Of the least varied group: `distinct` sensitive values, and `effective` ones, 2 to the power of their entropy.

    Distinct and entropy l-diversity (Machanavajjhala et al. 2007). `column` is the name of the sensitive column.
    """

    column: str
    distinct: int
    effective: float


def specificity_of(column: pd.Series[Any]) -> Specificity:
    """How specific one column is; nothing of an empty one."""
    if not len(column):
        return NOTHING
    counts = np.unique(pd.factorize(column, use_na_sentinel=False)[0], return_counts=True)[1]
    alone = pd.factorize(column)[0]
    singles = np.bincount(alone[alone >= 0]) == 1
    return Specificity(_bits(counts), float(singles.sum() / len(column)))


def diversity_of(table: pd.DataFrame, quasi: Sequence[str], sensitive: Sequence[str]) -> tuple[Diversity, ...]:
    """For each sensitive column its least varied group over the columns `quasi`; missing counts as a value."""
    if not len(table):
        return ()
    groups = groups_of(table, quasi)
    return tuple(_diversity(groups, table[name], name) for name in sensitive)


def groups_of(table: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each record the number of its group: records alike in all these columns, missing counted as a value."""
    groups = np.zeros(len(table), dtype=np.int64)
    for name in names:
        codes, distinct = pd.factorize(table[name], use_na_sentinel=False)
        groups = np.unique(groups * max(1, len(distinct)) + codes, return_inverse=True)[1]
    return groups


def _diversity(groups: npt.NDArray[np.int64], secret: pd.Series[Any], name: str) -> Diversity:
    codes, distinct = pd.factorize(secret, use_na_sentinel=False)
    pairs, counts = np.unique(groups * max(1, len(distinct)) + codes, return_counts=True)
    of_group = pairs // max(1, len(distinct))
    sizes = np.bincount(groups)[of_group]
    shares = counts / sizes
    varied = np.bincount(of_group)
    entropy = np.bincount(of_group, weights=-shares * np.log2(shares))
    return Diversity(name, int(varied[varied > 0].min()), float(2 ** entropy[varied > 0].min()))


def _bits(counts: npt.NDArray[np.int64]) -> float:
    shares = counts / counts.sum()
    return float(max(0.0, -(shares * np.log2(shares)).sum())) if len(counts) > 1 else 0.0
