"""How boldly a target is drawn, by hand arithmetic."""

from __future__ import annotations

import numpy as np

from generation.engine.synthesizers.trees.boosting import Clues
from generation.engine.synthesizers.trees.sharpness import offsets_for, power_for, sharp_shares


def test_a_power_of_two_squares_the_odds():
    scores = np.log(np.array([[3.0], [1 / 3]]))
    shares = sharp_shares(scores, 2.0, np.zeros(2))
    assert np.allclose(shares[:, 1], [9 / 10, 1 / 10])


def test_each_class_keeps_its_share():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 3)) * 2
    wanted = sharp_shares(scores, 1.0, np.zeros(3)).mean(axis=0)
    shares = sharp_shares(scores, 2.5, offsets_for(scores, 2.5, wanted))
    assert np.allclose(shares.mean(axis=0), wanted, atol=1e-4)


def clues_and_codes(columns: int, noise: float, rows: int = 2000) -> tuple[Clues, np.ndarray]:
    """A class that follows the first column, and as many columns that tell nothing."""
    rng = np.random.default_rng(1)
    features = rng.integers(0, 2, (rows, 1 + columns)) + rng.random((rows, 1 + columns)) * (columns > 0)
    codes = (features[:, 0] >= 1) ^ (rng.random(rows) < noise)
    return Clues(features.astype(np.float32), 0), codes.astype(np.int32)


def test_what_is_known_well_is_drawn_as_foretold():
    clues, codes = clues_and_codes(0, 0.1, 6000)
    assert power_for(clues, codes, 3.0, 0) < 1.05


def test_what_a_few_records_cannot_tell_is_drawn_bolder_up_to_the_most():
    clues, codes = clues_and_codes(30, 0.3, 600)
    # Thirty columns of noise are learned by heart: of its own records the model is sure, of others it is not.
    assert power_for(clues, codes, 2.5, 0) == 2.5
    assert power_for(clues, codes, 1.0, 0) == 1.0
