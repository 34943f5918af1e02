"""A Parquet table as CSV, JSON Lines, or CSV that is safe in a spreadsheet. Imports pyarrow only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

Kind = Literal["csv", "jsonl", "spreadsheet_csv"]

BATCH_ROWS = 16_384
# A spreadsheet takes a cell that starts like this for a formula; the last four are the fullwidth forms of = + - @.
FORMULA = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
BYTE_ORDER_MARK = "\ufeff".encode()


def render(source: BinaryIO, sink: BinaryIO, kind: Kind, labels: Mapping[str, str] | None = None) -> None:
    """Writes the Parquet in `source` to `sink`, batch by batch, in UTF-8; `labels` gives column names to show.

    csv: RFC 4180, texts quoted, a missing value empty, ISO 8601 dates. jsonl: one object per line, missing null.
    spreadsheet_csv: csv in which texts and labels that look like formulas start with an apostrophe, with a byte order
    mark, without which Excel takes UTF-8 for something else; numbers are as they are.
    The same table gives the same bytes.
    """
    with pq.ParquetFile(source) as table:
        names = [(labels or {}).get(name, name) for name in table.schema_arrow.names]
        if kind == "jsonl":
            _write_jsonl(table, sink, names)
        else:
            _write_csv(table, sink, names, is_for_spreadsheet=kind == "spreadsheet_csv")


def count_formula_cells(source: BinaryIO) -> int:
    """How many text cells a spreadsheet would take for formulas."""
    with pq.ParquetFile(source) as table:
        texts = [field.name for field in table.schema_arrow if pa.types.is_string(field.type)]
        batches = table.iter_batches(batch_size=BATCH_ROWS, columns=texts, use_threads=False)
        return sum(_formulas(column) for batch in batches for column in batch.columns)


def _formulas(texts: pa.Array) -> int:
    return pc.sum(pc.match_substring_regex(texts, FORMULA)).as_py() or 0


def _write_csv(table: pq.ParquetFile, sink: BinaryIO, names: list[str], *, is_for_spreadsheet: bool) -> None:
    if is_for_spreadsheet:
        sink.write(BYTE_ORDER_MARK)
        names = _disarmed(pa.array(names, pa.string())).to_pylist()
    options = pyarrow.csv.WriteOptions(eol="\r\n", quoting_style="needed", batch_size=BATCH_ROWS)
    # A row of one empty cell would be a blank line, which readers skip: there, missing is "".
    is_single = len(names) == 1
    columns = [
        _for_csv(pa.array([], field.type), is_for_spreadsheet, is_single=is_single) for field in table.schema_arrow
    ]
    schema = pa.schema([(name, column.type) for name, column in zip(names, columns, strict=True)])
    with pyarrow.csv.CSVWriter(sink, schema, write_options=options) as writer:
        for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            arrays = [_for_csv(column, is_for_spreadsheet, is_single=is_single) for column in batch.columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _for_csv(column: pa.Array, is_for_spreadsheet: bool, *, is_single: bool) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        column = _iso(column)
    if is_for_spreadsheet and pa.types.is_string(column.type):
        column = _disarmed(column)
    return pc.fill_null(column.cast(pa.string()), "") if is_single else column


def _disarmed(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(texts, FORMULA), pc.binary_join_element_wise("'", texts, ""), texts)


def _iso(moments: pa.Array) -> pa.Array:
    """2020-02-29T10:00:00, with microseconds only where there are some."""
    texts = pc.replace_substring(moments.cast(pa.timestamp("us")).cast(pa.string()), " ", "T")
    return pc.replace_substring_regex(texts, r"\.0+$", "")


def _write_jsonl(table: pq.ParquetFile, sink: BinaryIO, names: list[str]) -> None:
    for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
        columns = [_for_json(column) for column in batch.columns]
        rows = zip(*columns, strict=True)
        sink.write("".join(_line(dict(zip(names, row, strict=True))) for row in rows).encode())


def _for_json(column: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        column = _iso(column)
    if pa.types.is_date(column.type):
        column = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        # JSON has no NaN and no infinity.
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return list(column.to_pylist())


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
