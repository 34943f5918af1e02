"""Keys that stay unique over batches and shards: each shard takes only the keys whose hash is its own."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from generation.engine.predicates.values import Codes, Flags, Values
from generation.engine.rules.checking import repeated
from generation.engine.rules.kinds import Unique

NO_KEY = -1


class TakenKeys:
    """The keys of one rule that a shard has taken. With one shard every key may be taken, once."""

    def __init__(self, rule: Unique, index: int, shards: int) -> None:
        self.rule, self.index, self.shards = rule, index, shards
        self._taken: set[int] = set()
        self._last = np.empty(0, dtype=np.int64)

    def refused(self, values: Values, good: Flags) -> Flags:
        """Which of the good records of a batch have a key that is taken, repeated or another shard's."""
        self._last = hashes_of(self.rule.columns, values)
        refused = np.isin(self._last, np.fromiter(self._taken, dtype=np.int64, count=len(self._taken)))
        refused |= (self._last != NO_KEY) & (self._last % self.shards != self.index)
        free = good & ~refused
        again = np.zeros(values.rows, dtype=bool)
        again[free] = repeated(self._last[free])
        return np.asarray(good & (refused | again))

    def take(self, chosen: Flags) -> None:
        """The chosen records of the last batch are kept: their keys are taken."""
        self._taken.update(int(key) for key in self._last[chosen] if key != NO_KEY)


def hashes_of(columns: tuple[str, ...], values: Values) -> Codes:
    """A non-negative number for each combination of texts, the same in every batch; NO_KEY where one is missing."""
    hashes = np.zeros(values.rows, dtype=np.uint64)
    missing = np.zeros(values.rows, dtype=bool)
    for column in columns:
        texts = values.texts(column)
        table = np.array([*(_hash(text) for text in texts.categories), 0], dtype=np.uint64)
        hashes = (hashes * np.uint64(0x9E3779B97F4A7C15)) ^ table[texts.codes]
        missing |= texts.codes < 0
    return np.where(missing, NO_KEY, (hashes >> np.uint64(1)).astype(np.int64))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
