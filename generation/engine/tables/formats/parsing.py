"""A CSV's text to batches of cells; lines that have another width than the table are refused, or told to be no data."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.csv

from generation.engine.errors import TableError
from generation.engine.tables.facts import LeftOut
from generation.engine.tables.formats.marginal_words import IS_NOTE
from generation.engine.tables.formats.margins import is_total
from generation.engine.tables.formats.quoting import Dialect
from generation.engine.tables.formats.streams import DecodedAsUtf8, NullsEscaped, TextOpener
from generation.engine.tables.naming import name_of
from generation.engine.tables.source import Batch

# One record has to fit into a block; Arrow reads up to 32 blocks ahead.
BLOCK_BYTES = 4 * 2**20
_MOST_BELOW = 20
_COMMENT = re.compile(r"#|//|--\s|REM\s")
_RULE = re.compile(r"[-=_*+|:;,\s]{3,}")
_NO_RULE = re.compile(r"[\s;,|]*")


@dataclass(slots=True)
class Ragged:
    """The lines that have another width than the table: comments and rules anywhere, notes and totals below it.

    `skipped` lines stand before the header.
    """

    dialect: Dialect
    skipped: int
    left_out: LeftOut
    passed: int = 0
    below: list[pyarrow.csv.InvalidRow] = field(default_factory=list)
    behind: int = 0
    refused: pyarrow.csv.InvalidRow | None = None

    def judge(self, row: pyarrow.csv.InvalidRow) -> str:
        """What Arrow does with such a line: "skip" or "error"."""
        text = row.text.strip()
        is_rule = bool(_RULE.fullmatch(text)) and not _NO_RULE.fullmatch(text)
        is_comment = bool(_COMMENT.match(text)) and (row.actual_columns == 1 or text.startswith("# "))
        if not is_rule and not is_comment:
            return self._below(row, text)
        self.passed += 1
        self.behind += bool(self.below)
        self.left_out.comments += not is_rule
        self.left_out.ragged_rules += is_rule
        return "skip"

    def _below(self, row: pyarrow.csv.InvalidRow, text: str) -> str:
        cells = [cell.strip().strip(self.dialect.quote) for cell in text.split(self.dialect.delimiter)]
        sums = row.actual_columns < row.expected_columns and is_total(cells)
        if not (sums or _is_note(row, cells[0])) or len(self.below) == _MOST_BELOW:
            self.refused = self.below[0] if self.below else row
            return "error"
        self.below.append(row)
        self.left_out.ragged_totals += sums
        self.left_out.ragged_notes += not sums
        return "skip"

    def require_below(self, rows: int) -> None:
        """TableError where records come after a line that looked like a note or a total; the file has so many."""
        if self.below:
            last = self.skipped + 1 + rows + self.passed + len(self.below)
            if self.below[0].number + len(self.below) - 1 + self.behind != last:
                raise ragged_row(self.below[0], self.skipped)


def _is_note(row: pyarrow.csv.InvalidRow, text: str) -> bool:
    """A line that says so, or one that is a sentence and no cell."""
    return bool(re.search(IS_NOTE, text)) or (row.actual_columns == 1 and len(text.split()) > 2)


def parsed(opener: TextOpener, width: int, dialect: Dialect, skipped: int, left_out: LeftOut) -> Iterator[Batch]:
    """The cells below the header, which stands behind so many lines. TableError for a text that is no such table.

    `left_out` has counts of the lines that were left out when this is over.
    """
    decoded, stream = opener()
    if dialect.escape:
        stream = io.BufferedReader(NullsEscaped(stream, dialect.delimiter), BLOCK_BYTES)
    left_out.comments = left_out.ragged_rules = left_out.ragged_totals = left_out.ragged_notes = 0
    ragged, rows = Ragged(dialect, skipped, left_out), 0
    try:
        for batch in _reader(stream, width, skipped, _parsing(dialect, width, ragged.judge)):
            rows += len(batch)
            yield batch.columns
    except pa.ArrowInvalid as error:
        is_too_long = "straddl" in str(error)
    else:
        if not dialect.escape:
            _require_closed_quotes(decoded, dialect.quote)
        return ragged.require_below(rows)
    raise _refusal(ragged, is_too_long)


def _parsing(dialect: Dialect, width: int, judge: Callable[[pyarrow.csv.InvalidRow], str]) -> pyarrow.csv.ParseOptions:
    return pyarrow.csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote,
        escape_char=dialect.escape or False,
        double_quote=not dialect.escape,
        newlines_in_values=True,
        # In a table of one column a blank line is a record whose value is missing.
        ignore_empty_lines=width > 1,
        invalid_row_handler=judge,
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


def _refusal(ragged: Ragged, is_too_long: bool) -> TableError:
    if ragged.refused:
        return ragged_row(ragged.refused, ragged.skipped)
    if is_too_long:
        return TableError(
            "row_too_long",
            f"A row is longer than {BLOCK_BYTES // 2**20} MiB. Is a quotation mark opened and never closed?",
        )
    return TableError("broken_csv", "The CSV cannot be parsed. Save it again with a header and quoted cells.")


def ragged_row(row: pyarrow.csv.InvalidRow, skipped: int) -> TableError:
    """The refusal of a row that has another width than the header, which stands behind so many lines."""
    return TableError(
        "ragged_row",
        f"Row {row.number:,} (the header is row {skipped + 1}) has {row.actual_columns:,} cells where the header "
        f"has {row.expected_columns:,}. Quote cells that hold the delimiter, and give every row as many cells.",
    )


def _require_closed_quotes(decoded: DecodedAsUtf8, quote: str) -> None:
    # A quote that stays open swallows the rows after it without an error, but leaves an odd number of quotes.
    if quote == '"' and decoded.quotes % 2:
        raise TableError(
            "open_quote",
            'The file has an odd number of quotation marks ("), so one is not closed. '
            "Write a quotation mark inside a cell twice, and quote that cell.",
        )
