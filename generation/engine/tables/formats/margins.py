"""What stands in a table and is no record of it: rows without a value, rules, totals, notes below. Nothing is guessed.

A row is left out only where the table itself says so: a column that has a value in every other record has none there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.facts import LeftOut
from generation.engine.tables.formats.marginal_words import IS_NOTE, IS_RULE, IS_TOTAL, TOTALS
from generation.engine.tables.source import Batch

MOST_TAIL_ROWS = 20
# Beyond so many rows that begin like a total the word is a value like others.
_MOST_TOTALS = 1_000
_RULE_OR_TOTAL = f"{IS_RULE}|{IS_TOTAL}"

Cells = list[str]


@dataclass(slots=True)
class Margins:
    """Rows that may be no records, by their places from 0, and in which columns the others all have a value."""

    width: int
    has_all: list[bool] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    others: dict[int, Cells] = field(default_factory=dict)
    rows: int = 0

    def see(self, batch: Batch, is_last: bool = False) -> pa.BooleanArray:
        """Which rows of the next batch are records beyond doubt; of the last one those at its end are looked at too."""
        blank, words = _marginal(batch)
        suspects = {int(at): _cells(batch, int(at)) for at in words[: max(0, _MOST_TOTALS - len(self.others))]}
        if is_last:
            suspects |= self._sparse_at_the_end(batch, {*blank.tolist(), *suspects})
        flags = np.ones(len(batch[0]), bool)
        flags[[*blank, *suspects]] = False
        self.blank += (blank + self.rows).tolist()
        self.others |= {self.rows + at: cells for at, cells in suspects.items()}
        self.rows += len(flags)
        kept = pa.array(flags)
        self._look_for_gaps(batch if flags.all() else [column.filter(kept) for column in batch])
        return kept

    def _look_for_gaps(self, records: Batch) -> None:
        self.has_all = self.has_all or [True] * self.width
        for at, column in enumerate(records):
            if self.has_all[at]:
                empty = pc.sum(pc.equal(pc.binary_length(column), 0)).as_py() or 0
                self.has_all[at] = not empty and not column.null_count

    def _sparse_at_the_end(self, batch: Batch, known: set[int]) -> dict[int, Cells]:
        rows, found = len(batch[0]), dict[int, Cells]()
        for at in range(rows - 1, max(0, rows - MOST_TAIL_ROWS) - 1, -1):
            cells = _cells(batch, at) if at not in known else []
            if sum(map(bool, cells)) > max(1, self.width // 3):
                break
            if cells:
                found[at] = cells
        return found

    def judged(self) -> LeftOut:
        """What is left out, once all was seen. The other suspects are records."""
        found = LeftOut()
        records = self.rows - len(self.blank) - len(self.others)
        if not records:
            return found
        rules = [at for at, cells in self.others.items() if _is_rule(cells)]
        found.rules.update(rules)
        self._judge_the_end(found)
        if any(self.has_all):
            found.blank.update(self.blank)
        elif found.blank < {*self.blank}:
            # Where such records stand elsewhere, too, those at the end are like them.
            found.blank.clear()
        totals = {at for at, cells in self.others.items() if at not in found.rows and is_total(cells)}
        found.totals.update(at for at in totals if self._is_gap(self.others[at]))
        found.unsure = sorted(totals - found.totals)
        return found

    def _judge_the_end(self, found: LeftOut) -> None:
        blank = set(self.blank)
        words = [_first(cells).casefold() for cells in self.others.values()]
        for at in range(self.rows - 1, -1, -1):
            cells = self.others.get(at, [])
            if at in blank:
                found.blank.add(at)
            elif _first(cells).casefold().rstrip(" :") in TOTALS and words.count(_first(cells).casefold()) == 1:
                found.totals.add(at)
            elif cells and self._is_note(at, cells, blank, found):
                found.notes.add(at)
            elif at not in found.rules:
                return

    def _is_note(self, at: int, cells: Cells, blank: set[int], found: LeftOut) -> bool:
        is_apart = {at - 1} <= blank or (at - 1 in self.others and _first(self.others[at - 1]).casefold() in TOTALS)
        is_alone = sum(map(bool, cells)) == 1 and self.width > 2
        says_so = bool(re.search(IS_NOTE, _first(cells)))
        return self._is_gap(cells) and (says_so or (is_apart and is_alone and " " in _first(cells).strip()))

    def _is_gap(self, cells: Cells) -> bool:
        """Whether a value lacks in columns that have one in every record: in a third of them at least."""
        lacking = [not cell for cell, has_all in zip(cells, self.has_all, strict=True) if has_all]
        return any(lacking) and 3 * sum(lacking) >= len(lacking)


def _marginal(batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """The rows without a value, and those whose first value is a rule or begins like a total."""
    pending = np.arange(len(batch[0]))
    found = [np.array([], np.int64)]
    for column in batch:
        texts = pc.fill_null(pc.utf8_trim_whitespace(column.take(pa.array(pending))), "")
        found.append(pending[np.asarray(pc.match_substring_regex(texts, _RULE_OR_TOTAL))])
        pending = pending[np.asarray(pc.equal(texts, ""))]
        if not len(pending):
            break
    return pending, np.sort(np.concatenate(found))


def _cells(batch: Batch, at: int) -> Cells:
    return [(column[at].as_py() or "").strip() for column in batch]


def _first(cells: Sequence[str]) -> str:
    return next(filter(None, cells), "")


def _is_rule(cells: Cells) -> bool:
    return all(re.search(IS_RULE, cell) for cell in cells if cell)


def is_total(cells: Sequence[str]) -> bool:
    """Whether the first cell that says anything begins like a total."""
    return bool(re.search(IS_TOTAL, _first(cells)))
