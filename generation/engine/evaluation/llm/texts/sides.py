"""The texts that a check compares: those learned from, real ones that nobody learned from, and synthetic ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.words import Words, plain, spoken
from generation.engine.schema import ColumnRole, Sdtype


@dataclass(frozen=True)
class Side:
    """Texts of one table, and the row of each in its file."""

    corpus: Corpus
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.corpus)

    @cached_property
    def spoken(self) -> list[Words]:
        """Of each text the words without punctuation."""
        return [spoken(words) for words in self.corpus.words]

    @cached_property
    def plain(self) -> list[str]:
        """Each text in its normal form."""
        return [plain(words) for words in self.corpus.words]

    def sample(self, count: int, rng: np.random.Generator) -> Side:
        """As many of them at random, in their order; all, where they are fewer."""
        if count >= len(self):
            return self
        places = np.sort(rng.choice(len(self), count, replace=False))
        return Side(self.corpus.take(places.tolist()), self.rows[places])


@dataclass(frozen=True)
class Sides:
    """`source` was learned from, `holdout` was not, `made` is synthetic."""

    source: Side
    holdout: Side
    made: Side


def sides_of(study: Study) -> Sides:
    """The texts of a study. NotAssessable without a column of texts, a holdout, or enough of either."""
    return study.once("texts", lambda: _sides(study))


def _sides(study: Study) -> Sides:
    holdout = study.need_holdout()
    text, label = text_column(study.columns), label_column(study)
    return Sides(*(_side(table, text, label) for table in (study.training, holdout, study.synthetic)))


def text_column(columns: tuple[EncodedColumn, ...]) -> EncodedColumn:
    """The column of texts; of several the one with the longest. NotAssessable where there is none."""
    texts = [column for column in columns if column.spec.sdtype is Sdtype.TEXT and len(column.categories)]
    if not texts:
        raise NotAssessable("There is no column of texts.")
    return max(texts, key=lambda column: (sum(map(len, column.categories)) / len(column.categories), column.spec.name))


def label_column(study: Study) -> EncodedColumn | None:
    """The column of labels, if one is named as the target and holds categories."""
    targets = (column for column in study.columns if column.spec.role is ColumnRole.TARGET)
    return study.target or next((column for column in targets if not column.is_continuous), None)


def _side(table: EncodedTable, text: EncodedColumn, label: EncodedColumn | None) -> Side:
    """The records in the order of their file; those without a text are left out."""
    order = np.argsort(table.original, kind="stable")
    order = order[table.codes(text)[order] >= 0]
    texts = [str(text.categories[code]) for code in table.codes(text)[order]]
    labels = None if label is None else [_word(label, code) for code in table.codes(label)[order]]
    holders = table.holders
    persons = [holders[row] for row in order]
    return Side(Corpus.of(texts, labels, persons), table.original[order].astype(np.int64))


def _word(column: EncodedColumn, code: int) -> str:
    return "" if code < 0 else str(column.categories[code])
