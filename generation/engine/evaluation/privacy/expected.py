"""What is to be expected of a guess, from what is known of a record: success beyond it is what tells a leak.

A secret that follows from what is known is guessed of everybody; that training records are guessed more often than
holdout records is seen only through the noise of whose secrets happen to follow. For each real record a forest says,
from the other real records (out of bag, Breiman 2001), how its secret is distributed given what is known. Truth and
guess are both taken against that: (truth - expected) (guess - expected), summed over the parts of the secret. Training
and holdout records are exchangeable when nothing leaked, so whatever the forest says, the difference of the two means
is 0 then; of a share d of records that were copied it is d (1 - chance), as that of the bare successes is, with a
fraction of their variance (both sides being residuals, as in Robinson 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Parts = npt.NDArray[np.int64]
Known = npt.NDArray[np.int32] | Floats

TREES, LEAF, MOST_PER_TREE = 60, 10, 10_000


@dataclass(frozen=True)
class Guesses:
    """Of each real record: whether it was guessed (a share where several records are as near), the part that its secret
    belongs to (from 0), and the shares of the parts among the guesses (rows x parts)."""

    found: Floats
    part: Parts
    guessed: Floats


def beyond_expected(known: Known, guesses: Guesses, approval: Floats, seed: int) -> Floats:
    """Per record, what its success has beyond what was to be expected.

    `known` is rows x columns; `approval` parts x parts, how often a guess of one part (column) counts for a secret of
    another (row).
    """
    given = expected_parts(known, guesses.part, approval.shape[0], seed)
    by_guess = given @ approval
    from_truth = np.einsum("rp,rp->r", approval[guesses.part], given)
    both = np.einsum("rp,rp->r", by_guess, given)
    beyond: Floats = guesses.found - np.einsum("rp,rp->r", by_guess, guesses.guessed) - from_truth + both
    return beyond


def expected_parts(known: Known, part: Parts, parts: int, seed: int) -> Floats:
    """Rows x parts: how the secret is distributed given what is known, from the other records alone."""
    from sklearn.ensemble import RandomForestClassifier

    shares = np.bincount(part, minlength=parts) / len(part)
    given = np.tile(shares, (len(part), 1))
    if np.count_nonzero(shares) < 2:
        return given
    forest = RandomForestClassifier(
        TREES, min_samples_leaf=LEAF, max_samples=min(1.0, MOST_PER_TREE / len(part)), oob_score=True,
        random_state=seed % 2**32, n_jobs=1,
    )  # fmt: skip
    forest.fit(known, part)
    is_told = ~np.isnan(forest.oob_decision_function_).any(axis=1)
    given[np.ix_(is_told, forest.classes_)] = forest.oob_decision_function_[is_told]
    return given
