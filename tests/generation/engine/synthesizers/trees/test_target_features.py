"""What the target is learned from: nobody's own answer."""

from __future__ import annotations

import numpy as np

from generation.engine.synthesizers.columns.cells import Cells
from generation.engine.synthesizers.trees.goals import goals_of
from generation.engine.synthesizers.trees.target_features import target_features

CELLS = [Cells("place", 300, None), Cells("answer", 2, None)]


def features_of(place: np.ndarray, answer: np.ndarray) -> np.ndarray:
    codes = {0: place, 1: answer}
    return target_features(CELLS, codes, goals_of(CELLS, codes), (0,), 1, 0)[1]


def test_a_record_s_own_answer_does_not_show_in_the_scale_of_its_category():
    rng = np.random.default_rng(0)
    place = rng.integers(0, 300, 2000)
    answer = (rng.random(2000) < 0.3 + 0.4 * (place % 2)).astype(np.int32)
    other = answer.copy()
    other[17] = 1 - other[17]
    before, after = features_of(place, answer), features_of(place, other)
    assert before[17, 0] == after[17, 0]
    assert not np.array_equal(before, after)


def test_places_that_tell_nothing_do_not_foretell_the_answers_they_were_learned_from():
    rng = np.random.default_rng(1)
    place, answer = rng.integers(0, 300, 2000), rng.integers(0, 2, 2000).astype(np.int32)
    column = features_of(place, answer)[:, 0]
    # Four standard errors of a correlation of nothing.
    assert abs(np.corrcoef(column, answer)[0, 1]) < 4 / np.sqrt(2000) or column.std() == 0
