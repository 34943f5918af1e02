"""Row groups of a Parquet file: where they lie, some of its records as Parquet again, what two share. No pandas."""

from __future__ import annotations

import math
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def row_groups(source: BinaryIO) -> list[tuple[int, int, int]]:
    """(first byte, byte after the last, rows) of each row group, in the order of the file."""
    found = pq.ParquetFile(source).metadata
    return [_span(found.row_group(number)) for number in range(found.num_row_groups)]


def _span(group: Any) -> tuple[int, int, int]:
    columns = [group.column(number) for number in range(group.num_columns)]
    starts = [one.dictionary_page_offset or one.data_page_offset for one in columns]
    ends = [start + one.total_compressed_size for start, one in zip(starts, columns, strict=True)]
    return min(starts), max(ends), group.num_rows


def write_labelled(source: BinaryIO, sink: BinaryIO, notes: Mapping[str, str]) -> None:
    """The file byte for byte, and after it a footer that says the notes too, as key-value metadata.

    A reader of Parquet begins at the last footer, whose row groups lie where they lay. So the file is labelled, and its
    first bytes are still the ones that were reviewed.
    """
    with pq.ParquetFile(source) as table, TemporaryDirectory() as folder:
        footer = Path(folder) / "footer"
        schema = _noted(table.schema_arrow, notes)
        pq.write_metadata(schema, footer, metadata_collector=[table.metadata], version="2.6")
        source.seek(0)
        shutil.copyfileobj(source, sink)
        sink.write(footer.read_bytes().removeprefix(b"PAR1"))


def _noted(schema: pa.Schema, notes: Mapping[str, str]) -> pa.Schema:
    """The schema with notes, and without the numbers of fields that reading has added to it."""
    fields = []
    for one in schema:
        kept = {key: value for key, value in (one.metadata or {}).items() if not key.startswith(b"PARQUET:")}
        fields.append(one.with_metadata(kept or None))
    said = {key.encode(): value.encode() for key, value in notes.items()}
    return pa.schema(fields, metadata=(schema.metadata or {}) | said)


def write_rows(source: BinaryIO, sink: BinaryIO, chosen: Collection[int], notes: Mapping[str, str]) -> None:
    """The records at these rows (from 0) as Parquet in their order, with notes."""
    with (
        pq.ParquetFile(source) as table,
        pq.ParquetWriter(sink, _noted(table.schema_arrow, notes), compression="zstd") as writer,
    ):
        keep = np.zeros(table.metadata.num_rows, dtype=bool)
        keep[list(chosen)] = True
        at = 0
        for number in range(table.num_row_groups):
            group = table.read_row_group(number, use_threads=False)
            chosen_here = group.filter(pa.array(keep[at : at + group.num_rows]))
            writer.write_table(chosen_here.cast(writer.schema))
            at += group.num_rows


def records_in_common(source: BinaryIO, other: BinaryIO) -> int:
    """How many records of the first file are in the second one too: the same columns in whichever order, with the same
    values, a number being the same however it is kept (2 and 2.0).

    Compared by 64-bit hashes: of two million records about one in ten million tells a false one.
    """
    known = set(_records(other))
    return sum(one in known for one in _records(source))


def _records(source: BinaryIO) -> Iterator[int]:
    with pq.ParquetFile(source) as table:
        names = sorted(table.schema_arrow.names)
        for batch in table.iter_batches(use_threads=False):
            columns = [_by_value(batch.column(name)) for name in names]
            yield from (hash(repr((names, record))) for record in zip(*columns, strict=True))


def _by_value(column: pa.Array) -> list[Any]:
    """Values that are written alike where they are alike: numbers, days and moments, and what is no value."""
    kind = column.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return list(column.cast(pa.timestamp("us"), safe=False).to_pylist())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return [_number(value) for value in column.to_pylist()]
    return list(column.to_pylist())


def _number(value: Any) -> float | int | None:
    if value is None or math.isnan(value):
        return None
    return int(value) if math.isfinite(value) and value == int(value) else float(value)
