"""The normalised Parquet: zstd, row groups of one size, the same bytes for the same rows however they arrive."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 65_536
# Rows of long texts make a row group earlier, so that one never fills the memory.
ROW_GROUP_BYTES = 128 * 2**20


class NormalisedWriter:
    """Writes batches as row groups of 65,536 rows (fewer when they are long), and closes the Parquet, not the sink."""

    def __init__(self, sink: BinaryIO, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(sink, schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        while batch.num_rows:
            head = batch.slice(0, ROW_GROUP_ROWS - self._rows)
            batch = batch.slice(head.num_rows)
            self._waiting.append(head)
            self._rows += head.num_rows
            self._bytes += head.nbytes
            if self._rows == ROW_GROUP_ROWS or self._bytes >= ROW_GROUP_BYTES:
                self._flush()

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_batches(self._waiting, schema=self._schema)
            self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self._waiting, self._rows, self._bytes = [], 0, 0
