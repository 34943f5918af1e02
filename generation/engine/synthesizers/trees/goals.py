"""A column's codes as points, those that go together side by side: what splits try to part, and what they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from generation.engine.synthesizers.columns.cells import Cells, Codes

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.float32]

# With more codes than this, points of a few axes stand for them, or each would be too scarce in any group.
MOST_ONE_HOT = 32
AXES = 6
SMALLEST_SHRINKAGE, LARGEST_SHRINKAGE = 1.0, 1e6


@dataclass(frozen=True, slots=True)
class Goals:
    """`points` (codes x axes) are parted by squared error, for one-hot points that is Gini impurity.

    `order` lists the codes so that neighbours are alike and may be told together; None where none is like another.
    """

    points: Points
    order: Codes | None

    @property
    def places(self) -> Codes:
        """Where each code stands in the order."""
        places = np.arange(len(self.points), dtype=np.int32)
        return places if self.order is None else np.argsort(self.order).astype(np.int32)


def goals_of(cells: list[Cells], codes: Mapping[int, Codes]) -> list[Goals]:
    """The points of every column: ranks of numbers, one-hot categories; many categories by their means elsewhere."""
    plain = [_plain(each, codes[place]) for place, each in enumerate(cells)]
    known = {place: goals for place, goals in enumerate(plain) if goals}
    return [goals or _profiles(codes[place], cells[place].count, codes, known) for place, goals in enumerate(plain)]


def _plain(cells: Cells, codes: Codes) -> Goals | None:
    if cells.knots is not None:
        score = number_scale(codes, cells)
        is_missing = np.arange(cells.count) >= len(cells.knots)
        points = np.column_stack([score, 2.0 * is_missing]) if is_missing.any() else score[:, None]
        return Goals(points.astype(np.float32), np.arange(cells.count, dtype=np.int32))
    return Goals(np.eye(cells.count, dtype=np.float32), None) if cells.count <= MOST_ONE_HOT else None


def _profiles(own: Codes, count: int, codes: Mapping[int, Codes], known: Mapping[int, Goals]) -> Goals:
    """Categories by the means of the other columns' points, on the axes on which they differ most."""
    means = [shrunk_means(own, count, goals.points[codes[place]]) for place, goals in known.items()]
    if not means:
        return Goals(np.zeros((count, 1), dtype=np.float32), np.arange(count, dtype=np.int32))
    profile = np.concatenate(means, axis=1)
    weights = np.bincount(own, minlength=count) / len(own)
    points = profile @ principal_axes(profile, weights)[:, :AXES]
    return Goals(points.astype(np.float32), _side_by_side(points, np.arange(count)).astype(np.int32))


def number_scale(codes: Codes, cells: Cells) -> Points:
    """The normal score of the middle rank of each cell; 0, the middle, for missing."""
    assert cells.knots is not None  # noqa: S101  a caller's mistake, not an input's
    shares = np.bincount(codes, minlength=cells.count)[: len(cells.knots)]
    shares = shares / max(shares.sum(), 1)
    scale = np.zeros(cells.count, dtype=np.float32)
    scale[: len(shares)] = ndtri(np.clip(np.cumsum(shares) - shares / 2, 1e-6, 1 - 1e-6))
    return scale


def shrunk_means(codes: Codes, count: int, points: npt.NDArray[np.floating]) -> Floats:
    """The mean point (count x axes) of the records of each code less that of all, drawn to 0 where records are few.

    By how much is estimated (the normal means model of Efron and Morris 1975): as many records are added as would
    spread the means by chance as far as the codes' own means lie apart.
    """
    held, sums = _sums(codes, count, points)
    within, between = _spreads(held, sums, points)
    shrinkage = np.clip(within / np.maximum(between, within / LARGEST_SHRINKAGE), SMALLEST_SHRINKAGE, LARGEST_SHRINKAGE)
    return np.asarray(sums / (held[:, None] + shrinkage))


def explained(codes: Codes, count: int, points: npt.NDArray[np.floating]) -> float:
    """The spread between the codes' mean points, less what chance gives, over all axes."""
    held, sums = _sums(codes, count, points)
    return float(_spreads(held, sums, points)[1].sum())


def _sums(codes: Codes, count: int, points: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Records and sum of centred points per code."""
    held = np.bincount(codes, minlength=count).astype(np.float64)
    centre = points.mean(axis=0, dtype=np.float64)
    sums = np.column_stack([np.bincount(codes, weights=axis, minlength=count) for axis in points.T])
    return held, sums - held[:, None] * centre


def _spreads(held: Floats, sums: Floats, points: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Variance within codes, and between them (below 0 where chance would give more), per axis."""
    rows, present = held.sum(), int((held > 0).sum())
    parted = (sums**2 / np.maximum(held, 1)[:, None]).sum(axis=0)
    whole = points.var(axis=0, dtype=np.float64) * rows
    within = np.maximum(whole - parted, 1e-12) / max(rows - present, 1)
    between = (parted - (present - 1) * within) / max(rows - (held**2).sum() / rows, 1e-12)
    return within, between


def principal_axes(points: Floats, weights: Floats) -> Floats:
    """Axes (columns) on which weighted points (rows) spread most, the widest first; each with its largest part up."""
    _, vectors = np.linalg.eigh((points * weights[:, None]).T @ points)
    vectors = vectors[:, ::-1]
    largest = np.abs(np.round(vectors, 9)).argmax(axis=0)
    return np.asarray(vectors * np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1, 1))


def _side_by_side(points: Floats, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The chosen codes halved along their widest axis until one is left (a k-d tree; Bentley 1975)."""
    if len(chosen) < 2:
        return chosen
    axis = np.ptp(points[chosen], axis=0).argmax()
    ordered = chosen[np.argsort(points[chosen, axis], kind="stable")]
    half = len(ordered) // 2
    return np.concatenate([_side_by_side(points, ordered[:half]), _side_by_side(points, ordered[half:])])
