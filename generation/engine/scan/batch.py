"""What every reader gives: texts with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Manner(Enum):
    """How texts are looked at: cells of a column, running text, or what stands in a source tree.

    In a source tree names of people are everywhere and mean authors: there only what has a form counts by itself, and a
    name beside it.
    """

    CELLS = "cells"
    PROSE = "prose"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts of one column, or of a file that has none (`column` is ""); `label` is what the column is called in
    words, where `column` says its way too.

    `rows[i]` is where `texts[i]` stands, or begins, counted from 1 in the unit of the file.
    """

    column: str
    texts: Sequence[str]
    rows: Sequence[int]
    manner: Manner
    label: str = ""

    @property
    def words(self) -> str:
        return self.label or self.column


@dataclass(frozen=True, slots=True)
class Contents:
    """An opened file: what it is, the unit its places are counted in, and its texts, once.

    `first` is the number of the first place. `has_lines`: a text may hold several lines, and its places are those of
    the lines. `is_record`: the texts are data, in which an address reserved for examples is one that somebody wrote.
    """

    kind: str
    unit: str
    batches: Callable[[], Iterator[Batch]]
    first: int = 1
    has_lines: bool = False
    is_record: bool = True
