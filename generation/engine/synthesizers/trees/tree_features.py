"""The columns drawn so far as features for the next one: put on scales on which they tell most about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generation.engine.synthesizers.columns.cells import Cells, Codes
from generation.engine.synthesizers.trees.goals import (
    Goals,
    Points,
    explained,
    number_scale,
    principal_axes,
    shrunk_means,
)
from generation.engine.synthesizers.trees.splitting import Features
from generation.engine.synthesizers.trees.straight import Straight

# Of more columns, so many are looked at one by one; the others tell by the directions only.
MOST_TOLD = 48


@dataclass(frozen=True, slots=True)
class FeatureMap:
    """`scales[i]` (codes x one or more) gives the feature values of each code of column `told[i]`.

    `added[i]` (codes x up to three) is what a code of column `earlier[i]` adds to linear predictions of the next
    column: trees follow a slope only in steps, so a straight relation of many columns is handed to them in one.
    """

    told: tuple[int, ...]
    scales: tuple[Points, ...]
    earlier: tuple[int, ...] = ()
    added: tuple[Points, ...] = ()

    def features(self, codes: Mapping[int, Codes], rows: int) -> Features:
        """Rows x (scales + directions)."""
        parts = [scale[codes[column]] for column, scale in zip(self.told, self.scales, strict=True)]
        if self.earlier:
            directions = np.zeros((rows, self.added[0].shape[1]), dtype=np.float32)
            for column, added in zip(self.earlier, self.added, strict=True):
                directions += added[codes[column]]
            parts.append(directions)
        return np.concatenate(parts, axis=1) if parts else np.empty((rows, 0), dtype=np.float32)


def feature_map(
    cells: list[Cells], codes: Mapping[int, Codes], goals: list[Goals], straight: Straight, column: int
) -> FeatureMap:
    """The map from the columns drawn before it towards `column`."""
    own = goals[column].points[codes[column]]
    earlier = straight.order[: straight.order.index(column)]
    told = _most_telling(cells, codes, earlier, own) if len(earlier) > MOST_TOLD else earlier
    scales = tuple(_scale(cells[place], codes[place], own) for place in told)
    return FeatureMap(told, scales, earlier, straight.towards(column)) if len(earlier) > 1 else FeatureMap(told, scales)


def _most_telling(
    cells: list[Cells], codes: Mapping[int, Codes], earlier: tuple[int, ...], own: Points
) -> tuple[int, ...]:
    """The earlier columns that tell most about the column: between whose codes it differs most."""
    told = [explained(codes[place], cells[place].count, own) for place in earlier]
    return tuple(earlier[place] for place in np.sort(np.argsort(told, kind="stable")[-MOST_TOLD:]))


def _scale(cells: Cells, codes: Codes, own: Points) -> Points:
    return category_scale(codes, cells.count, own) if cells.knots is None else number_scales(cells, codes)


def number_scales(cells: Cells, codes: Codes) -> Points:
    """The score of each cell, and where there are gaps whether it is one."""
    assert cells.knots is not None  # noqa: S101  a caller's mistake, not an input's
    is_missing = np.arange(cells.count) >= len(cells.knots)
    scale = number_scale(codes, cells)
    return np.column_stack([scale, is_missing]).astype(np.float32) if is_missing.any() else scale[:, None]


def category_scale(codes: Codes, count: int, points: Points) -> Points:
    """Numbers (count x 1) for categories such that those with alike goals lie side by side: one split parts them.

    It is the axis on which the categories' mean points differ most. For a goal of two values that is the order of
    their share, in which the best split is the best of all splits (Breiman et al. 1984).
    """
    means = shrunk_means(codes, count, points)
    axes = principal_axes(means, np.bincount(codes, minlength=count) / len(codes))
    return np.asarray(np.round(means @ axes[:, :1], 6), dtype=np.float32)
