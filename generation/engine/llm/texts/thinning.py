"""Of many drawn texts those that together say each phrase about as often as the source does.

Kernel herding (Chen, Welling and Smola, "Super-samples from kernel herding", UAI 2010) with runs of up to three words
that k holders share as features: each pick is the text that the picks so far lack most. The target is one mean over all
texts of the label, so no single text steers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.support import holders_of_runs, runs_of, supported
from generation.engine.llm.texts.words import Words

_LENGTHS = (1, 2, 3)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Balance:
    """How often a label's texts hold each feature: `target` is the mean of their vectors, each of length 1."""

    features: dict[Words, int]
    target: Floats

    @classmethod
    def of(cls, texts: Corpus, k: int) -> Balance:
        """What k holders of one label share, and how often."""
        kept = sorted(supported(holders_of_runs(texts, _LENGTHS), k))
        features = {run: place for place, run in enumerate(kept)}
        vectors = _vectors(texts.words, features)
        return cls(features, np.asarray(vectors.mean(axis=0)).ravel() if len(texts) else np.zeros(len(features)))

    def picked(self, texts: Sequence[Words], count: int) -> list[int]:
        """Places of `count` of the texts (all, where they are fewer), in the order in which they were picked."""
        return picked(_vectors(texts, self.features), self.target, count)


def picked(vectors: csr_matrix, target: Floats, count: int) -> list[int]:
    """Rows picked one after the other, so that the mean of those picked stays as near the target as it can be.

    `vectors` has a row for each candidate. For rows of length 1 this is kernel herding.
    """
    gain: Floats = vectors @ target
    norms = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()
    held, found = np.zeros(len(norms)), []
    is_open = np.ones(len(norms), dtype=bool)
    for turn in range(1, min(count, len(norms)) + 1):
        place = int(np.where(is_open, 2 * (turn * gain - held) - norms, -np.inf).argmax())
        found.append(place)
        is_open[place] = False
        held += (vectors @ vectors[place].T).toarray().ravel()
    return found


def _vectors(texts: Sequence[Words], features: dict[Words, int]) -> Any:
    """One row a text: which features it holds, scaled to length 1."""
    rows = [sorted({features[run] for length in _LENGTHS for run in runs_of(words, length) if run in features})
            for words in texts]  # fmt: skip
    sizes = np.array([len(row) for row in rows], dtype=np.int64)
    weights = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    columns = np.array([place for row in rows for place in row], dtype=np.int64)
    return csr_matrix((weights, columns, np.append(0, np.cumsum(sizes))), shape=(len(rows), len(features)))
