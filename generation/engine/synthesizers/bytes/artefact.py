"""The synthetic table as a file: deterministic Parquet, whatever the shards it came in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Schema, Sdtype
from generation.engine.tables.logical import spelled_field, to_logical
from generation.engine.tables.spellings.spelling import Spelling

ROW_GROUP_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class ArtefactFacts:
    """What was written."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Origin:
    """How the source is written: its columns by name, and the file's dialect (format, encoding, delimiter, ...)."""

    spellings: Mapping[str, Spelling] = field(default_factory=dict)
    dialect: Mapping[str, str] = field(default_factory=dict)


def write_artefact(
    frames: Iterable[pd.DataFrame], schema: Schema, sink: BinaryIO, note: str = "", origin: Origin | None = None
) -> ArtefactFacts:
    """Write the frames as one Parquet file into `sink`, with a `note` in its metadata if there is one.

    Where an `origin` is given, columns have the source's types (decimals, whole numbers with gaps, zones, times), and
    the file says how the source was written, so that other formats can be written alike. Columns come in schema order
    under their labels (their name when the label is empty; a repeated label gets its number); a column absent from the
    first frame is left out. Types are those of the first frame. The bytes depend only on the records: not on how they
    were cut into frames. Memory holds one frame and one row group.
    """
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        raise FitError("no_rows", "There is no record to write.")
    specs = [spec for spec in schema if spec.name in first.columns]
    origin = origin or Origin()
    labels = {spec.name: label for spec, label in _labelled(specs)}
    spellings = {name: _by_label(spelling, labels) for name, spelling in origin.spellings.items()}
    fields = [
        spelled_field(labels[spec.name], _type(first[spec.name], spec), spellings.get(spec.name)) for spec in specs
    ]
    arrow_schema = pa.schema(fields, metadata=_metadata(note, origin))
    tables = (_table(frame, specs, arrow_schema) for frame in chain([first], frames))
    return _write(tables, arrow_schema, sink)


def _by_label(spelling: Spelling, labels: Mapping[str, str]) -> Spelling:
    """Columns of an artefact go by their labels; one that is not there has no words in its cells."""
    return replace(spelling, stands_in=labels.get(spelling.stands_in, "")) if spelling.stands_in else spelling


def _metadata(note: str, origin: Origin) -> dict[str, str] | None:
    dialect = json.dumps(dict(origin.dialect), sort_keys=True) if origin.dialect else ""
    return {name: text for name, text in (("note", note), ("dialect", dialect)) if text} or None


def join_artefacts(parts: Iterable[BinaryIO], sink: BinaryIO) -> ArtefactFacts:
    """One file from several that `write_artefact` made: the bytes it makes of all their frames together.

    Types are those of the first part. Each part is read to its end before the next one is asked for.
    """
    opened = (pq.ParquetFile(part) for part in parts)
    first = next(opened, None)
    if first is None:
        raise FitError("no_rows", "There is no record to write.")
    schema = _as_written(first.schema_arrow)
    return _write(_batches(first, opened, schema), schema, sink)


def _as_written(schema: pa.Schema) -> pa.Schema:
    """The schema without what reading has added to it, or the bytes would tell in how many parts they came."""
    fields = []
    for one in schema:
        kept = {key: value for key, value in (one.metadata or {}).items() if not key.startswith(b"PARQUET:")}
        fields.append(pa.field(one.name, one.type, metadata=kept or None))
    kept = {key: value for key, value in (schema.metadata or {}).items() if key != b"note"}
    return pa.schema(fields, metadata=kept or None)


def _batches(first: pq.ParquetFile, rest: Iterator[pq.ParquetFile], schema: pa.Schema) -> Iterator[pa.Table]:
    for part in chain([first], rest):
        for batch in part.iter_batches(ROW_GROUP_ROWS):
            yield pa.Table.from_batches([batch]).cast(schema)


def _write(tables: Iterator[pa.Table], schema: pa.Schema, sink: BinaryIO) -> ArtefactFacts:
    rows = 0
    with pq.ParquetWriter(sink, schema, compression="zstd", version="2.6") as writer:
        for group in _row_groups(tables):
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            rows += group.num_rows
    return ArtefactFacts(rows, len(schema))


def _labelled(specs: list[ColumnSpec]) -> list[tuple[ColumnSpec, str]]:
    labels: list[str] = []
    for spec in specs:
        label = wanted = spec.label or spec.name
        number = 1
        while label in labels:
            number += 1
            label = f"{wanted} ({number})"
        labels.append(label)
    return list(zip(specs, labels, strict=True))


def _type(column: pd.Series, spec: ColumnSpec) -> pa.DataType:
    arrow_type = pa.Array.from_pandas(column).type
    if pa.types.is_null(arrow_type):
        # A first shard without any value says nothing: dates come as date objects, all else as text.
        return pa.date32() if spec.sdtype is Sdtype.DATETIME else pa.string()
    return arrow_type.value_type if pa.types.is_dictionary(arrow_type) else arrow_type


def _table(frame: pd.DataFrame, specs: list[ColumnSpec], schema: pa.Schema) -> pa.Table:
    arrays = [to_logical(_plain(frame[spec.name]), field) for spec, field in zip(specs, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _plain(column: pd.Series) -> pa.Array:
    array = pa.Array.from_pandas(column)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _row_groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Row groups of ROW_GROUP_ROWS each, the last one shorter."""
    waiting: pa.Table | None = None
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while waiting.num_rows >= ROW_GROUP_ROWS:
            yield waiting.slice(0, ROW_GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(ROW_GROUP_ROWS)
    if waiting is not None and waiting.num_rows:
        yield waiting.combine_chunks()
