"""Records as keyed numbers: equal records have equal numbers, and nobody without the key can compute one.

From them follow a cut that no change of a file's bytes moves, and a sketch that knows a source again, with one record
changed or in another order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from generation.engine.tables.cut.sources import SKETCH_SIZE, Sketch

BATCH_ROWS = 65_536
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


def sketch_of(source: BinaryIO, key: bytes, labels: Sequence[str]) -> Sketch:
    """The sketch of a Parquet table whose columns have these labels."""
    with pq.ParquetFile(source) as table:
        distinct = np.unique(record_numbers(table, key))
    words = hashlib.blake2b(key=key, digest_size=8)
    for label in sorted(label.strip().casefold() for label in labels):
        words.update(label.encode("utf-8", "surrogatepass") + b"\0")
    return Sketch(tuple(int(one) for one in distinct[:SKETCH_SIZE]), len(distinct), words.hexdigest())
