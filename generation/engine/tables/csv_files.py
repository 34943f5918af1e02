"""CSV: encoding and dialect are detected on a sample, then the whole file has to keep to them."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv

from generation.engine.errors import TableError
from generation.engine.tables.detection import Detected
from generation.engine.tables.facts import Limits
from generation.engine.tables.naming import checked_labels, name_of
from generation.engine.tables.source import MISSING_WORDS, Batch, TableSource
from generation.engine.tables.streams import Borrowed, DecodedAsUtf8, TextOpener, text_opener

DELIMITERS = ",;\t|"
QUOTES = "\"'"
SAMPLE_RECORDS = 200
# One record has to fit into a block; Arrow reads up to 32 blocks ahead.
BLOCK_BYTES = 4 * 2**20


def open_csv(source: Borrowed, detected: Detected, limits: Limits) -> TableSource:
    """A CSV file, packed by gzip or not, whose first record is the header."""
    _refuse_excel_mark(detected.sample)
    delimiter, quote = detect_dialect(detected.sample)
    labels = _header(detected.sample, delimiter, quote)
    checked_labels(labels, limits)
    opener = text_opener(source, detected.is_gzip, detected.encoding, limits.max_unpacked_bytes)
    return TableSource(
        format="csv",
        labels=labels,
        batches=lambda: _batches(opener, len(labels), delimiter, quote),
        missing=MISSING_WORDS,
        first_row=2,
        encoding=detected.encoding,
        delimiter=delimiter,
        notes=_notes(labels, detected.encoding),
    )


def _refuse_excel_mark(sample: str) -> None:
    if sample.lstrip("\ufeff").lower().startswith("sep="):
        raise TableError("excel_mark", "The first line is a mark for Excel (sep=), not the header. Delete that line.")


def detect_dialect(sample: str) -> tuple[str, str]:
    """The delimiter and quote with which most records of the sample have as many cells as the header."""
    # A quotation mark that is never closed would make apostrophes look better: they count only where there is none.
    dialects = itertools.product('"' if '"' in sample else QUOTES, DELIMITERS)
    scored = [(_score(sample, delimiter, quote), delimiter, quote) for quote, delimiter in dialects]
    best, delimiter, quote = max(scored, key=lambda one: one[0])
    return (delimiter, quote) if best > (0, 0) else (",", '"')


def _score(sample: str, delimiter: str, quote: str) -> tuple[float, int]:
    records = _records(sample, delimiter, quote)
    width = len(records[0]) if records else 0
    if width < 2:
        return (0, 0)
    agreeing = Counter(map(len, records))[width]
    return (agreeing / len(records), width)


def _records(sample: str, delimiter: str, quote: str) -> list[list[str]]:
    """The first records of the sample, without the last one if the sample may have cut it off."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    records: list[list[str]] = []
    try:
        records.extend(record for record in itertools.islice(reader, SAMPLE_RECORDS) if record)
    except csv.Error:
        # A cell longer than this parser takes; the reader itself takes it.
        return records
    return records if len(records) in {0, 1, SAMPLE_RECORDS} else records[:-1] + _complete(records)


def _complete(records: list[list[str]]) -> list[list[str]]:
    return records[-1:] if len(records[-1]) == len(records[0]) else []


def _header(sample: str, delimiter: str, quote: str) -> list[str]:
    records = _records(sample.lstrip("\ufeff"), delimiter, quote)
    if not records:
        raise TableError(
            "no_header", "No header could be read: the first row is too long or broken. Write the names of the columns."
        )
    return records[0]


def _notes(labels: list[str], encoding: str) -> list[str]:
    notes = []
    if not encoding.startswith("utf"):
        notes.append(f"The text was read as {encoding}. If letters look wrong, save the file as UTF-8 and upload it.")
    if all(_is_number(label) for label in labels):
        notes.append(
            "Every column name is a number. If the file has no header, add one: its first row was read as names."
        )
    return notes


def _is_number(label: str) -> bool:
    return label.strip().lstrip("-").replace(".", "", 1).isdigit()


def _batches(opener: TextOpener, width: int, delimiter: str, quote: str) -> Iterator[Batch]:
    decoded, stream = opener()
    ragged: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    try:
        for batch in _reader(
            stream,
            width,
            pyarrow.csv.ParseOptions(
                delimiter=delimiter, quote_char=quote, newlines_in_values=True, invalid_row_handler=refuse
            ),
        ):
            yield batch.columns
    except pa.ArrowInvalid as error:
        is_too_long = "straddl" in str(error)
    else:
        return _require_closed_quotes(decoded, quote)
    raise _refusal(ragged, is_too_long)


def _reader(stream: io.BufferedReader, width: int, parse: pyarrow.csv.ParseOptions) -> pyarrow.csv.CSVStreamingReader:
    names = [name_of(position) for position in range(width)]
    return pyarrow.csv.open_csv(
        stream,
        # One thread: rows keep their numbers, memory stays flat, and the blocks are the same every time.
        pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=names, skip_rows_after_names=1),
        parse,
        pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), check_utf8=False),
    )


def _refusal(ragged: list[pyarrow.csv.InvalidRow], is_too_long: bool) -> TableError:
    if ragged:
        row = ragged[0]
        return TableError(
            "ragged_row",
            f"Row {row.number:,} (the header is row 1) has {row.actual_columns:,} cells where the header has "
            f"{row.expected_columns:,}. Quote cells that hold the delimiter, and give every row as many cells.",
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
