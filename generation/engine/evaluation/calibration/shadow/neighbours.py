"""Which synthetic records lie nearest to people whom an audit has exposed: what annotators shall look at first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from generation.engine.evaluation.privacy.nearest.gower import Points, gower_space
from generation.engine.evaluation.study.encoding import encode, measurable
from generation.engine.schema import Schema


def nearest_rows(people: pd.DataFrame, synthetic: pd.DataFrame, schema: Schema) -> list[int]:
    """For each person the row of the synthetic record at the least Gower distance, the first of several."""
    real, made = encode([people, synthetic], schema)
    space = gower_space(measurable(real.columns), real, made)
    asked, given = space.points(real), space.points(made)
    found = {int(real.original[row]): int(made.original[_nearest(asked, row, given)]) for row in range(len(real))}
    return [found[place] for place in range(len(people))]


def _nearest(asked: Points, row: int, given: Points) -> int:
    apart = np.minimum(1.0, np.abs(given.numbers - asked.numbers[:, [row]])).sum(axis=0)
    apart += (given.few != asked.few[:, [row]]).sum(axis=0) + (given.many != asked.many[:, [row]]).sum(axis=0)
    return int(np.argmin(apart))
