"""Records that stand in both files: equal in every column that both have, or in all of them but one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.scan.against.gathered import ORDINARY, Digests, Gathered

LEAST_COLUMNS, LEAST_COLUMNS_NEAR = 2, 4

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Repeated:
    """By row of the file looked at: whether its record stands in the source, exactly or but for one column."""

    n: int
    columns: int
    exact: Flags
    near: Flags


def shared_columns(one: Gathered, other: Gathered) -> list[str]:
    """Labels that both have, in any order and case."""
    return [label for label in one.columns if label in other.columns]


def repeated_records(target: Gathered, source: Gathered) -> Repeated | None:
    """Which records of `target` are those of `source`; None where they have fewer than two columns in common.

    A record that ORDINARY or more records of the source share is nobody's own, and not counted.
    """
    labels = shared_columns(target, source)
    if len(labels) < LEAST_COLUMNS:
        return None
    mine, theirs = target.records(labels), source.records(labels)
    said = (mine != 0).sum(axis=1) >= LEAST_COLUMNS
    weights = np.random.default_rng(0).integers(1, 2**62, len(labels), dtype=np.int64) | 1
    with np.errstate(over="ignore"):
        # Sums that wrap around: taking one column out again is a subtraction.
        sums = [(table * weights).sum(axis=1) for table in (mine, theirs)]
        exact = said & _is_own(sums[0], sums[1][(theirs != 0).any(axis=1)])
        near = np.zeros_like(exact)
        for at in range(len(labels) if len(labels) >= LEAST_COLUMNS_NEAR else 0):
            rest = [total - table[:, at] * weights[at] for total, table in zip(sums, (mine, theirs), strict=True)]
            near |= said & ~exact & _is_own(rest[0], rest[1][(theirs != 0).any(axis=1)])
    return Repeated(int(said.sum()), len(labels), exact, near)


def _is_own(mine: Digests, theirs: Digests) -> Flags:
    """Whether each digest is one of theirs, and not of so many that it says nothing."""
    known, counts = np.unique(theirs, return_counts=True)
    return np.isin(mine, known[counts < ORDINARY])
