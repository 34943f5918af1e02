"""A file as records and passages to be held against another: digests of cells and words, no values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from generation.engine.scan.batch import Batch, Contents, Manner

Digests = npt.NDArray[np.int64]
# Of a source more records than this may share a value or a phrase: then it is nobody's own.
ORDINARY = 5
# A passage of fewer words is said by many.
LEAST_WORDS = 6
# A value of more words is a text.
MOST_PHRASE_WORDS = 6

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def words_of(text: str) -> list[str]:
    """The words and numbers of a text without case and punctuation."""
    return _WORD.findall(text.casefold())


def digests_of_words(text: str) -> Digests:
    """One digest a word."""
    return np.fromiter(map(hash, words_of(text)), dtype=np.int64)


def digest_of_cell(text: str) -> int:
    """Equal for cells that say the same: 1 and 1.00, "New  York" and "new york"."""
    plain = " ".join(text.split()).casefold()
    if _NUMBER.fullmatch(plain) and not re.match(r"[+-]?0\d", plain) and len(plain) < 16:
        return hash(float(plain))
    return hash(plain)


@dataclass(frozen=True, slots=True)
class Passage:
    """A running text: where it stands, and the digests of its words."""

    column: str
    row: int
    words: Digests


@dataclass
class Gathered:
    """What one file says, or several of one source. Rows of a second file stand after those of the first."""

    passages: list[Passage] = field(default_factory=list)
    columns: dict[str, tuple[list[Digests], list[Digests]]] = field(default_factory=dict)
    phrases: list[tuple[Digests, Digests, int]] = field(default_factory=list)
    rows: int = 0
    is_table: bool = False

    def add(self, contents: Contents, batch: Batch) -> None:
        """One batch of a file; paragraphs of a running text are passages, cells those of their record."""
        rows = np.asarray(batch.rows, dtype=np.int64)
        self.is_table |= contents.is_record
        self.rows = max(self.rows, int(rows.max()))
        if batch.manner is not Manner.CELLS:
            self._add_passages(batch, rows)
        if contents.is_record:
            self._add_cells(batch, rows)

    def join(self, other: Gathered) -> None:
        """Another file of the same source."""
        self.passages += other.passages
        self.phrases += [(digests, rows + self.rows, column) for digests, rows, column in other.phrases]
        for label, (rows, digests) in other.columns.items():
            kept = self.columns.setdefault(label, ([], []))
            kept[0].extend(each + self.rows for each in rows)
            kept[1].extend(digests)
        self.rows += other.rows
        self.is_table |= other.is_table

    def _add_passages(self, batch: Batch, rows: Digests) -> None:
        for text, row in zip(batch.texts, rows.tolist(), strict=True):
            words = digests_of_words(text)
            if len(words) >= LEAST_WORDS:
                self.passages.append(Passage(batch.column, row, words))

    def _add_cells(self, batch: Batch, rows: Digests) -> None:
        label = " ".join(words_of(batch.column))
        known = {text: digest_of_cell(text) for text in dict.fromkeys(batch.texts)}
        digests = np.fromiter((known[text] for text in batch.texts), dtype=np.int64, count=len(batch.texts))
        kept = self.columns.setdefault(label, ([], []))
        kept[0].append(rows)
        kept[1].append(digests)
        if batch.manner is Manner.CELLS:
            self._add_phrases(batch.texts, rows, hash(label))

    def _add_phrases(self, texts: Sequence[str], rows: Digests, column: int) -> None:
        known = {text: _telling(text) for text in dict.fromkeys(texts)}
        digests = np.fromiter((known[text] for text in texts), dtype=np.int64, count=len(texts))
        self.phrases.append((digests[digests != 0], rows[digests != 0], column))

    @property
    def size(self) -> int:
        """How many rows say anything."""
        rows = [each for found, _ in self.columns.values() for each in found]
        told = [np.fromiter((passage.row for passage in self.passages), dtype=np.int64)]
        return len(np.unique(np.concatenate([*rows, *told])))

    def records(self, labels: Sequence[str]) -> Digests:
        """Rows by columns: the digests of the cells under these labels, 0 where there is none. Row 0 is no row."""
        table = np.zeros((self.rows + 1, len(labels)), dtype=np.int64)
        for at, label in enumerate(labels):
            for rows, digests in zip(*self.columns[label], strict=True):
                # Several values under one path of keys are one cell.
                np.add.at(table[:, at], rows, digests)
        return table


def _telling(text: str) -> int:
    """The digest of a value that says something by itself when it stands in a text; 0 for one that does not."""
    words = words_of(text)
    joined = "".join(words)
    is_own = len(joined) >= 5 and (any(map(str.isdigit, joined)) or len(words) > 1)
    return hash(" ".join(words)) if is_own and len(words) <= MOST_PHRASE_WORDS else 0
