"""CSV: encoding and dialect are detected on a sample, then the whole file has to keep to them."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from generation.engine.errors import TableError
from generation.engine.tables.facts import LeftOut, Limits, Place
from generation.engine.tables.formats.detection import Detected
from generation.engine.tables.formats.headers import header_row, is_year, may_be_header
from generation.engine.tables.formats.parsing import parsed
from generation.engine.tables.formats.quoting import Dialect, quoted_columns
from generation.engine.tables.formats.streams import Borrowed, text_opener
from generation.engine.tables.naming import checked_labels
from generation.engine.tables.source import MISSING_WORDS, TableSource

DELIMITERS = ",;\t|"
RARE_DELIMITERS = "^~"
QUOTES = "\"'"
SAMPLE_RECORDS = 200
_EXCEL_MARK = re.compile(r'"?sep=(?P<delimiter>[^\w\s"]|[\t ])"?[^\S\n\r]*(?:\r\n?|\n)', re.IGNORECASE)
_VALUE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[^@\s]+@[^@\s]+\.\w+|-?\d[\d.]*,\d+")
_COMMENT = re.compile(r"#|//|%%|--\s")
# A quotation mark after a backslash that neither ends a cell nor is doubled: it stands there by an escape only.
_STRAY = re.compile(r'\\"(?!["\r\n,;\t|]|\Z)')


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the sample and the number of lines before it."""

    cells: list[str]
    lines_before: int


@dataclass(frozen=True, slots=True)
class Opening:
    """How the table begins: its header, the marks of its cells, and what of the first lines is no data."""

    header: Record
    dialect: Dialect
    left_out: LeftOut


def open_csv(source: Borrowed, detected: Detected, limits: Limits, place: Place) -> TableSource:
    """A CSV file, packed by gzip or not. Its header is its first record, or the first below titles and comments."""
    opening = _opening(detected.sample, place)
    header, dialect = opening.header, opening.dialect
    labels, left_out = header.cells, opening.left_out
    checked_labels(labels, limits)
    opener = text_opener(source, detected.is_gzip, detected.encoding, limits.max_unpacked_bytes)
    return TableSource(
        format="csv",
        labels=labels,
        batches=lambda: parsed(opener, len(labels), dialect, header.lines_before, left_out),
        missing=MISSING_WORDS,
        first_row=header.lines_before + 2,
        encoding=detected.encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        quoted=quoted_columns(detected.sample, dialect, header.lines_before, len(labels)),
        line_end=next((end for end in ("\r\n", "\n", "\r") if end in detected.sample), "\n"),
        notes=_notes(header, detected, bool(left_out.mark)),
        left_out=left_out,
    )


def _opening(sample: str, place: Place) -> Opening:
    sample = sample.lstrip("\ufeff")
    mark = _EXCEL_MARK.match(sample)
    if not mark and sample.lower().startswith("sep="):
        raise TableError("excel_mark", "The first line is a mark for Excel (sep=), not the header. Delete that line.")
    dialect = detect_dialect(sample[mark.end() :], mark["delimiter"]) if mark else detect_dialect(sample)
    records = _records(sample, dialect)[1 if mark else 0 :]
    at = _header_at(records, place)
    left_out = LeftOut(mark=mark["delimiter"] if mark else "")
    header = _as_wide_as_its_records(records[at], records[at + 1 :], left_out)
    return Opening(header, dialect, left_out)


def _as_wide_as_its_records(header: Record, below: list[Record], left_out: LeftOut) -> Record:
    """The header with as many labels as records have cells: a delimiter at the end makes an empty one more."""
    if not below:
        return header
    usual = Counter(len(record.cells) for record in below).most_common(1)[0][0]
    more, labels = usual - len(header.cells), header.cells
    ours = [record.cells for record in below if len(record.cells) == usual]
    if more > 0 and not any("".join(cells[-more:]).strip() for cells in ours):
        labels = labels + [""] * more
    elif more == 1 and len(ours) == len(below) > 1 and len({cells[0] for cells in ours}) == len(ours):
        # R writes names of rows without a name for their column.
        labels = ["", *labels]
    elif more < 0 and not "".join(labels[usual:]).strip():
        left_out.columns = list(range(usual + 1, len(labels) + 1))
        labels = labels[:usual]
    return replace(header, cells=labels)


