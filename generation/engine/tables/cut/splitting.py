"""The holdout cut: records (or whole persons) that no synthesizer ever sees, chosen by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from generation.engine.errors import TableError
from generation.engine.tables.cut.sketches import ranks, record_numbers
from generation.engine.tables.writing import ROW_GROUP_ROWS, NormalisedWriter

# A holdout below this gives wide intervals; tables of LARGE_TABLE_ROWS and more can afford it.
MIN_HOLDOUT_ROWS = 1_000
LARGE_TABLE_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Split:
    """Rows on either side of the cut; `note` is a sentence, empty when there is nothing to say."""

    training_rows: int
    holdout_rows: int
    note: str


def split_holdout(
    source: BinaryIO,
    training: BinaryIO,
    holdout: BinaryIO,
    *,
    share: float = 0.2,
    person: str | None = None,
    seed: int | bytes,
) -> Split:
    """Cuts a Parquet table in two, each in the original order.

    The holdout takes `share` of the rows, at least 1,000 where the table has 5,000, and at least one. With `person`,
    the name of an id column, all rows with an equal id go to one side, so the holdout may be a little larger; a row
    without an id is a person of its own. The same table and seed give the same bytes. With a key (bytes) in place of a
    number, persons, or records with the number of their occurrence, are ranked by keyed digests: neither the order of
    the file nor another byte in it moves the cut. Memory: 33 bytes a row, and the distinct ids.
    """
    if not 0 < share < 1:
        raise ValueError("share is a fraction between 0 and 1")
    with pq.ParquetFile(source) as table:
        wanted = _wanted_rows(table.metadata.num_rows, share)
        if isinstance(seed, bytes):
            is_holdout = _ranked(table, person, wanted, seed)
        elif person is None:
            is_holdout = _random_rows(table.metadata.num_rows, wanted, np.random.default_rng(seed))
        else:
            is_holdout = _random_persons(_person_codes(table, person), wanted, np.random.default_rng(seed))
        _write_sides(table, is_holdout, training, holdout)
    rows = int(is_holdout.sum())
    return Split(len(is_holdout) - rows, rows, _note(rows, len(is_holdout), wanted))


def hold_nothing_out(source: BinaryIO, training: BinaryIO, holdout: BinaryIO) -> Split:
    """Every row goes to training, and the holdout has the same columns and no row."""
    with pq.ParquetFile(source) as table:
        rows = table.metadata.num_rows
        _write_sides(table, np.zeros(rows, dtype=bool), training, holdout)
    return Split(rows, 0, "Nothing is held out: what is made of such a source learns nothing from it.")


def _wanted_rows(rows: int, share: float) -> int:
    if rows < 2:
        raise TableError("too_few_rows", "A table of one row cannot be split into training and holdout. Add rows.")
    least = MIN_HOLDOUT_ROWS if rows >= LARGE_TABLE_ROWS else 1
    return min(max(round(share * rows), least), rows - 1)


def _ranked(table: pq.ParquetFile, person: str | None, wanted: int, key: bytes) -> NDArray[np.bool_]:
    """Rows, or whole persons, in the order of their keyed ranks; a row without an id ranks by itself."""
    if person is None:
        is_holdout = np.zeros(table.metadata.num_rows, dtype=bool)
        is_holdout[np.argsort(ranks(record_numbers(table, key)), kind="stable")[:wanted]] = True
        return is_holdout
    codes = _person_codes(table, person)
    firsts = np.unique(codes, return_index=True)[1]
    of_row = np.where(
        _without_id(table, person), ranks(record_numbers(table, key)), record_numbers(table, key, [person])
    )
    return _persons_in(codes, np.argsort(of_row[firsts], kind="stable"), wanted)


def _without_id(table: pq.ParquetFile, person: str) -> NDArray[np.bool_]:
    ids = table.read([person], use_threads=False).column(0)
    found: NDArray[np.bool_] = pc.is_null(ids).combine_chunks().to_numpy(zero_copy_only=False)
    return found


def _random_rows(rows: int, wanted: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    is_holdout = np.zeros(rows, dtype=bool)
    is_holdout[rng.permutation(rows)[:wanted]] = True
    return is_holdout


def _person_codes(table: pq.ParquetFile, person: str) -> NDArray[np.int64]:
    """A number per row, equal for equal ids, counted by first appearance; rows without an id get their own."""
    ids = table.read([person], use_threads=False).column(0).dictionary_encode().combine_chunks()
    indices = pc.fill_null(ids.indices.cast(pa.int64()), -1)
    codes: NDArray[np.int64] = indices.to_numpy(zero_copy_only=False).copy()
    unknown = codes < 0
    codes[unknown] = len(ids.dictionary) + np.arange(unknown.sum())
    return codes


def _random_persons(codes: NDArray[np.int64], wanted: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Persons in random order."""
    return _persons_in(codes, rng.permutation(int(codes.max(initial=-1)) + 1), wanted)


def _persons_in(codes: NDArray[np.int64], order: NDArray[np.intp], wanted: int) -> NDArray[np.bool_]:
    """Persons in an order until `wanted` rows are reached; the last person always stays in training."""
    rows_of = np.bincount(codes)
    if len(rows_of) < 2:
        raise TableError(
            "one_person", "All rows belong to one person, so no one can be held out. Choose another id column, or none."
        )
    count = min(int(np.searchsorted(np.cumsum(rows_of[order]), wanted)) + 1, len(order) - 1)
    is_held_out = np.zeros(len(rows_of), dtype=bool)
    is_held_out[order[:count]] = True
    return is_held_out[codes]


def _write_sides(table: pq.ParquetFile, is_holdout: NDArray[np.bool_], training: BinaryIO, holdout: BinaryIO) -> None:
    schema = table.schema_arrow
    start = 0
    with NormalisedWriter(training, schema) as kept, NormalisedWriter(holdout, schema) as held:
        for batch in table.iter_batches(batch_size=ROW_GROUP_ROWS, use_threads=False):
            side = is_holdout[start : start + batch.num_rows]
            kept.write(batch.filter(pa.array(~side)))
            held.write(batch.filter(pa.array(side)))
            start += batch.num_rows


def _note(holdout: int, rows: int, wanted: int) -> str:
    if holdout < MIN_HOLDOUT_ROWS:
        return f"The holdout has only {holdout:,} rows, so what is measured against it has wide intervals."
    if holdout > 1.5 * wanted:
        return f"One person has so many rows that the holdout took {holdout / rows:.0%} of the table."
    return ""
