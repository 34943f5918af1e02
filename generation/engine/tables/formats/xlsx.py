"""XLSX: the first sheet that is shown, or the one named; formulas give the result last stored, never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Self, cast

import openpyxl
import pyarrow as pa
from openpyxl.workbook import Workbook

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits, Place
from generation.engine.tables.formats.headers import MOST_TITLE_ROWS, header_row
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.naming import checked_labels, name_of
from generation.engine.tables.source import MISSING_WORDS, STRAYS, Batch, TableSource, Typed
from generation.engine.tables.spellings.null_words import BESIDE_VALUES

CHUNK_BYTES = 1 << 20
BATCH_ROWS = 16_384
EXCEL_ROWS = 1_048_576
MOST_NOTES = 3
# A workbook needs no document type, and only an entity bomb has one; UTF-16 is how one would hide.
DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
# Broken XML is a SyntaxError, whichever parser openpyxl has found.
WORKBOOK_ERRORS = (*ZIP_ERRORS, SyntaxError, KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError)

GENERAL = "General"
_LONGEST_FORM = 255
_ZEROS = re.compile("0{2,}")
_MERGE = re.compile(rb'<mergeCell ref="[A-Z]+([0-9]+)')

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class Formed(str):
    """The text of a cell that is shown in a number format of its own, "" for the general one."""

    __slots__ = ("form",)
    form: str

    def __new__(cls, text: str, form: str) -> Self:
        """The text in that format."""
        made = super().__new__(cls, text)
        made.form = form
        return made


class FormedValue(Formed, Typed):
    """The same of a cell that holds no text."""

    __slots__ = ()


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
        text_cells=found.text_cells,
        forms=found.forms,
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
    """A sheet that was read: labels, rows below the header as a stream, where the header stood, and what to say.

    `text_cells` counts by column the cells of texts that do not say that a value is missing.
    """

    labels: list[str]
    spool: pa.Buffer
    header_row: int
    text_cells: Counter[int]
    forms: list[str]
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
        body = Body(itertools.chain(first[at + 1 :], rows), header, len(labels), limits)
        spool = _spool(body.rows(), len(labels))
    merged = _merged(source, sheet._worksheet_path, header)
    return Sheet(labels, spool, header, body.text_cells, body.usual_forms(), notes + body.notes() + merged)


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


@dataclass(slots=True)
class Body:
    """The rows below the header, each as long as it; what stands to the right of it is left out, and counted."""

    numbered: Iterator[tuple[int, list[str | None]]]
    header: int
    width: int
    limits: Limits
    text_cells: Counter[int] = field(default_factory=Counter)
    forms: Counter[tuple[int, str]] = field(default_factory=Counter)
    strays: list[int] = field(default_factory=list)
    count: int = 0

    def rows(self) -> Iterator[list[str | None]]:
        for number, texts in self.numbered:
            self.count += 1
            if len(texts) > self.limits.max_columns:
                raise TableError("too_many_columns", f"Row {number:,} has more than {self.limits.max_columns:,} cells.")
            if len(texts) > self.width:
                self.strays.append(number)
            kept = texts[: self.width]
            self.text_cells.update(at for at, text in enumerate(kept) if text and _is_words(text))
            self.forms.update((at, text.form) for at, text in enumerate(kept) if isinstance(text, Formed))
            yield kept + [None] * (self.width - len(kept))
        self._require_few_strays()

    def _require_few_strays(self) -> None:
        """A note or two stand beside a table; where it is more, the header is too short."""
        few = max(STRAYS * self.count, min(MOST_NOTES, self.count // 4))
        if len(self.strays) > few:
            raise TableError(
                "ragged_row",
                f"Row {self.strays[0]:,} has more cells than the header (row {self.header}, {self.width:,} cells), and "
                f"so have {len(self.strays) - 1:,} others. Name their columns, or delete the cells.",
            )

    def usual_forms(self) -> list[str]:
        """The number format that most cells of each column have."""
        ranked = self.forms.most_common()
        return [next((form for (place, form), _ in ranked if place == at), "") for at in range(self.width)]

    def notes(self) -> list[str]:
        if not self.strays:
            return []
        return [
            f"Cells to the right of the header were not read as data; the first of them is in row {self.strays[0]:,}."
        ]


def _is_words(text: str) -> bool:
    """Whether a text is one to its sheet, and more than a word for no value."""
    if isinstance(text, Typed):
        return False
    return bool(text.strip()) and text not in MISSING_WORDS and text.strip().lower() not in BESIDE_VALUES


def _merged(source: Borrowed, path: str, header: int) -> list[str]:
    """A sentence when cells below the header are merged: only the first cell of each holds the value."""
    with zipfile.ZipFile(cast(BinaryIO, source)) as archive:
        part = archive.read(path)
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
    value, form = cell.value, cell.number_format or GENERAL
    form = "" if form == GENERAL or len(form) > _LONGEST_FORM else form
    if type(value) is int and value >= 0 and _ZEROS.fullmatch(form):
        return Formed(str(value).zfill(len(form)), form)
    if isinstance(value, dt.timedelta):
        return Formed(_duration(value, has_seconds="s" in form), form)
    return _text(value, form)


def _duration(length: dt.timedelta, *, has_seconds: bool) -> str:
    """38:05, or 38:05:30: hours go on beyond a day, as a sheet shows them."""
    minutes, seconds = divmod(abs(round(length.total_seconds())), 60)
    minus = "-" if length < dt.timedelta() else ""
    return f"{minus}{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if has_seconds or seconds else "")


def _text(cell: Cell, form: str) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, str):
        return Formed(cell, form)
    if isinstance(cell, bool):
        return FormedValue("true" if cell else "false", form)
    if isinstance(cell, dt.datetime):
        return FormedValue(cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat(), form)
    return FormedValue(repr(cell) if isinstance(cell, float) else str(cell), form)


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
