"""A linear classifier of labels: what drawn texts are checked with, and what tells whether texts teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

Labels = npt.NDArray[np.str_]


@dataclass(frozen=True)
class LabelClassifier:
    """TF-IDF of words and pairs of words, and a linear support vector machine."""

    pipeline: Any

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> LabelClassifier | None:
        """Learn labels from texts; None where there are fewer than two labels, or no word at all."""
        if len(set(labels)) < 2 or not any(text.strip() for text in texts):
            return None
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)<\w+>|\b\w\w+\b")
        return cls(make_pipeline(words, LinearSVC(random_state=0)).fit(list(texts), list(labels)))

    def predict(self, texts: Sequence[str]) -> Labels:
        """The label of each text."""
        return np.array(self.pipeline.predict(list(texts)) if len(texts) else [], dtype=str)
