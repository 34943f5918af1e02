"""Values that differ only in case or spaces are written alike, so that none is rarer than it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from generation.engine.minimisation.limits import RARE, Column, as_text
from generation.engine.profiling.tidiness import plain_spelling, spellings


@dataclass(frozen=True, slots=True)
class Tidied:
    """Each text becomes the commonest spelling of its value; values that fewer than k training records had become one.

    `best` maps plain spellings (without case, single spaces) to those that stand. Missing stays missing.
    """

    best: Mapping[str, str]
    k: int

    @classmethod
    def fit(cls, training: Column, *, k: int) -> Tidied:
        """The commonest spelling of each value that at least k training records have, however they write it."""
        counts = Counter(map(str, as_text(training.dropna())))
        best, held = spellings(counts), Counter[str]()
        for text, count in counts.items():
            held[plain_spelling(text)] += count
        return cls({plain: " ".join(text.split()) for plain, text in best.items() if held[plain] >= k}, k)

    def apply(self, column: Column) -> Column:
        """The column as text; with k = 1 a value that training did not have stays, without its outer spaces."""
        return as_text(column).map(self._written, na_action="ignore")

    def _written(self, text: str) -> str:
        rest = " ".join(text.split()) if self.k <= 1 else RARE
        return self.best.get(plain_spelling(text), rest)
