"""Records that a text tells: values of two columns and more of one record stand in it, however it is worded."""

from __future__ import annotations

import numpy as np

from generation.engine.scan.against.gathered import MOST_PHRASE_WORDS, ORDINARY, Gathered, words_of

LEAST_VALUES = 2


class Cells:
    """The values of a source's records that few of them share, by what they say."""

    def __init__(self, source: Gathered) -> None:
        none = np.zeros(0, dtype=np.int64)
        parts = source.phrases or [(none, none, 0)]
        digests = np.concatenate([part[0] for part in parts])
        rows = np.concatenate([part[1] for part in parts])
        columns = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int64) for part in parts])
        _, inverse, counts = np.unique(digests, return_inverse=True, return_counts=True)
        own = np.flatnonzero(counts[inverse] < ORDINARY)
        order = own[np.argsort(digests[own], kind="stable")]
        self._digests, self._rows, self._columns = digests[order], rows[order], columns[order]

    def tells(self, text: str) -> bool:
        """Whether the text tells a record: two values and more of it, each from a column of its own."""
        words = words_of(text)
        spans = (range(at + 1, min(at + MOST_PHRASE_WORDS, len(words)) + 1) for at in range(len(words)))
        phrases = {hash(" ".join(words[at:end])) for at, ends in enumerate(spans) for end in ends}
        asked = np.fromiter(phrases, dtype=np.int64, count=len(phrases))
        low, high = (np.searchsorted(self._digests, asked, side=side) for side in ("left", "right"))
        places = [np.arange(low[at], high[at]) for at in np.flatnonzero(high > low)]
        if len(places) < LEAST_VALUES:
            return False
        met = np.concatenate(places)
        pairs = np.unique(np.stack([self._rows[met], self._columns[met]]), axis=1)
        return bool(np.unique(pairs[0], return_counts=True)[1].max() >= LEAST_VALUES)
