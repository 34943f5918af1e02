"""CSV: encoding and dialect are detected on a sample, then the whole file has to keep to them."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits, Place
from generation.engine.tables.formats.detection import Detected
from generation.engine.tables.formats.headers import header_row
from generation.engine.tables.formats.quoting import Dialect, quoted_columns
from generation.engine.tables.formats.streams import Borrowed, DecodedAsUtf8, NullsEscaped, TextOpener, text_opener
from generation.engine.tables.naming import checked_labels, name_of
from generation.engine.tables.source import MISSING_WORDS, Batch, TableSource

DELIMITERS = ",;\t|"
QUOTES = "\"'"
SAMPLE_RECORDS = 200
# A quotation mark after a backslash that neither ends a cell nor is doubled: it stands there by an escape only.
_STRAY = re.compile(r'\\"(?!["\r\n,;\t|]|\Z)')
# One record has to fit into a block; Arrow reads up to 32 blocks ahead.
BLOCK_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the sample and the number of lines before it."""

    cells: list[str]
    lines_before: int


def open_csv(source: Borrowed, detected: Detected, limits: Limits, place: Place) -> TableSource:
    """A CSV file, packed by gzip or not. Its header is its first record, or the first below a title."""
    _refuse_excel_mark(detected.sample)
    dialect = detect_dialect(detected.sample)
    header = _header(detected.sample, dialect, place)
    labels = header.cells
    checked_labels(labels, limits)
    opener = text_opener(source, detected.is_gzip, detected.encoding, limits.max_unpacked_bytes)
    return TableSource(
        format="csv",
        labels=labels,
        batches=lambda: _batches(opener, len(labels), dialect, header.lines_before),
        missing=MISSING_WORDS,
        first_row=header.lines_before + 2,
        encoding=detected.encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        quoted=quoted_columns(detected.sample, dialect, header.lines_before, len(labels)),
        line_end=next((end for end in ("\r\n", "\n", "\r") if end in detected.sample), "\n"),
        notes=_notes(header, detected),
    )


def _refuse_excel_mark(sample: str) -> None:
    if sample.lstrip("\ufeff").lower().startswith("sep="):
        raise TableError("excel_mark", "The first line is a mark for Excel (sep=), not the header. Delete that line.")


def detect_dialect(sample: str) -> Dialect:
    """The delimiter, quote and escape with which most records of the sample have as many cells as most others."""
    # A quotation mark that is never closed would make apostrophes look better: they count only where there is none.
    quotes = '"' if '"' in sample else QUOTES
    escapes = ("\\", "") if _STRAY.search(sample) else ("", "\\") if '\\"' in sample else ("",)
    dialects = [Dialect(*one) for one in itertools.product(DELIMITERS, quotes, escapes)]
    best = max(dialects, key=lambda dialect: (_score(sample, dialect), -DELIMITERS.index(dialect.delimiter)))
    return best if _score(sample, best) > (0, 0) else Dialect()


def _score(sample: str, dialect: Dialect) -> tuple[float, int]:
    records = _records(sample, dialect)
    if not records:
        return (0, 0)
    width, agreeing = Counter(len(record.cells) for record in records).most_common(1)[0]
    return (agreeing / len(records), width) if width > 1 else (0, 0)


def _records(sample: str, dialect: Dialect) -> list[Record]:
    """The first records of the sample, without the last one if the sample may have cut it off."""
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
    )
    records: list[Record] = []
    before = 0
    try:
        for cells in itertools.islice(reader, SAMPLE_RECORDS):
            records += [Record(cells, before)] if cells else []
            before = reader.line_num
    except csv.Error:
        # A cell longer than this parser takes; the reader itself takes it.
        return records
    return records if len(records) in {0, 1, SAMPLE_RECORDS} else records[:-1] + _complete(records)


def _complete(records: list[Record]) -> list[Record]:
    return records[-1:] if len(records[-1].cells) == len(records[0].cells) else []


