"""XLSX: the first sheet that is shown, or the one named; formulas give the result last stored, never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import openpyxl
import pyarrow as pa
from openpyxl.workbook import Workbook

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits, Place
from generation.engine.tables.formats.headers import MOST_TITLE_ROWS, header_row
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.naming import checked_labels, name_of
from generation.engine.tables.source import MISSING_WORDS, Batch, TableSource

CHUNK_BYTES = 1 << 20
BATCH_ROWS = 16_384
EXCEL_ROWS = 1_048_576
# A workbook needs no document type, and only an entity bomb has one; UTF-16 is how one would hide.
DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
# Broken XML is a SyntaxError, whichever parser openpyxl has found.
WORKBOOK_ERRORS = (*ZIP_ERRORS, SyntaxError, KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError)

_ZEROS = re.compile("0{2,}")
_MERGE = re.compile(rb'<mergeCell ref="[A-Z]+([0-9]+)')

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


def open_xlsx(source: Borrowed, limits: Limits, place: Place) -> TableSource:
    """One sheet, read once into compressed memory: a workbook is small, and slow to read twice."""
    require_honest_sizes(source, limits)
    try:
        found = _read_sheet(source, limits, place)
    except WORKBOOK_ERRORS:
        raise TableError("damaged", "The workbook cannot be read. Save it again as .xlsx, or as CSV.") from None
    return TableSource(
        format="xlsx",
        labels=found.labels,
        batches=lambda: _replay(found.spool),
        missing=MISSING_WORDS,
        first_row=found.header_row + 1,
        notes=found.notes,
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read: labels, rows below the header as a stream, where the header stood, and what to say."""

    labels: list[str]
    spool: pa.Buffer
    header_row: int
    notes: list[str]


def _read_sheet(source: Borrowed, limits: Limits, place: Place) -> Sheet:
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it leaves out, which no value depends on.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
        sheet, notes = _chosen(book, place)
        # The dimensions are what the file declares: a lie would pad every row.
        sheet.reset_dimensions()
        rows = _numbered(sheet.iter_rows())
        first = list(itertools.islice(rows, MOST_TITLE_ROWS))
        if not first:
            raise TableError("empty", f"The sheet “{sheet.title}” is empty. Choose another sheet.")
        at = _header_at(first, place)
        header, labels = first[at][0], [label or "" for label in first[at][1]]
        checked_labels(labels, limits)
        if at and not place.header_row:
            notes.append(f"The header was found in row {header}; what stands above it was left out.")
        spool = _spool(_padded(itertools.chain(first[at + 1 :], rows), header, len(labels), limits), len(labels))
    return Sheet(labels, spool, header, notes + _merged(source, book.sheetnames.index(sheet.title), header))


def every_sheet(source: Borrowed, limits: Limits) -> Iterator[tuple[str, Iterator[tuple[int, list[str | None]]]]]:
    """Each sheet, hidden ones too: its name, and its rows as texts with their numbers, the header among them.

    A sheet is read before the next one is asked for. TableError for a workbook that cannot be read.
    """
    require_honest_sizes(source, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield sheet.title, _numbered(sheet.iter_rows())
    except WORKBOOK_ERRORS:
        raise TableError("damaged", "The workbook cannot be read. Save it again as .xlsx, or as CSV.") from None


def _chosen(book: Workbook, place: Place) -> tuple[Any, list[str]]:
    """The sheet named, else the first that is shown; and what of the workbook was not read."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    wanted = [sheet for sheet in book.worksheets if sheet.title.casefold() == place.sheet.strip().casefold()]
    if place.sheet.strip() and not wanted:
        names = ", ".join(book.sheetnames[:10])
        raise TableError("no_sheet", f"The workbook has no sheet of that name. It has: {names}.")
    sheet = wanted[0] if wanted else shown[0]
    others = len(book.worksheets) - 1
    hidden = len(book.worksheets) - len(shown)
    among = f"{others + 1}, {hidden} of them hidden" if hidden else f"{others + 1}"
    said = f"Only the sheet “{sheet.title}” was read, of {among}. Another one can be named when the file is uploaded."
    return sheet, [said] if others else []


def _numbered(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, list[str | None]]]:
    """The non-empty rows as texts, with their numbers in the sheet."""
    for number, cells in enumerate(rows, start=1):
        if number > EXCEL_ROWS:
            raise TableError("too_many_rows", f"The sheet has more rows than Excel's {EXCEL_ROWS:,}.")
        if texts := _trimmed(cells):
            yield number, texts


def _header_at(first: list[tuple[int, list[str | None]]], place: Place) -> int:
    if not place.header_row:
        return header_row([texts for _, texts in first])
    found = next((at for at, (number, _) in enumerate(first) if number == place.header_row), None)
    if found is None:
        raise TableError("no_header", "The row named as the header is empty, or too far down. Name another one.")
    return found


def _padded(
    rows: Iterator[tuple[int, list[str | None]]], header: int, width: int, limits: Limits
) -> Iterator[list[str | None]]:
    """The rows, each as long as the header."""
    for number, texts in rows:
        if len(texts) > limits.max_columns:
            raise TableError("too_many_columns", f"Row {number:,} has more than {limits.max_columns:,} cells.")
        if len(texts) > width:
            raise TableError(
                "ragged_row",
                f"Row {number:,} (the header is row {header}) has {len(texts):,} cells; the header has {width:,}.",
            )
        yield texts + [None] * (width - len(texts))


def _merged(source: Borrowed, place: int, header: int) -> list[str]:
    """A sentence when cells below the header are merged: only the first cell of each holds the value."""
    with zipfile.ZipFile(cast(BinaryIO, source)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        part = archive.read(names[place]) if place < len(names) else b""
    rows = [int(found[1]) for found in _MERGE.finditer(part) if int(found[1]) > header]
    if not rows:
        return []
    return [
        f"{len(rows):,} blocks of cells are merged, the first in row {rows[0]:,}: the value stands in the first cell "
        "of each, and the others were read as missing. Unmerge and fill them if it is meant for all."
    ]


def _trimmed(cells: tuple[Any, ...]) -> list[str | None]:
    length = len(cells)
    while length and cells[length - 1].value is None:
        length -= 1
    return [_shown(cell) for cell in cells[:length]]


def _shown(cell: Any) -> str | None:
    """The value as text; digits that the sheet fills up with zeros, as 00123, are a code and stay one."""
    value = cell.value
    if type(value) is int and value >= 0 and _ZEROS.fullmatch(cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    return _text(value)


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
