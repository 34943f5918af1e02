"""XLSX: the first sheet, streamed; formulas give the result Excel last stored and are never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast
from xml.etree.ElementTree import ParseError

import openpyxl
import pyarrow as pa

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits
from generation.engine.tables.naming import checked_labels, name_of
from generation.engine.tables.source import MISSING_WORDS, Batch, TableSource
from generation.engine.tables.streams import Borrowed

CHUNK_BYTES = 1 << 20
BATCH_ROWS = 16_384
EXCEL_ROWS = 1_048_576
# A workbook needs no document type, and only an entity bomb has one; UTF-16 is how one would hide.
DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
WORKBOOK_ERRORS = (*ZIP_ERRORS, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError)

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


def open_xlsx(source: Borrowed, limits: Limits) -> TableSource:
    """The first sheet, read once into compressed memory: a workbook is small, and slow to read twice."""
    require_honest_sizes(source, limits)
    try:
        labels, spool, notes = _read_sheet(source, limits)
    except WORKBOOK_ERRORS:
        raise TableError("damaged", "The workbook cannot be read. Save it again as .xlsx, or as CSV.") from None
    return TableSource(
        format="xlsx", labels=labels, batches=lambda: _replay(spool), missing=MISSING_WORDS, first_row=2, notes=notes
    )


def require_honest_sizes(source: Borrowed, limits: Limits) -> None:
    """Refuses a workbook that declares too much, unpacks to more than it declares, or defines XML entities."""
    try:
        with zipfile.ZipFile(cast(BinaryIO, source)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > limits.max_workbook_bytes:
                raise _too_large()
            _unpack(archive, members, limits.max_workbook_bytes)
    except ZIP_ERRORS:
        raise TableError("damaged", "The workbook is damaged or lies about its sizes. Save it again.") from None


def _unpack(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], left: int) -> None:
    for member in members:
        with archive.open(member) as part:
            while data := part.read(CHUNK_BYTES):
                left -= len(data)
                if left < 0:
                    raise _too_large()
                if any(doctype in data for doctype in DOCTYPES):
                    raise TableError("entities", "The workbook defines XML entities, which Excel never does.")


def _too_large() -> TableError:
    return TableError("too_large", "The workbook unpacks to more than is allowed. Save the sheet as CSV and upload it.")


def _read_sheet(source: Borrowed, limits: Limits) -> tuple[list[str], pa.Buffer, list[str]]:
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out, which no value depends on.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # The dimensions are what the file declares: a lie would pad every row.
        sheet.reset_dimensions()
        rows = _texts(sheet.iter_rows(values_only=True), limits)
        labels = next(rows, None)
        if labels is None:
            raise TableError("empty", "The first sheet is empty. Move the table to the first sheet.")
        checked_labels(header := [label or "" for label in labels], limits)
        spool = _spool(rows, len(header))
        others = len(book.sheetnames) - 1
    return header, spool, [f"Only the first of {others + 1} sheets was read."] if others else []


def _texts(rows: Iterator[tuple[Cell, ...]], limits: Limits) -> Iterator[list[str | None]]:
    """The non-empty rows as texts, each as long as the header."""
    width = 0
    for number, cells in enumerate(rows, start=1):
        if number > EXCEL_ROWS:
            raise TableError("too_many_rows", f"The sheet has more rows than Excel's {EXCEL_ROWS:,}.")
        texts = _trimmed(cells)
        if len(texts) > limits.max_columns:
            raise TableError("too_many_columns", f"Row {number:,} has more than {limits.max_columns:,} cells.")
        if width and len(texts) > width:
            raise TableError(
                "ragged_row",
                f"Row {number:,} (the header is row 1) has {len(texts):,} cells; the header has {width:,}.",
            )
        width = width or len(texts)
        if texts:
            yield texts + [None] * (width - len(texts))


def _trimmed(cells: tuple[Cell, ...]) -> list[str | None]:
    length = len(cells)
    while length and cells[length - 1] is None:
        length -= 1
    return [_text(cell) for cell in cells[:length]]


def _text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def _spool(rows: Iterator[list[str | None]], width: int) -> pa.Buffer:
    schema = pa.schema([(name_of(position), pa.string()) for position in range(width)])
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        while batch := list(itertools.islice(rows, BATCH_ROWS)):
            arrays = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    return pa.py_buffer(sink.getbuffer())


def _replay(spool: pa.Buffer) -> Iterator[Batch]:
    with pa.ipc.open_stream(spool) as reader:
        for batch in reader:
            yield batch.columns
