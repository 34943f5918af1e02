"""From an untrusted file of texts to the portal's Parquet, one record a text: table, lines, log, or a zip of files."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import BinaryIO

from generation.engine.errors import TableError
from generation.engine.llm.sources.archive import is_archive_of_texts, records_of_archive
from generation.engine.llm.sources.lines import (
    NO_YEAR,
    SAMPLE_LINES,
    Record,
    is_log,
    is_table,
    lacks_years,
    records_of_lines,
    records_of_log,
)
from generation.engine.progress import Progress, silent
from generation.engine.tables.facts import Limits, Place, TableFacts
from generation.engine.tables.formats.detection import SAMPLE_BYTES, text_encoding
from generation.engine.tables.formats.streams import UNPACKING_ERRORS, Borrowed, text_opener, unpacked
from generation.engine.tables.reading import read_table
from generation.engine.tables.spellings.choice import ColumnChoice

MAGIC_OF_TABLES = (b"PAR1", b"{")


def read_texts(
    source: BinaryIO,
    sink: BinaryIO,
    limits: Limits | None = None,
    progress: Progress = silent,
    choices: Mapping[str, ColumnChoice] | None = None,
    place: Place | None = None,
) -> TableFacts:
    """Reads the texts in `source` and writes them to `sink` as `read_table` would.

    A table (CSV, Parquet, JSON Lines, XLSX) is read as one; a JSON array as JSON Lines; a zip gives a record a file;
    log lines give time, level and text; other lines a record each. Told from the content, never from the name.
    TableError with one sentence for what cannot be read.
    """
    limits, borrowed = limits or Limits(), Borrowed(source)
    if borrowed.size > limits.max_bytes:
        raise TableError("too_large", f"The file is larger than {limits.max_bytes / 2**30:.1f} GiB. Split it.")
    records, form = _records(borrowed, limits)
    if records is None:
        source.seek(0)
        return read_table(source, sink, limits, progress, choices, place)
    with TemporaryFile() as lines:
        for record in records:
            lines.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        if not lines.tell():
            raise TableError("empty", "The file is empty. Upload at least one text.")
        lines.seek(0)
        facts = read_table(lines, sink, limits, progress, choices)
    return replace(facts, notes=(f"Read as {form}.", *facts.notes))


def _records(source: Borrowed, limits: Limits) -> tuple[Iterator[Record] | None, str]:
    """The records of a file that is no table, and what it is; None for one that `read_table` reads."""
    if is_archive_of_texts(source):  # type: ignore[arg-type]
        return records_of_archive(source), "an archive of text files, one record a file"  # type: ignore[arg-type]
    source.seek(0)
    head = source.read(4) or b""
    source.seek(0)
    if head.startswith(MAGIC_OF_TABLES) or head == b"PK\x03\x04":
        return None, ""
    is_gzip = head[:2] == b"\x1f\x8b"
    text = decoded(source, limits, is_gzip=is_gzip)
    first = list(islice(text, SAMPLE_LINES))
    start = "".join(first).lstrip("\ufeff \r\n")[:1]
    if start == "[" and not is_log(first):
        return _records_of_array("".join(chain(first, text))), "a JSON array"
    if start == "{" or is_table(first):
        return None, ""
    lines = (line.rstrip("\r\n") for line in chain(first, text))
    if is_log(first):
        year = f"; their times have no year, and {NO_YEAR} stands for it" if lacks_years(first) else ""
        return records_of_log(lines), f"log lines, with time, level and text apart{year}"
    return records_of_lines(lines), "lines, one record each"


def decoded(source: Borrowed, limits: Limits, *, is_gzip: bool) -> Iterator[str]:
    """The lines of a text in its own encoding, one in memory at a time; TableError for bytes that are no text."""
    try:
        encoding = text_encoding(unpacked(source, is_gzip).read(SAMPLE_BYTES))
        _, content = text_opener(source, is_gzip, encoding, limits.max_unpacked_bytes)()
        yield from io.TextIOWrapper(content, encoding="utf-8")
    except UNPACKING_ERRORS:
        raise TableError("damaged", "The gzip file is damaged or cut off. Make it again, and upload it.") from None


def _records_of_array(text: str) -> Iterator[Record]:
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError):
        raise TableError("bad_json", "The JSON array is damaged or cut off. Write it again, and upload it.") from None
    if not all(isinstance(record, (dict, str)) for record in found):
        raise TableError("bad_json", "Write the JSON array as objects, or as texts.")
    return iter([record if isinstance(record, dict) else {"text": record} for record in found])
