"""All other columns as features of the target: as those of any column, and small categories as they are besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generation.engine.synthesizers.columns.cells import Cells, Codes
from generation.engine.synthesizers.trees.goals import MOST_ONE_HOT, Goals, Points, principal_axes, shrunk_means
from generation.engine.synthesizers.trees.splitting import Features
from generation.engine.synthesizers.trees.tree_features import FeatureMap, number_scales

MOST_AXES = 3
FOLDS = 5


@dataclass(frozen=True, slots=True)
class TargetFeatures:
    """`scaled` as for any column, then the codes of the `plain` columns, for splits that part any from any."""

    scaled: FeatureMap
    plain: tuple[int, ...]

    def features(self, codes: Mapping[int, Codes], rows: int) -> Features:
        """Rows x (scales + plain codes)."""
        return np.column_stack([self.scaled.features(codes, rows), *(codes[column] for column in self.plain)])


def target_features(
    cells: list[Cells], codes: Mapping[int, Codes], goals: list[Goals], earlier: tuple[int, ...], column: int, seed: int
) -> tuple[TargetFeatures, Features]:
    """The map, and the features of the records themselves to learn from.

    In these a category's scale comes from other records (a fifth of them in turn is left out): its own answer would
    make the scale of a category of few records look better than it is.
    """
    own = goals[column].points[codes[column]]
    part = np.random.default_rng([seed, 7]).integers(0, FOLDS, len(own))
    scales, crossed = [], []
    for place in earlier:
        if cells[place].knots is not None:
            scales.append(number_scales(cells[place], codes[place]))
            crossed.append(scales[-1][codes[place]])
        else:
            scale, of_others = _scales(codes[place], cells[place].count, own, part)
            scales.append(scale)
            crossed.append(of_others)
    plain = tuple(place for place in earlier if cells[place].knots is None and 2 < cells[place].count <= MOST_ONE_HOT)
    features = np.column_stack([*crossed, *(codes[place] for place in plain)]).astype(np.float32)
    return TargetFeatures(FeatureMap(earlier, tuple(scales)), plain), features


def _scales(codes: Codes, count: int, own: Points, part: np.ndarray) -> tuple[Points, Points]:
    """The scale of the categories, and that of each record as the other parts let it seem."""
    means = shrunk_means(codes, count, own)
    axes = principal_axes(means, np.bincount(codes, minlength=count) / len(codes))
    axes = axes[:, : min(MOST_AXES, count - 1, max(own.shape[1] - 1, 1))]
    of_others = np.empty((len(codes), axes.shape[1]))
    for fold in range(FOLDS):
        others = part != fold
        of_others[~others] = (shrunk_means(codes[others], count, own[others]) @ axes)[codes[~others]]
    return np.round(means @ axes, 6).astype(np.float32), np.round(of_others, 6).astype(np.float32)
