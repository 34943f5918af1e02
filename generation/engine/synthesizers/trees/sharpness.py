"""How boldly a target is drawn: its odds to a power, each class keeping its share.

So many records tell a model so much of a relation and no more. Labels are drawn from such a model, and whoever learns
from them loses as much once again. How much that is shows in a plain model of the source: it sets the classes of the
records that it learned from further apart than those of others. Odds are drawn so much further apart, up to the power
that is asked for. The chances foretold are about right as they are; what is won is ranking (docs/explanation/trees.md).
"""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, softmax
from scipy.stats import rankdata

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.boosting import Clues

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BALANCING = 30
# The plain model: a usual one of two classes, smaller for each of many.
TREES, LEAST_ROUNDS = 200, 20
KEPT = 0.25
SUREST = 0.995
TINY = 1e-9


def sharp_shares(scores: Floats, power: float, offsets: Floats) -> Floats:
    """Chances (rows x classes) whose odds are those of the scores to the power, moved by the offsets of the classes."""
    both = scores if len(offsets) > 2 else np.column_stack([np.zeros(len(scores)), scores])
    return np.asarray(softmax(both * power + offsets, axis=1))


def offsets_for(scores: Floats, power: float, wanted: Floats) -> Floats:
    """What keeps the share of each class as wanted."""
    offsets = np.zeros(len(wanted))
    for _ in range(BALANCING if power != 1 else 0):
        offsets += np.log(wanted / sharp_shares(scores, power, offsets).mean(axis=0))
    return offsets


def drawn_codes(shares: Floats, rng: np.random.Generator) -> Codes:
    """A class for each row, with its chances."""
    cumulative = np.cumsum(shares, axis=1)[:, :-1]
    return np.asarray((rng.random((len(shares), 1)) > cumulative).sum(axis=1), dtype=np.int32)


def power_for(clues: Clues, codes: Codes, most: float, seed: int) -> float:
    """How much further a plain model sets the classes of records it learned from apart than of others: 1 to `most`."""
    if most <= 1:
        return 1.0
    kept = np.random.default_rng([seed, 11]).random(len(codes)) < KEPT
    count = int(codes.max()) + 1
    several: dict[str, Any] = {"objective": "multiclass", "num_class": count}
    options = several if count > 2 else {"objective": "binary"}
    options |= {"verbose": -1, "num_threads": 1, "deterministic": True, "seed": seed % 2**31}
    learned = clues.take(np.flatnonzero(~kept))
    data = lightgbm.Dataset(learned.features, codes[~kept], categorical_feature=clues.categories, params=options)
    model = lightgbm.train(options, data, max(TREES // count, LEAST_ROUNDS))
    scores = np.asarray(model.predict(clues.features, num_threads=1)).reshape(len(codes), -1)
    inside, outside = (_apart(scores[rows], codes[rows]) for rows in (~kept, kept))
    return float(np.clip(inside / max(outside, TINY), 1.0, most))


def _apart(scores: Floats, codes: Codes) -> float:
    """By how many standard deviations the scores lie apart (binormal, from the area under the ROC curve): a mean."""
    classes = range(scores.shape[1]) if scores.shape[1] > 1 else (1,)
    areas = [_area(scores[:, place if scores.shape[1] > 1 else 0], codes == place) for place in classes]
    return float(ndtri(np.clip(areas, 0.5, SUREST)).mean())


def _area(scores: Floats, is_class: Flags) -> float:
    """The area under the ROC curve (Mann and Whitney 1947); .5 where there is nothing to compare."""
    inside, outside = int(is_class.sum()), int((~is_class).sum())
    ranks = rankdata(scores)[is_class].sum() - inside * (inside + 1) / 2
    return float(ranks / (inside * outside)) if inside and outside else 0.5