def _header(sample: str, dialect: Dialect, place: Place) -> Record:
    records = _records(sample.lstrip("\ufeff"), dialect)
    if not records:
        raise TableError(
            "no_header", "No header could be read: the first row is too long or broken. Write the names of the columns."
        )
    if not place.header_row:
        return records[header_row([record.cells for record in records])]
    chosen = next((record for record in records if record.lines_before + 1 == place.header_row), None)
    if chosen is None:
        raise TableError("no_header", "The row named as the header is blank, or not among the first 200. Name another.")
    return chosen


def _notes(header: Record, detected: Detected) -> list[str]:
    labels, notes = header.cells, []
    if header.lines_before:
        notes.append(f"The header was found in row {header.lines_before + 1}; what stands above it was left out.")
    if not detected.encoding.startswith("utf"):
        doubt = "" if detected.is_sure else ", though not all of its words are those of one language"
        said = f"The text was read as {detected.encoding}{doubt}."
        notes.append(f"{said} If letters look wrong, save the file as UTF-8 and upload it.")
    if all(_is_number(label) for label in labels):
        notes.append(
            "Every column name is a number. If the file has no header, add one: its first row was read as names."
        )
    return notes


def _is_number(label: str) -> bool:
    return label.strip().lstrip("-").replace(".", "", 1).isdigit()


def _batches(opener: TextOpener, width: int, dialect: Dialect, skipped: int) -> Iterator[Batch]:
    decoded, stream = opener()
    if dialect.escape:
        stream = io.BufferedReader(NullsEscaped(stream, dialect.delimiter), BLOCK_BYTES)
    ragged: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    try:
        for batch in _reader(stream, width, skipped, _parsing(dialect, width, refuse)):
            yield batch.columns
    except pa.ArrowInvalid as error:
        is_too_long = "straddl" in str(error)
    else:
        return None if dialect.escape else _require_closed_quotes(decoded, dialect.quote)
    raise _refusal(ragged, is_too_long, skipped)


def _parsing(dialect: Dialect, width: int, refuse: Callable[[pyarrow.csv.InvalidRow], str]) -> pyarrow.csv.ParseOptions:
    return pyarrow.csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote,
        escape_char=dialect.escape or False,
        double_quote=not dialect.escape,
        newlines_in_values=True,
        # In a table of one column a blank line is a record whose value is missing.
        ignore_empty_lines=width > 1,
        invalid_row_handler=refuse,
    )


def _reader(
    stream: io.BufferedReader, width: int, skipped: int, parse: pyarrow.csv.ParseOptions
) -> pyarrow.csv.CSVStreamingReader:
    names = [name_of(position) for position in range(width)]
    return pyarrow.csv.open_csv(
        stream,
        # One thread: rows keep their numbers, memory stays flat, and the blocks are the same every time.
        pyarrow.csv.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            column_names=names,
            skip_rows=skipped,
            skip_rows_after_names=1,
        ),
        parse,
        pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
    )


def _refusal(ragged: list[pyarrow.csv.InvalidRow], is_too_long: bool, skipped: int) -> TableError:
    if ragged:
        row = ragged[0]
        return TableError(
            "ragged_row",
            f"Row {row.number:,} (the header is row {skipped + 1}) has {row.actual_columns:,} cells where the header "
            f"has {row.expected_columns:,}. Quote cells that hold the delimiter, and give every row as many cells.",
        )
    if is_too_long:
        return TableError(
            "row_too_long",
            f"A row is longer than {BLOCK_BYTES // 2**20} MiB. Is a quotation mark opened and never closed?",
        )
    return TableError("broken_csv", "The CSV cannot be parsed. Save it again with a header and quoted cells.")


def _require_closed_quotes(decoded: DecodedAsUtf8, quote: str) -> None:
    # A quote that stays open swallows the rows after it without an error, but leaves an odd number of quotes.
    if quote == '"' and decoded.quotes % 2:
        raise TableError(
            "open_quote",
            'The file has an odd number of quotation marks ("), so one is not closed. '
            "Write a quotation mark inside a cell twice, and quote that cell.",
        )
