"""The records of an opened table, without what people put around and between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.facts import LeftOut
from generation.engine.tables.formats.headers import repeated
from generation.engine.tables.formats.margins import Margins
from generation.engine.tables.source import Batch, TableSource

_OF_PEOPLE = frozenset({"csv", "xlsx"})
# Rows keep their numbers by cutting a batch where some are left out; many cuts would be slow.
_MOST_CUTS = 200


@dataclass(slots=True)
class Records:
    """A table's records: `judged` reads all of it and says which rows are none, `batches` gives the others in order."""

    table: TableSource
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def _may_hold_others(self) -> bool:
        return self.table.format in _OF_PEOPLE and len(self.table.labels) > 1

    def judged(self) -> Iterator[tuple[int, Batch]]:
        """Batches of the first reading: those rows that are records beyond doubt, and last those that are after all.

        Each comes with the number that people give to its first row, of the last one about.
        """
        if not self._may_hold_others:
            yield from _numbered(self.table)
            return
        margins, headers, suspects = Margins(len(self.table.labels)), set[int](), dict[int, Batch]()
        for first_row, batch, is_last in _with_the_last(_numbered(self.table)):
            start = margins.rows
            said_again = repeated(batch, self.table.labels)
            headers |= set() if said_again is None else {start + int(at) for at in _places(said_again)}
            kept = margins.see(batch, is_last)
            for at in margins.others.keys() - suspects.keys():
                suspects[at] = [column.slice(at - start, 1) for column in batch]
            is_record = kept if said_again is None else pc.and_(kept, pc.invert(said_again))
            yield first_row, batch if said_again is None and pc.all(kept).as_py() else _filtered(batch, is_record)
        self.left_out = replace(margins.judged(), headers=headers)
        for at in sorted(suspects.keys() - self.left_out.rows):
            yield self.table.first_row + at, suspects[at]
        if blank := len(set(margins.blank) - self.left_out.blank):
            yield self.table.first_row, [pa.nulls(blank, pa.string())] * len(self.table.labels)

    def batches(self) -> Iterator[tuple[int, Batch]]:
        """Batches, each with the number that people give to its first row; for when it is known what is left out."""
        rows, start = self.left_out.rows, 0
        for first_row, batch in _numbered(self.table):
            length = len(batch[0]) if batch else 0
            gone = sorted(at - start for at in rows if start <= at < start + length) if rows else []
            yield from _without(first_row, batch, gone)
            start += length

    def notes(self) -> list[str]:
        """What was left out, in sentences."""
        return self.table.left_out.joined(self.left_out).sentences(self.table.first_row)


def _numbered(table: TableSource) -> Iterator[tuple[int, Batch]]:
    row = table.first_row
    for batch in table.batches():
        yield row, batch
        row += len(batch[0]) if batch else 0


def _with_the_last(batches: Iterator[tuple[int, Batch]]) -> Iterator[tuple[int, Batch, bool]]:
    waiting = next(batches, None)
    for batch in batches:
        if waiting:
            yield *waiting, False
        waiting = batch
    if waiting:
        yield *waiting, True


def _without(first_row: int, batch: Batch, gone: list[int]) -> Iterator[tuple[int, Batch]]:
    if not gone:
        yield first_row, batch
    elif len(gone) > _MOST_CUTS:
        flags = np.ones(len(batch[0]), bool)
        flags[gone] = False
        yield first_row, _filtered(batch, pa.array(flags))
    else:
        for before, after in pairwise([-1, *gone, len(batch[0])]):
            if after - before > 1:
                yield first_row + before + 1, [column.slice(before + 1, after - before - 1) for column in batch]


def _filtered(batch: Batch, flags: pa.BooleanArray) -> Batch:
    return [column.filter(flags) for column in batch]


def _places(flags: pa.BooleanArray) -> np.ndarray:
    return np.flatnonzero(np.asarray(flags))
