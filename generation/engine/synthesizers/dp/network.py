"""Which columns are linked, chosen privately, and how likely each value is given those it is linked to.

The target, if there is one, is linked to every column; besides, the other columns are joined into a tree, each link
within each class of the target (Friedman, Geiger and Goldszmidt 1997, Bayesian network classifiers). Links are chosen
as in McKenna, Miklau and Sheldon 2021 (Winning the NIST contest): the strongest that is left, again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.dp.domain import Found
from generation.engine.synthesizers.dp.mechanism import Counts, Floats, Mechanism
from generation.engine.synthesizers.dp.numbers import Codes

# The mean of the absolute value of a standard normal number.
MEAN_ABSOLUTE = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True, slots=True)
class Class:
    """The target's codes (one code for all when there is no target) and the share of each."""

    codes: Codes
    share: Floats


def table_of(found: Sequence[Found], goal: Class) -> Counts:
    """True counts over the codes of the given columns and, last, the target; records without a code not counted."""
    shape = (*(len(each.counts) for each in found), len(goal.share))
    columns = [*(each.codes for each in found), goal.codes]
    known = np.logical_and.reduce([codes >= 0 for codes in columns])
    flat = np.ravel_multi_index(tuple(codes[known] for codes in columns), shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)


def measured(found: Sequence[Found], goal: Class, rho: float, mechanism: Mechanism) -> tuple[Floats, float]:
    """The same with noise, and its standard deviation."""
    true = table_of(found, goal)
    noisy = mechanism.counts(true.ravel(), rho)
    return noisy.values.reshape(true.shape), noisy.sigma


def onto_total(counts: Floats, total: Floats) -> Floats:
    """The nearest counts >= 0 (Euclidean) whose first axis adds up to `total` (> 0), by columns.

    Subtracting the same from all and cutting at zero, as in Duchi et al. 2008, Efficient projections onto the l1-ball.
    """
    ordered = -np.sort(-counts, axis=0)
    places = np.arange(1, len(counts) + 1).reshape(-1, *[1] * (counts.ndim - 1))
    excess = (np.cumsum(ordered, axis=0) - total) / places
    last = np.maximum((ordered > excess).sum(axis=0) - 1, 0)
    return np.asarray(np.maximum(counts - np.take_along_axis(excess, last[None], axis=0), 0))


def shrunk(counts: Floats, expected: Floats, sigma: float) -> Floats:
    """Noisy counts pulled towards the expected ones, the more the less they differ beyond noise (James-Stein)."""
    apart = counts - expected
    energy = (apart**2).sum(axis=0)
    noise = len(counts) * sigma**2
    return np.asarray(expected + apart * np.maximum(0, 1 - noise / np.maximum(energy, 1e-9)))


def given_class(found: Found, noisy: Floats, sigma: float, size: Floats) -> Floats:
    """Counts of a column's codes by class: consistent with `size`, the counts of the classes."""
    expected = (found.counts / max(found.counts.sum(), 1e-9))[:, None] * size
    return onto_total(shrunk(noisy, expected, sigma), size)


def strength(pair: tuple[Found, Found], goal: Class, by_class: tuple[Floats, Floats], sigma: float) -> int:
    """How far two columns are from independent within the classes: a whole number; one record moves it by 1.

    The count of misplaced records (L1) less what noise of `sigma` and chance would give; that part is public.
    """
    first, second = by_class
    size = np.maximum(first.sum(axis=0), 1e-9)
    expected = np.rint(first[:, None, :] * second[None, :, :] / size)
    chance = np.minimum(np.sqrt(expected), 2 * expected).sum()
    public = int(MEAN_ABSOLUTE * (chance + sigma * expected.size))
    return int(np.abs(table_of(pair, goal) - expected.astype(np.int64)).sum()) - public


def chosen_tree(
    columns: int, score: Callable[[int, int], int], rho: float, mechanism: Mechanism
) -> list[tuple[int, int]]:
    """columns - 1 links that join all columns: in each round about the strongest that joins two parts."""
    part = list(range(columns))
    scores = {pair: score(*pair) for pair in combinations(range(columns), 2)}
    links = []
    for _ in range(columns - 1):
        open_pairs = [pair for pair in scores if part[pair[0]] != part[pair[1]]]
        place = mechanism.best(np.array([scores[pair] for pair in open_pairs]), rho / (columns - 1))
        first, second = open_pairs[place]
        links.append((first, second))
        part = [part[first] if each == part[second] else each for each in part]
    return links


def from_root(columns: int, links: Sequence[tuple[int, int]]) -> list[tuple[int, int | None]]:
    """Each column with its parent, parents first; the root is the column with most links."""
    near: dict[int, list[int]] = {column: [] for column in range(columns)}
    for first, second in links:
        near[first].append(second)
        near[second].append(first)
    root = max(near, key=lambda column: (len(near[column]), -column))
    ordered: list[tuple[int, int | None]] = [(root, None)]
    for column, parent in ordered:
        ordered += [(other, column) for other in near[column] if other != parent]
    return ordered


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cumulative shares of a column's codes (first axis) given the codes of its parent and the class."""

    cumulative: npt.NDArray[np.float32]

    def codes(self, given: tuple[Codes, ...], rng: np.random.Generator) -> Codes:
        """A code for each record, given the codes of parent and class."""
        uniform = rng.random(len(given[-1]), dtype=np.float32)
        codes = np.zeros(len(uniform), dtype=np.int32)
        for shares in self.cumulative[:-1]:
            codes += uniform >= shares[given]
        return codes


def drawn_by(counts: Floats) -> Drawn:
    """Codes drawn as often as counted; evenly where nothing is counted."""
    total = counts.sum(axis=0)
    shares = np.where(total > 0, counts / np.where(total > 0, total, 1), 1 / len(counts))
    return Drawn(np.cumsum(shares, axis=0).astype(np.float32))
