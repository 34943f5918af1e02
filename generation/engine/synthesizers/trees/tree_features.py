"""The columns drawn so far as features for the next one: put on scales on which they tell most about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from generation.engine.synthesizers.columns.cells import Cells, Codes
from generation.engine.synthesizers.trees.grown_tree import Features

Floats = npt.NDArray[np.float64]

MOST_DIRECTIONS = 3
# Added to the diagonal, relative to the records: keeps columns that repeat each other from cancelling out.
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """`scales[i]` gives the feature value of each code of column `earlier[i]`.

    `directions` (earlier x up to three) are linear predictions of the next column, added as features: trees follow a
    slope only in steps, so a straight relation of many columns is handed to them in one.
    """

    earlier: tuple[int, ...]
    scales: tuple[npt.NDArray[np.float32], ...]
    directions: npt.NDArray[np.float32]

    def features(self, codes: Mapping[int, Codes], rows: int) -> Features:
        """Rows x (earlier columns + directions)."""
        width = len(self.earlier)
        features = np.empty((rows, width + self.directions.shape[1]), dtype=np.float32)
        for place, (column, scale) in enumerate(zip(self.earlier, self.scales, strict=True)):
            features[:, place] = scale[codes[column]]
        for place in range(self.directions.shape[1]):
            features[:, width + place] = (features[:, :width] * self.directions[:, place]).sum(axis=1)
        return features


def feature_map(cells: list[Cells], codes: Mapping[int, Codes], earlier: tuple[int, ...], column: int) -> FeatureMap:
    """The map from the `earlier` columns towards `column`."""
    own, count = codes[column], cells[column].count
    scales = tuple(
        number_scale(codes[place], cells[place].count)
        if cells[place].knots is not None
        else category_scale(codes[place], cells[place].count, own, count)
        for place in earlier
    )
    plain = FeatureMap(earlier, scales, np.empty((len(earlier), 0), dtype=np.float32))
    if len(earlier) < 2:
        return plain
    features = plain.features(codes, len(own)).astype(np.float64)
    features -= features.mean(axis=0)
    square = features.T @ features + RIDGE * len(own) * np.eye(len(earlier))
    directions = np.linalg.solve(square, features.T @ _goals(cells[column], own))
    return FeatureMap(earlier, scales, directions.astype(np.float32))


def _goals(cells: Cells, own: Codes) -> Floats:
    """What the directions predict: a number's scale, or which of the most frequent categories it is."""
    if cells.knots is not None:
        return number_scale(own, cells.count)[own].astype(np.float64)[:, None]
    frequent = np.arange(min(cells.count - 1, MOST_DIRECTIONS))
    return np.asarray(own[:, None] == frequent, dtype=np.float64)


def number_scale(codes: Codes, count: int) -> npt.NDArray[np.float32]:
    """The normal score of the middle rank of each cell."""
    shares = np.bincount(codes, minlength=count) / len(codes)
    middles = np.cumsum(shares) - shares / 2
    return np.asarray(ndtri(np.clip(middles, 1e-6, 1 - 1e-6)), dtype=np.float32)


def category_scale(codes: Codes, count: int, goal: Codes, goal_count: int) -> npt.NDArray[np.float32]:
    """Numbers for categories such that those with alike goals lie side by side, so that one split parts them.

    They are the first axis of a correspondence analysis of the two columns (Greenacre 2017). For a goal of two
    values that is the order of their share, in which the best split is the best of all splits (Breiman et al. 1984).
    """
    table = np.bincount(codes * goal_count + goal, minlength=count * goal_count).reshape(count, goal_count) + 1e-9
    expected = table.sum(axis=1, keepdims=True) @ table.sum(axis=0, keepdims=True) / table.sum()
    axes = np.linalg.svd((table - expected) / np.sqrt(expected), full_matrices=False)[0]
    scale = axes[:, 0] / np.sqrt(table.sum(axis=1) / table.sum())
    return np.asarray(np.round(np.clip(scale, -10, 10), 6), dtype=np.float32)
