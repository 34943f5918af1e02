"""Records as keyed numbers: equal records have equal numbers, and nobody without the key can compute one.

From them follow a cut that no change of a file's bytes moves, and a sketch that knows a source again, with one record
changed or in another order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

BATCH_ROWS = 65_536
SKETCH_SIZE = 256
# Share of the smaller source's distinct records that the other has, from which on both count as one source.
SAME_SOURCE = 0.5
# So few distinct records say little: two short tables may share them by chance, and need equal labels too.
FEW_RECORDS = 1_000
Numbers = NDArray[np.uint64]


def record_numbers(table: pq.ParquetFile, key: bytes, columns: Sequence[str] | None = None) -> Numbers:
    """A number per row, from the values of these columns, or all, in the order of their names. 8 bytes a row."""
    names = sorted(columns or table.schema_arrow.names)
    batches = table.iter_batches(batch_size=BATCH_ROWS, columns=names, use_threads=False)
    found = (_numbers([_words(one.column(name)) for name in names], key, one.num_rows) for one in batches)
    return np.concatenate([np.zeros(0, np.uint64), *found])


def _words(values: pa.Array) -> list[str | None]:
    """Values as texts; one that Arrow cannot write as a text, as Python does."""
    try:
        texts: list[str | None] = pc.cast(values, pa.string()).to_pylist()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        texts = [None if value is None else repr(value) for value in values.to_pylist()]
    return texts


def _numbers(columns: list[list[str | None]], key: bytes, rows: int) -> Numbers:
    """Each part says how long it is, so that no two records run together; no value is its own part."""
    found = np.empty(rows, np.uint64)
    for at, values in enumerate(zip(*columns, strict=True)):
        digest = hashlib.blake2b(key=key, digest_size=8)
        for value in values:
            said = b"-" if value is None else value.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % (-1 if value is None else len(said)) + said)
        found[at] = int.from_bytes(digest.digest(), "little")
    return found


def ranks(numbers: Numbers) -> Numbers:
    """The same numbers made unlike for equal records, by which occurrence of it each one is, from the first on."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    nth = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    occurrence = np.empty(len(numbers), np.uint64)
    occurrence[order] = nth.astype(np.uint64)
    return np.where(occurrence == 0, numbers, _mixed(numbers ^ _mixed(occurrence)))


def _mixed(numbers: Numbers) -> Numbers:
    """SplitMix64's finisher: one to one on 64 bits."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest keyed numbers of a source's distinct records (bottom-k), how many there are, and of its labels."""

    smallest: tuple[int, ...]
    distinct: int
    labels: str

    def as_json(self) -> dict[str, object]:
        return {"smallest": list(self.smallest), "distinct": self.distinct, "labels": self.labels}

    @classmethod
    def from_json(cls, kept: dict[str, list[int] | int | str]) -> Sketch:
        smallest, distinct, labels = kept["smallest"], kept["distinct"], kept["labels"]
        return cls(tuple(smallest), int(distinct), str(labels))  # type: ignore[arg-type]


def sketch_of(source: BinaryIO, key: bytes, labels: Sequence[str]) -> Sketch:
    """The sketch of a Parquet table whose columns have these labels."""
    with pq.ParquetFile(source) as table:
        distinct = np.unique(record_numbers(table, key))
    words = hashlib.blake2b(key=key, digest_size=8)
    for label in sorted(label.strip().casefold() for label in labels):
        words.update(label.encode("utf-8", "surrogatepass") + b"\0")
    return Sketch(tuple(int(one) for one in distinct[:SKETCH_SIZE]), len(distinct), words.hexdigest())


def shared(one: Sketch, other: Sketch) -> float:
    """The share of the smaller source's distinct records that the other has, estimated from both sketches.

    The smallest SKETCH_SIZE of both together are a random sample of the union; those that are in both give Jaccard's
    index, and with the sizes the share (Broder 1997). Exact where both have at most SKETCH_SIZE records.
    """
    if not one.distinct or not other.distinct:
        return 0.0
    mine, theirs = set(one.smallest), set(other.smallest)
    union = sorted(mine | theirs)[:SKETCH_SIZE]
    index = sum(number in mine and number in theirs for number in union) / len(union)
    return min(1.0, index * (one.distinct + other.distinct) / ((1 + index) * min(one.distinct, other.distinct)))


def is_same_source(one: Sketch, other: Sketch) -> bool:
    """Whether two files count as one source: half of the smaller one's records, and equal labels where they are few."""
    if min(one.distinct, other.distinct) < FEW_RECORDS and one.labels != other.labels:
        return False
    return shared(one, other) >= SAME_SOURCE
