"""Two versions of a table beside each other, by their profiles alone. Standard library only.

No value is looked at: that values moved is concluded from counts in bins, and only as far as the counts prove it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import sqrt

from generation.engine.profiling.profile import ColumnProfile, Spread, TableProfile

# Kolmogorov's limit at 1 %: two samples of one distribution differ by more once in a hundred (Smirnov 1948).
_KOLMOGOROV = 1.628
# Of less than a hundredth of the values nobody asks why they moved, however sure it is in a large table.
LEAST = 0.01


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column in both versions; `before` or `after` is None where it is missing there.

    `moved` is a share of the values (0..1) that provably lies elsewhere now, 0 where that may be chance; `missing` how
    much the share of missing values grew (-1..1), 0 likewise; `found` and `lost` are entities; `is_retyped`: the values
    are read as something else.
    """

    label: str
    before: ColumnProfile | None
    after: ColumnProfile | None
    moved: float = 0.0
    missing: float = 0.0
    found: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    is_retyped: bool = False

    @property
    def is_same(self) -> bool:
        """Whether nothing is told of it."""
        is_kept = self.before is not None and self.after is not None
        return is_kept and not (self.moved or self.missing or self.found or self.lost or self.is_retyped)


def table_changes(before: TableProfile, after: TableProfile) -> tuple[ColumnChange, ...]:
    """Every column of both, those of `after` in their order, then what is gone. Columns are the same by their label."""
    earlier = {column.label: column for column in before.columns}
    rows = (before.rows, after.rows)
    found = [_change(earlier.pop(column.label, None), column, rows) for column in after.columns]
    return (*found, *(ColumnChange(column.label, column, None) for column in earlier.values()))


def _change(before: ColumnProfile | None, after: ColumnProfile, rows: tuple[int, int]) -> ColumnChange:
    if before is None:
        return ColumnChange(after.label, None, after, found=tuple(sorted(_entities(after))))
    is_retyped = before.sdtype is not after.sdtype
    was, now = _entities(before), _entities(after)
    grown = (after.missing / rows[1] if rows[1] else 0.0) - (before.missing / rows[0] if rows[0] else 0.0)
    return ColumnChange(
        after.label,
        before,
        after,
        moved=0.0 if is_retyped else moved_share(before.spread, after.spread),
        missing=grown if abs(grown) > _chance(*rows) else 0.0,
        found=tuple(sorted(now - was)),
        lost=tuple(sorted(was - now)),
        is_retyped=is_retyped,
    )


def _entities(column: ColumnProfile) -> set[str]:
    return {finding.entity for finding in column.findings}


def _chance(n: int, m: int) -> float:
    """How far two samples of one distribution are apart by chance."""
    return max(LEAST, _KOLMOGOROV * sqrt((n + m) / (n * m))) if n and m else 1.0


def moved_share(before: Spread, after: Spread) -> float:
    """The least share of the values (0..1) that lies elsewhere in `after`: how far both cumulative shares are apart at
    some value for certain, whatever the values inside the bins are; 0 within chance.

    Categories have no names here: their shares by rank are compared, which can be too small, never too large.
    """
    n, m = sum(before.counts) + before.folded, sum(after.counts) + after.folded
    if before.kind != after.kind or not before.counts or not after.counts:
        return 0.0
    if before.kind == "histogram":
        one, other = _Steps.of(before), _Steps.of(after)
        apart = max(one.apart(other, at) for at in (*one.edges, *other.edges))
    else:
        shares = (_by_rank(before, n), _by_rank(after, m))
        apart = max(abs(a - b) for a, b in zip(*_even(*shares), strict=True))
    return apart if apart > _chance(n, m) else 0.0


def _by_rank(spread: Spread, total: int) -> list[float]:
    return [count / total for count in accumulate(spread.counts)]


def _even(one: list[float], other: list[float]) -> tuple[list[float], list[float]]:
    """Ranks that both show."""
    length = min(len(one), len(other))
    return one[:length], other[:length]


@dataclass(frozen=True, slots=True)
class _Steps:
    """Cumulative shares at the inner edges. What lies beyond the outer ones is counted in the outermost bins."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, spread: Spread) -> _Steps:
        total = sum(spread.counts)
        return cls(_numbers(spread.edges)[1:-1], tuple(count / total for count in accumulate(spread.counts))[:-1])

    def between(self, at: float) -> tuple[float, float]:
        """The least and the most that the share of values below `at` can be."""
        low, high = bisect_right(self.edges, at) - 1, bisect_left(self.edges, at)
        return self.shares[low] if low >= 0 else 0.0, self.shares[high] if high < len(self.edges) else 1.0

    def apart(self, other: _Steps, at: float) -> float:
        (low, high), (least, most) = self.between(at), other.between(at)
        return max(low - most, least - high, 0.0)


def _numbers(edges: Sequence[float | str]) -> tuple[float, ...]:
    return tuple(float(date.fromisoformat(edge).toordinal()) if isinstance(edge, str) else edge for edge in edges)
