"""The records of an opened table, without what people put between them: headers said again, a last line of totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from generation.engine.tables.formats.headers import is_total, repeated
from generation.engine.tables.source import Batch, TableSource

_OF_PEOPLE = frozenset({"csv", "xlsx"})


@dataclass(slots=True)
class Records:
    """A table's records, as often as they are asked for; `headers` and `totals` count what was left out last time."""

    table: TableSource
    headers: int = 0
    totals: int = 0

    def batches(self) -> Iterator[tuple[int, Batch]]:
        """Batches, each with the number that people give to its first row."""
        self.headers = self.totals = 0
        row, waiting = self.table.first_row, None
        for batch in self.table.batches():
            if waiting:
                yield waiting
            waiting = (row, self._without_headers(batch))
            row += len(batch[0]) if batch else 0
        if waiting:
            yield waiting[0], self._without_total(waiting[1])

    def _without_headers(self, batch: Batch) -> Batch:
        said_again = repeated(batch, self.table.labels) if self.table.format in _OF_PEOPLE else None
        if said_again is None:
            return batch
        self.headers += pc.sum(said_again).as_py()
        return [column.filter(pc.invert(said_again)) for column in batch]

    def _without_total(self, batch: Batch) -> Batch:
        if self.table.format not in _OF_PEOPLE or not batch or len(batch[0]) < 2:
            return batch
        if not is_total([column[-1].as_py() for column in batch]):
            return batch
        self.totals = 1
        return [column.slice(0, len(column) - 1) for column in batch]

    def notes(self) -> list[str]:
        """What was left out, in sentences."""
        notes = []
        if self.headers:
            times = "once more" if self.headers == 1 else f"{self.headers:,} times more"
            notes.append(f"The header stands {times} among the records; it was not read as data.")
        if self.totals:
            notes.append("The last row sums up the others; it was not read as data.")
        return notes
