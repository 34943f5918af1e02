"""Which records are audited, which of them are in which fit, and what the attacker counts: all by the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.evaluation.calibration.planted_leaks import most_isolated
from generation.engine.schema import ColumnRole, Schema, Sdtype

# Targets of each sort: enough for an interval over people, few enough that a fit still sees most of the records.
TARGETS = 50
LARGEST_SHARE = 0.05
LEAST_RECORDS = 100
QUERIES = 128
MOST_COLUMNS = 4
# A subset of columns may come up again: after so many draws for each query there are no more to be found.
DRAWS = 20
_SAMPLE, _QUERIES, _SIDES, _SHAMS = 0, 1, 2, 5

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class AuditPlan:
    """`table` holds the audited records, `targets` the rows of it that are attacked, the `isolated` most isolated ones
    first and as many random ones after them; `positions` are their labels in the index of the training table. `queries`
    are subsets of the columns `compared`.
    """

    table: pd.DataFrame
    schema: Schema
    targets: Rows
    isolated: int
    positions: Rows
    compared: Schema
    queries: tuple[tuple[int, ...], ...]
    seed: int

    def members(self, fit: int) -> Flags:
        """Which targets this fit sees: a random half. Fits come in pairs, and the other one of a pair sees the rest, so
        that each target is in exactly half of them."""
        chosen = np.random.default_rng([self.seed, _SIDES, fit // 2]).permutation(len(self.targets))
        half: Flags = chosen < len(self.targets) // 2
        return ~half if fit % 2 else half

    def shams(self, fits: int, count: int) -> Flags:
        """Memberships drawn by the same rule that no fit followed (fits x targets x count)."""
        rng = np.random.default_rng([self.seed, _SHAMS])
        places = np.tile(np.arange(len(self.targets)), (count, fits // 2, 1))
        half = rng.permuted(places, axis=2) < len(self.targets) // 2
        both: Flags = np.stack([half, ~half], axis=2).reshape(count, fits, -1).transpose(1, 2, 0)
        return both

    def training(self, fit: int) -> pd.DataFrame:
        """The records that this fit sees, in the order of the table."""
        kept = np.ones(len(self.table), dtype=bool)
        kept[self.targets[~self.members(fit)]] = False
        return self.table[kept].reset_index(drop=True)


def plan_audit(training: pd.DataFrame, schema: Schema, *, records: int, seed: int) -> AuditPlan:
    """A plan for at most `records` random records of a table with the columns of the schema.

    Raises FitError when there are too few records or nothing to compare.
    """
    compared = tuple(spec for spec in schema if _can_be_compared(spec.sdtype, spec.role))
    if min(records, len(training)) < LEAST_RECORDS or not compared:
        raise FitError("no_audit", f"An audit needs at least {LEAST_RECORDS} records and a column to compare them by.")
    rng = np.random.default_rng([seed, _SAMPLE])
    chosen = rng.permutation(len(training))[:records]
    table = training.iloc[chosen].reset_index(drop=True)
    count = min(TARGETS, int(LARGEST_SHARE * len(table)))
    ranked = most_isolated(table, table, compared)
    targets = np.concatenate([ranked[:count], rng.permutation(ranked[count:])[:count]])
    positions = training.index.to_numpy()[chosen[targets]]
    return AuditPlan(table, schema, targets, count, positions, compared, _queries(len(compared), seed), seed)


def _can_be_compared(sdtype: Sdtype, role: ColumnRole) -> bool:
    return sdtype not in (Sdtype.ID, Sdtype.TEXT) and role is not ColumnRole.DIRECT


def _queries(width: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Different subsets of 1 to 4 columns, as many of each size as there are and are wanted."""
    rng = np.random.default_rng([seed, _QUERIES])
    found: dict[tuple[int, ...], None] = {}
    for draw in range(DRAWS * QUERIES):
        size = min(1 + draw % MOST_COLUMNS, width)
        found.setdefault(tuple(sorted(int(one) for one in rng.choice(width, size, replace=False))))
        if len(found) == QUERIES:
            break
    return tuple(found)
