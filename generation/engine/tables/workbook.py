"""A table as an XLSX of one sheet: typed cells with number formats, texts never formulas, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from generation.engine.errors import TableError
from generation.engine.tables.formats.sheets import CONTROL_SIGNS, FIRST_YEAR, MOST_CELL_CHARS
from generation.engine.tables.logical import dialect_of, spelling_of
from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.writing import spelled_cell

EXCEL_ROWS = 1_048_576
# What a ZIP can say at the earliest; whoever makes the same table again gets the same bytes.
_EPOCH = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_BATCH_ROWS = 16_384
_ZEROS, _DIGITS = re.compile("0{2,}"), re.compile("[0-9]{1,15}")
_HOURS = re.compile("(-?)([0-9]{1,7}):([0-5][0-9])(?::([0-5][0-9]))?")


def write_workbook(table: pq.ParquetFile, sink: BinaryIO, names: list[str]) -> None:
    """Writes the table; TableError when it has more rows than a sheet can hold."""
    if table.metadata.num_rows >= EXCEL_ROWS:
        raise TableError("too_many_rows", f"A sheet holds {EXCEL_ROWS - 1:,} records at most. Choose CSV or Parquet.")
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _EPOCH.replace(tzinfo=None)
    sheet = book.create_sheet("Data")
    sheet.append([_text(sheet, name) for name in names])
    forms = [_form(field) for field in table.schema_arrow]
    missing = [_missing(table.schema_arrow, field) for field in table.schema_arrow]
    for row in _rows(table):
        cells = (_cell(sheet, value, form(value)) for value, form in zip(row, forms, strict=True))
        sheet.append(
            [_text(sheet, word) if word and cell is None else cell for cell, word in zip(cells, missing, strict=True)]
        )
    draft = io.BytesIO()
    book.save(draft)
    # Saving has dated it: the time goes back before it is written down.
    book.properties.modified = book.properties.created
    _undated(draft, sink, tostring(book.properties.to_tree()))


def _rows(table: pq.ParquetFile) -> Iterator[tuple[Any, ...]]:
    for batch in table.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
        columns = [_values(column) for column in batch.columns]
        yield from zip(*columns, strict=True)


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        # A sheet knows no zones: moments are in UTC there.
        utc = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        column = utc.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")) if column.type.tz else utc
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    return list(column.to_pylist())


def _missing(schema: pa.Schema, field: pa.Field) -> str:
    """The word that stands for no value in the sheet that a column comes from; "" for an empty cell."""
    return (spelling_of(field) or Spelling()).missing if dialect_of(schema).get("format") == "xlsx" else ""


def _cell(sheet: WriteOnlyWorksheet, value: Any, form: str) -> Any:
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return _shown_as(sheet, value, form)
    if isinstance(value, dt.date) and value.year < FIRST_YEAR:
        return _text(sheet, value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat())
    # Excel shows fifteen digits: a longer number would be another one.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return _text(sheet, str(value))
    cell = WriteOnlyCell(sheet, value)
    if form:
        cell.number_format = form
    return cell


def _shown_as(sheet: WriteOnlyWorksheet, text: str, form: str) -> Any:
    """A text, or the number that a sheet shows as this text: digits filled up with noughts, hours beyond a day."""
    number: int | dt.timedelta | None = None
    if _ZEROS.fullmatch(form) and _DIGITS.fullmatch(text) and str(int(text)).zfill(len(form)) == text:
        number = int(text)
    elif "[h" in form and (found := _HOURS.fullmatch(text)):
        hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
        number = (-1 if found[1] else 1) * dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    cell = _text(sheet, text) if number is None else WriteOnlyCell(sheet, number)
    if form:
        cell.number_format = form
    return cell


def _text(sheet: WriteOnlyWorksheet, text: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = re.sub(CONTROL_SIGNS, "", text)[:MOST_CELL_CHARS], "s"
    return cell


def _form(field: pa.Field) -> Callable[[Any], str]:
    """The number format of each value of a column."""
    spelling = spelling_of(field) or Spelling()
    if spelling.form:
        return lambda value: spelling.form
    if spelling.written is Written.NUMBER and not pa.types.is_temporal(field.type):
        return lambda value: _digits_format(value, spelling)
    fixed = _moment_format(field.type, spelling)
    return lambda value: fixed


def _moment_format(kind: pa.DataType, spelling: Spelling) -> str:
    if pa.types.is_time(kind):
        return "hh:mm:ss"
    if pa.types.is_date(kind):
        return _date_format(spelling.layout) or "yyyy-mm-dd"
    return "yyyy-mm-dd hh:mm:ss" if pa.types.is_timestamp(kind) else ""


def _date_format(layout: str) -> str:
    return layout.lower() if not set("HhXx'") & set(layout) else ""


def _digits_format(value: Any, spelling: Spelling) -> str:
    """With as many places as the number has, or a sheet would show it rounded."""
    if not isinstance(value, int | float) or value != value or spelling.exponent:
        return ""
    has_form = spelling.thousands or spelling.is_fixed or spelling.prefix or spelling.suffix
    if not has_form:
        return ""
    bare = replace(spelling, thousands="", decimal=".", prefix="", suffix="", negative="")
    places = len(str(spelled_cell(abs(value), bare)).partition(".")[2])
    digits = ("#,##0" if spelling.thousands else "0") + ("." + "0" * places if places else "")
    return _literal(spelling.prefix) + digits + _literal(spelling.suffix)


def _literal(words: str) -> str:
    return '"' + words.replace('"', "") + '"' if words else ""


def _undated(draft: io.BytesIO, sink: BinaryIO, core: bytes) -> None:
    """The same archive without the time at which it was made; `core` are its properties without it."""
    with zipfile.ZipFile(draft) as made, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            content = core if name == ARC_CORE else made.read(name)
            out.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
