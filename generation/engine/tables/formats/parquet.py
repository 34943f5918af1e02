"""Parquet: what the footer says is checked against the limits, and then not believed but counted."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.naming import checked_labels
from generation.engine.tables.source import EMPTY_ONLY, Batch, TableSource

BATCH_ROWS = 16_384
# A batch whose texts would take more than this is cut before they are written out in full.
BATCH_BYTES = 64 * 2**20
MAX_FOOTER_BYTES = 64 * 2**20
ARROW_ERRORS = (pa.ArrowException, OSError, UnicodeDecodeError)


def open_parquet(source: Borrowed, limits: Limits) -> TableSource:
    """A Parquet file of flat columns; texts are read as dictionaries, so that a repeated long one stays small."""
    file = _opened(source, [])
    _require_declared(file.metadata, limits)
    labels = list(file.schema_arrow.names)
    checked_labels(labels, limits)
    texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
    targets = [_target(field.type, position) for position, field in enumerate(file.schema_arrow)]
    return TableSource(
        format="parquet",
        labels=labels,
        batches=lambda: _batches(_opened(source, texts), targets, limits),
        missing=EMPTY_ONLY,
        logical=[str(field.type) for field in file.schema_arrow],
        explicit_text=set(range(len(labels))),
    )


def _opened(source: Borrowed, texts: list[str]) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(
            source,
            read_dictionary=texts,
            thrift_string_size_limit=MAX_FOOTER_BYTES,
            thrift_container_size_limit=1_000_000,
        )
    except ARROW_ERRORS:
        raise _damaged() from None


def _damaged() -> TableError:
    return TableError("damaged", "The Parquet file is damaged or cut off. Write it again and upload it.")


def _require_declared(footer: pq.FileMetaData, limits: Limits) -> None:
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    if max(footer.num_rows, sum(group.num_rows for group in groups)) > limits.max_rows:
        raise TableError("too_many_rows", f"The file declares more than {limits.max_rows:,} rows. Split it.")
    if sum(group.total_byte_size for group in groups) > limits.max_unpacked_bytes:
        raise TableError("too_large", "The file unpacks to more than is allowed. Split it and upload the parts.")


def _is_text(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(is_kind(kind) for is_kind in (*texts, pa.types.is_dictionary))


# Which Arrow types become which; the first that agrees decides.
TARGETS = (
    (pa.types.is_boolean, pa.bool_()),
    (pa.types.is_integer, pa.int64()),
    (pa.types.is_floating, pa.float64()),
    (pa.types.is_decimal, pa.float64()),
    (pa.types.is_date, pa.date32()),
    (pa.types.is_timestamp, pa.timestamp("us")),
    (pa.types.is_time, pa.string()),
    (pa.types.is_null, pa.string()),
    (_is_text, pa.string()),
)


def _target(kind: pa.DataType, position: int) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _target(kind.value_type, position)
    for agrees, target in TARGETS:
        if agrees(kind):
            return target
    raise TableError(
        "nested" if pa.types.is_nested(kind) else "unknown_type",
        f"Column {position + 1} holds lists, structures or another type that is not a plain value. "
        "Flatten it into columns of text, numbers or dates.",
    )


def _batches(file: pq.ParquetFile, targets: list[pa.DataType], limits: Limits) -> Iterator[Batch]:
    left_bytes, rows = limits.max_unpacked_bytes, 0
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            size = sum(_written_out(column, limits, position) for position, column in enumerate(batch.columns))
            left_bytes, rows = left_bytes - size, rows + batch.num_rows
            if left_bytes < 0:
                raise TableError("too_large", "The file unpacks to more than is allowed. Split it.")
            step = max(1, batch.num_rows // (size // BATCH_BYTES + 1))
            for start in range(0, batch.num_rows, step):
                columns = batch.slice(start, step).columns
                yield [_plain(column, *at) for column, at in zip(columns, enumerate(targets), strict=True)]
    except ARROW_ERRORS:
        raise _damaged() from None
    if rows != file.metadata.num_rows:
        raise _damaged()


def _written_out(column: pa.Array, limits: Limits, position: int) -> int:
    """Bytes the column takes once its dictionary is written out in full."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary) if _is_text(column.dictionary.type) else None
    if lengths is None:
        return 8 * len(column)
    # Four bytes are the most a character takes.
    if (pc.max(lengths).as_py() or 0) > 4 * limits.max_cell_chars:
        raise TableError(
            "cell_too_long", f"Column {position + 1} holds a cell of more than {limits.max_cell_chars:,} characters."
        )
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def _plain(column: pa.Array, position: int, target: pa.DataType) -> pa.Array:
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    try:
        return _cast(column, target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise TableError(
            "unfit_values",
            f"Column {position + 1} holds bytes that are no text, or numbers or times beyond 64 bits. "
            "Write it as text or as smaller numbers.",
        ) from None


def _cast(column: pa.Array, target: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        # Nanoseconds are cut off; a zone's times are kept in UTC.
        return column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(target)
    if pa.types.is_time(column.type):
        return pc.replace_substring_regex(column.cast(target), r"\.0+$", "")
    plain = column.cast(target, safe=not pa.types.is_decimal(column.type))
    # pandas writes a missing number as NaN.
    return pc.if_else(pc.is_nan(plain), pa.scalar(None, target), plain) if target == pa.float64() else plain
