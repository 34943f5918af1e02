"""How much the finder finds in a column of texts, measured on copies of these texts that never leave memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from generation.engine.pii.columns import CELL_CHARACTERS
from generation.engine.pii.entities import SeededRecall
from generation.engine.pii.labels import label_words
from generation.engine.pii.seeded import seeded_recall
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.progress import Progress
from generation.engine.schema import Sdtype

# Texts that are read for places to write into, and values that are written there: an interval of about 4 points.
READ, WRITTEN = 600, 200
MOST_CHARACTERS = 200_000


def recall_in_texts(
    table: pd.DataFrame, columns: list[ColumnProfile], progress: Progress, seed: int
) -> Mapping[str, tuple[SeededRecall, ...]]:
    """By name of each column of free text: the recall of every entity of which enough values were found there."""
    texts = [column for column in columns if column.sdtype is Sdtype.TEXT]
    found = {}
    for done, column in enumerate(texts):
        progress("measuring what is found in texts", done, len(texts))
        some, words = _sample(table[column.name], seed), label_words(column.label)
        found[column.name] = seeded_recall(some, seed, label=words, overruled=column.overruled, most=WRITTEN)
    if texts:
        progress("measuring what is found in texts", len(texts), len(texts))
    return found


def _sample(cells: pd.Series[str], seed: int) -> list[str]:
    """Distinct texts, chosen by the seed whatever the order of rows."""
    distinct = sorted({str(text)[:CELL_CHARACTERS] for text in cells.dropna().unique()})
    chosen = [distinct[i] for i in np.random.default_rng(seed).permutation(len(distinct))[:READ]]
    ends = np.cumsum([len(text) for text in chosen])
    return [text for text, end in zip(chosen, ends, strict=True) if end <= MOST_CHARACTERS]
