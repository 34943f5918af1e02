"""A file held against a source: what of it the source says too, with what a holdout would say beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from scipy import stats

from generation.engine.errors import EngineError
from generation.engine.pii.entities import SOURCE
from generation.engine.scan.against.gathered import Digests, Gathered, digests_of_words
from generation.engine.scan.against.passages import Index
from generation.engine.scan.against.records import Repeated, repeated_records
from generation.engine.scan.against.told import Cells
from generation.engine.scan.batch import Contents, Manner
from generation.engine.scan.opening import Reading, read_contents
from generation.engine.scan.repeats import (
    DOUBTFUL,
    KINDS,
    LONG_RUN,
    NEAR_RECORD,
    NEAR_TEXT,
    RECORD,
    RUN,
    TEXT,
    TOLD,
)
from generation.engine.scan.report import MOST_ROWS, Finding

SIGNIFICANCE, SIGNIFICANCE_DOUBTFUL = 0.05, 0.001

T = TypeVar("T")
Figures = dict[str, Any]


class Against:
    """A source, ready to hold files against it. It has digests of every cell and word: never store it."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.gathered = Gathered()
        for path in paths:
            self.gathered.join(read_path(path, _gather))
        if not self.gathered.rows:
            raise EngineError("no_source", "The source to compare with holds no records and no texts.")
        self.size = self.gathered.size
        self._index, self._cells = Index(self.gathered.passages), Cells(self.gathered)

    def hold(self, contents: Contents) -> Held:
        """What of a file the source says too."""
        held, target = Held(contents.unit), Gathered()
        for batch in contents.batches():
            target.add(contents, batch)
            if batch.manner is not Manner.CELLS:
                for text, row in zip(batch.texts, batch.rows, strict=True):
                    words = digests_of_words(text)
                    held.meet(batch.column, row, words, partial(self._kinds, text, words))
        if target.is_table and self.gathered.is_table:
            held.keep(repeated_records(target, self.gathered))
        return held

    def _kinds(self, text: str, words: Digests) -> tuple[frozenset[str], int]:
        """What a text repeats of the source, and the longest run that it shares."""
        met = self._index.meet(words)
        told = {
            TEXT: met.is_whole,
            NEAR_TEXT: met.is_near,
            RUN: met.is_own and met.run >= LONG_RUN,
            TOLD: self._cells.tells(text),
        }
        return frozenset(kind for kind, holds in told.items() if holds), met.run


def read_path(path: Path, use: Callable[[Contents], T]) -> T:
    """What `use` makes of a file, read as data. Raises TableError, Passed and OSError."""
    with path.open("rb") as source:
        return read_contents(source, path.name, use, Reading())


def _gather(contents: Contents) -> Gathered:
    gathered = Gathered()
    for batch in contents.batches():
        gathered.add(contents, batch)
    return gathered


@dataclass
class Held:
    """Places by kind and column, and how many different texts, and records, were held against the source."""

    unit: str = "row"
    longest: int = 0
    records: Repeated | None = None
    places: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    seen: dict[bytes, frozenset[str]] = field(default_factory=dict)

    def meet(self, column: str, row: int, words: Digests, kinds: Callable[[], tuple[frozenset[str], int]]) -> None:
        """One text of these words; of one that was there before the kinds are known."""
        known = words.tobytes()
        if known not in self.seen:
            self.seen[known], run = kinds()
            self.longest = max(self.longest, run)
        for kind in self.seen[known]:
            self.places.setdefault((kind, column), []).append(row)

    def keep(self, records: Repeated | None) -> None:
        """The records."""
        self.records = records
        if records is not None:
            for kind, flags in ((RECORD, records.exact), (NEAR_RECORD, records.near)):
                if flags.any():
                    self.places[kind, ""] = flags.nonzero()[0].tolist()

    def of(self, kind: str) -> int:
        """How many records, or different texts, could be of this kind."""
        if kind in (RECORD, NEAR_RECORD):
            return self.records.n if self.records else 0
        return len(self.seen)

    def count(self, kind: str) -> int:
        """How many of them are."""
        if kind in (RECORD, NEAR_RECORD):
            return len(self.places.get((kind, ""), ()))
        return sum(kind in kinds for kinds in self.seen.values())

    def share(self, kind: str) -> float:
        return self.count(kind) / self.of(kind) if self.of(kind) else 0.0