def detect_dialect(sample: str, delimiter: str = "") -> Dialect:
    """The delimiter, quote and escape with which most records of the sample have as many cells as most others.

    `delimiter` is the one that is known. Those that few files use count only where all records agree on one.
    """
    # A quotation mark that is never closed would make apostrophes look better: they count only where there is none.
    quotes = '"' if '"' in sample else QUOTES
    escapes = ("\\", "") if _STRAY.search(sample) else ("", "\\") if '\\"' in sample else ("",)
    dialects = [Dialect(*one) for one in itertools.product(delimiter or DELIMITERS, quotes, escapes)]
    known = delimiter or DELIMITERS
    best = max(dialects, key=lambda dialect: (_score(sample, dialect), -known.index(dialect.delimiter)))
    if delimiter or _score(sample, best) > (0, 0):
        return best
    rare = (Dialect(*one) for one in itertools.product(RARE_DELIMITERS, quotes, escapes))
    return next((dialect for dialect in rare if _score(sample, dialect) >= (1, 2)), Dialect())


def _score(sample: str, dialect: Dialect) -> tuple[float, int]:
    records = _records(sample, dialect)
    if not records:
        return (0, 0)
    # Comments have the signs of no dialect.
    records = [record for record in records if not _COMMENT.match(record.cells[0])] or records
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


def _header_at(records: list[Record], place: Place) -> int:
    """The place of the header among the first records."""
    if not records:
        raise TableError(
            "no_header", "No header could be read: the first row is too long or broken. Write the names of the columns."
        )
    if not place.header_row:
        comments = _comments(records)
        return comments + header_row([record.cells for record in records[comments:]])
    for at, record in enumerate(records):
        if record.lines_before + 1 == place.header_row:
            return at
    raise TableError("no_header", "The row named as the header is blank, or not among the first 200. Name another.")


def _comments(records: list[Record]) -> int:
    """How many records at the beginning are comments: the last such line is the header where it alone can be one."""
    count = next((at for at, record in enumerate(records) if not _COMMENT.match(record.cells[0])), 0)
    usual = Counter(len(record.cells) for record in records[count:]).most_common(1)[0][0]
    is_header = count and len(records[count - 1].cells) == usual > 1 and not may_be_header(records[count].cells)
    return count - 1 if is_header else count


def _notes(header: Record, detected: Detected, has_mark: bool) -> list[str]:
    labels, notes = header.cells, []
    if header.lines_before > has_mark:
        notes.append(f"The header was found in row {header.lines_before + 1}; what stands above it was left out.")
    if not detected.encoding.startswith("utf"):
        doubt = "" if detected.is_sure else ", though not all of its words are those of one language"
        said = f"The text was read as {detected.encoding}{doubt}."
        notes.append(f"{said} If letters look wrong, save the file as UTF-8 and upload it.")
    if all(_is_number(label) for label in labels):
        notes.append(
            "Every column name is a number. If the file has no header, add one: its first row was read as names."
        )
    elif any(map(_is_value, labels)):
        notes.append(
            "Some column names look like values. If the file has no header, add one: its first row was read as names."
        )
    return notes


def _is_number(label: str) -> bool:
    return label.strip().lstrip("-").replace(".", "", 1).isdigit()


def _is_value(label: str) -> bool:
    """A number that is no year, a date or an address: none of them is a name."""
    return (_is_number(label) and not is_year(label)) or bool(_VALUE.fullmatch(label.strip()))