def compare(name: str, held: Held, size: int, beside: Held | None) -> tuple[list[Finding], Figures]:
    """What was found in a file that was held against a source of `size` records, and the figures.

    `beside` is a holdout held against the same source: it shows how often real records that nobody used repeat it by
    chance. What a file does not clearly repeat more often (exact binomial test) is no finding.
    """
    findings = [
        _finding(name, held.unit, kind, column, rows)
        for (kind, column), rows in sorted(held.places.items())
        if _is_beyond_chance(kind, held, beside)
    ]
    return findings, _figures(name, held, size, beside)


def _is_beyond_chance(kind: str, held: Held, beside: Held | None) -> bool:
    if beside is None:
        return kind not in DOUBTFUL
    mine, theirs = held.count(kind), beside.count(kind)
    fair = held.of(kind) / (held.of(kind) + beside.of(kind))
    chance = float(stats.binomtest(mine, mine + theirs, fair, "greater").pvalue)
    return chance < (SIGNIFICANCE_DOUBTFUL if kind in DOUBTFUL else SIGNIFICANCE)


def _finding(name: str, unit: str, kind: str, column: str, rows: list[int]) -> Finding:
    places = sorted(set(rows))
    said = f"{kind}, {len(places):,} of them: {KINDS[kind]}"
    return Finding(name, kind, column, unit, tuple(places[:MOST_ROWS]), len(places), len(rows), 1.0, (SOURCE,), said)


def _figures(name: str, held: Held, size: int, beside: Held | None) -> Figures:
    return {
        "file": name,
        "source_records": size,
        **_counts(held),
        **({"holdout": _counts(beside)} if beside else {}),
        "said": " ".join(_sentences(held, size, beside)),
    }


def _counts(held: Held) -> Figures:
    return {
        "records": held.of(RECORD),
        "columns": held.records.columns if held.records else 0,
        "texts": len(held.seen),
        "longest_run": held.longest,
        "repeated": {kind.lower(): {"count": held.count(kind), "share": held.share(kind)} for kind in KINDS},
    }


def _sentences(held: Held, size: int, beside: Held | None) -> Iterator[str]:
    if held.records:
        yield (
            f"Of {held.records.n:,} records, compared with {size:,} in {held.records.columns} columns, "
            f"{_share(held, RECORD)} are records of the source{_beside(beside, RECORD)}; "
            f"{_share(held, NEAR_RECORD)} are but for one column{_beside(beside, NEAR_RECORD)}."
        )
    if held.seen:
        words = {
            TEXT: "are texts of the source",
            NEAR_TEXT: "are nearly",
            RUN: f"share {LONG_RUN} words in a row and more",
            TOLD: "tell one of its records",
        }
        each = "; ".join(f"{_share(held, kind)} {said}{_beside(beside, kind)}" for kind, said in words.items())
        run = f" (holdout: {beside.longest})" if beside else ""
        yield f"Of {len(held.seen):,} different texts {each}; the longest run is {held.longest} words{run}."
    if not held.records and not held.seen:
        yield "It has neither columns nor texts in common with the source."
    elif beside is None:
        yield "Without a holdout nobody can say how much of what is nearly the same is chance."


def _share(held: Held, kind: str) -> str:
    return f"{held.count(kind):,} ({held.share(kind):.2%})"


def _beside(beside: Held | None, kind: str) -> str:
    return f" (holdout: {beside.share(kind):.2%} of {beside.of(kind):,})" if beside else ""
