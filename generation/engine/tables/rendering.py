"""A Parquet table in the formats that are released: as its source was written where the file says so. No pandas."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from generation.engine.tables.formats.sheets import CONTROL_SIGNS, FIRST_YEAR, MOST_CELL_CHARS
from generation.engine.tables.logical import dialect_of, spelling_of
from generation.engine.tables.spellings.spelling import Quoted, Spelling, Written
from generation.engine.tables.spellings.writing import spelled

Kind = Literal["csv", "plain_csv", "jsonl", "spreadsheet_csv", "xlsx"]

BATCH_ROWS = 16_384
# A spreadsheet takes a cell that starts like this for a formula; the last four are the fullwidth forms of = + - @.
FORMULA = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
BYTE_ORDER_MARK = "\ufeff".encode()
UTF8 = "utf-8"
CRLF = "\r\n"
# What a database writes for no value in a file with escapes.
NULL = "\\N"


def render(source: BinaryIO, sink: BinaryIO, kind: Kind, labels: Mapping[str, str] | None = None) -> None:
    """Writes the Parquet in `source` to `sink`, batch by batch; `labels` gives column names to show.

    csv: as the source was written, where the file says how (encoding, delimiter, line ends, quotes and escapes, marks,
    layouts of dates, words for missing values, words among numbers); letters that the source's encoding does not have
    make it UTF-8. Without that it is plain_csv: RFC 4180, UTF-8, texts quoted, a missing value empty, ISO 8601 dates.
    jsonl: one object per line in the types of the table, missing null. xlsx: one sheet, in types and number formats.
    spreadsheet_csv:
    plain_csv in which texts and labels that look like formulas start with an apostrophe, with a byte order mark,
    without which Excel takes UTF-8 for something else; numbers are as they are. The same table gives the same bytes.
    """
    with pq.ParquetFile(source) as table:
        names = [(labels or {}).get(name, name) for name in table.schema_arrow.names]
        if kind == "jsonl":
            _write_jsonl(table, sink, names)
        elif kind == "xlsx":
            # The one format that needs more than Arrow.
            from generation.engine.tables.workbook import write_workbook

            write_workbook(table, sink, names)
        elif kind == "csv" and any(spelling_of(field) for field in table.schema_arrow):
            _write_as_source(table, sink, names)
        else:
            _write_csv(table, sink, names, is_for_spreadsheet=kind == "spreadsheet_csv")


def formats_differ(source: BinaryIO) -> list[str]:
    """What of the Parquet in `source` its other formats say otherwise than the source's file, in sentences."""
    with pq.ParquetFile(source) as table:
        schema = table.schema_arrow
        varied = [field.name for field in schema if (spelling_of(field) or Spelling()).varied]
        wanted = dialect_of(schema).get("encoding") or UTF8
        is_other = _encoding(table, schema.names, wanted) != wanted
        counted = sum((_beyond_sheets(batch) for batch in table.iter_batches(use_threads=False)), Counter[str]())
    said = [f"{', '.join(varied)}: the source writes these cells in several ways, and the files in the commonest."]
    lacks = [f"CSV: {wanted}, the source's encoding, lacks letters of these records, so the file is UTF-8."]
    return said * bool(varied) + lacks * is_other + [f"XLSX: {count:,} {words}" for words, count in counted.items()]


def _beyond_sheets(batch: pa.RecordBatch) -> Counter[str]:
    """How many cells a sheet cannot hold as they are, by what becomes of them."""
    found = Counter[str]()
    for column in batch.columns:
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            found["dates before 1900 are written as texts."] += _count(pc.less(pc.year(column), FIRST_YEAR))
        elif pa.types.is_string(column.type):
            is_long = pc.greater(pc.utf8_length(column), MOST_CELL_CHARS)
            found[f"texts are cut after {MOST_CELL_CHARS:,} characters."] += _count(is_long)
            has_signs = pc.match_substring_regex(column, CONTROL_SIGNS)
            found["texts lose control signs, which a sheet does not take."] += _count(has_signs)
    return +found


def _count(flags: pa.BooleanArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What separates and quotes cells."""

    delimiter: str
    quote: str
    escape: str
    end: str

    @classmethod
    def of(cls, schema: pa.Schema) -> _Marks:
        said = dialect_of(schema)
        return cls(
            said.get("delimiter") or ",",
            said.get("quote") or '"',
            said.get("escape") or "",
            said.get("line_end") or CRLF,
        )

    @property
    def special(self) -> str:
        """The cells that have to be quoted."""
        signs = "".join(_escaped(sign) for sign in (self.delimiter, self.quote, self.escape))
        return f"[{signs}\r\n]|^[ \t]|[ \t]$"

    def around(self, texts: pa.Array) -> pa.Array:
        """The texts in quotation marks, with those inside told apart."""
        if self.escape:
            texts = pc.replace_substring(texts, self.escape, self.escape * 2)
        texts = pc.replace_substring(texts, self.quote, (self.escape or self.quote) + self.quote)
        return pc.binary_join_element_wise(self.quote, texts, self.quote, "")


def _escaped(sign: str) -> str:
    return "\\" + sign if sign and sign in "|\"'\\" else sign


def _write_as_source(table: pq.ParquetFile, sink: BinaryIO, names: list[str]) -> None:
    schema = table.schema_arrow
    marks, spellings = _Marks.of(schema), [spelling_of(field) or Spelling() for field in schema]
    encoder = codecs.getincrementalencoder(_encoding(table, names, dialect_of(schema).get("encoding") or UTF8))()
    # A header has no values of its own: it is quoted where the table quotes any.
    is_quoted = any(spelling.quoted in {Quoted.VALUES, Quoted.ALL} for spelling in spellings)
    apart = _apart(schema, spellings)
    heads = [pa.array([name], pa.string()) for at, name in enumerate(names) if at not in apart]
    head = Spelling(quoted=Quoted.VALUES if is_quoted else Quoted.NEEDED)
    sink.write(encoder.encode(_lines([_cells(each, head, marks) for each in heads], marks)))
    for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
        columns = zip(batch.columns, spellings, strict=True)
        texts = [_spelled(column, spelling) for column, spelling in columns]
        for at, home in apart.items():
            texts[home] = pc.coalesce(texts[at], texts[home])
        told = [
            (text, spelling)
            for at, (text, spelling) in enumerate(zip(texts, spellings, strict=True))
            if at not in apart
        ]
        cells = [_cells(text, spelling, marks) for text, spelling in told]
        sink.write(encoder.encode(_lines(cells, marks)))


def _apart(schema: pa.Schema, spellings: list[Spelling]) -> dict[int, int]:
    """Columns of words that stand in another one's cells, with the place of that one, where it is in the table."""
    places = {name: at for at, name in enumerate(schema.names)}
    return {at: places[one.stands_in] for at, one in enumerate(spellings) if one.stands_in in places}


def _encoding(table: pq.ParquetFile, names: list[str], wanted: str) -> str:
    """The source's encoding if it has all letters of this table, else UTF-8."""
    if wanted.startswith("utf"):
        return wanted
    texts = [at for at, field in enumerate(table.schema_arrow) if pa.types.is_string(field.type)]
    try:
        "".join(names).encode(wanted)
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=[table.schema_arrow.names[at] for at in texts]):
            for column in batch.columns:
                "".join(pc.drop_null(pc.unique(column)).to_pylist()).encode(wanted)
    except UnicodeEncodeError:
        return UTF8
    return wanted


def _spelled(column: pa.Array, spelling: Spelling) -> pa.StringArray:
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return spelled(_iso(column) if pa.types.is_timestamp(column.type) and not spelling.layout else column, spelling)


def _cells(texts: pa.StringArray, spelling: Spelling, marks: _Marks) -> pa.StringArray:
    """Texts as they stand in the file: quoted where they have to be or always are, and what stands for no value."""
    if spelling.quoted in {Quoted.VALUES, Quoted.ALL}:
        texts = marks.around(texts)
    elif pc.any(needs := pc.match_substring_regex(texts, marks.special)).as_py():
        texts = pc.if_else(needs, marks.around(texts), texts)
    return pc.fill_null(texts, _missing(spelling, marks)) if texts.null_count else texts


def _missing(spelling: Spelling, marks: _Marks) -> str:
    """A database's \\N stands bare: there the backslash is no escape."""
    word = spelling.missing
    is_quoted = spelling.quoted in {Quoted.MISSING, Quoted.ALL}
    must_be = word != NULL and re.search(marks.special, word)
    return str(marks.around(pa.array([word]))[0]) if is_quoted or must_be else word


def _lines(cells: list[pa.StringArray], marks: _Marks) -> str:
    if len(cells) == 1:
        # A row of one empty cell would be a blank line, which readers skip.
        cells = [pc.if_else(pc.equal(cells[0], ""), marks.quote * 2, cells[0])]
    lines = cells[0] if len(cells) == 1 else pc.binary_join_element_wise(*cells, marks.delimiter)
    return marks.end.join([*lines.to_pylist(), ""])


def _write_csv(table: pq.ParquetFile, sink: BinaryIO, names: list[str], *, is_for_spreadsheet: bool) -> None:
    if is_for_spreadsheet:
        sink.write(BYTE_ORDER_MARK)
        names = _disarmed(pa.array(names, pa.string())).to_pylist()
    options = pyarrow.csv.WriteOptions(eol="\r\n", quoting_style="needed", batch_size=BATCH_ROWS)
    # A row of one empty cell would be a blank line, which readers skip: there, missing is "".
    is_single = len(names) == 1
    columns = [
        _for_csv(pa.array([], field.type), is_for_spreadsheet, is_single=is_single) for field in table.schema_arrow
    ]
    schema = pa.schema([(name, column.type) for name, column in zip(names, columns, strict=True)])
    with pyarrow.csv.CSVWriter(sink, schema, write_options=options) as writer:
        for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            arrays = [_for_csv(column, is_for_spreadsheet, is_single=is_single) for column in batch.columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _for_csv(column: pa.Array, is_for_spreadsheet: bool, *, is_single: bool) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = _iso(column)
    if is_for_spreadsheet and pa.types.is_string(column.type):
        column = _disarmed(column)
    return pc.fill_null(column.cast(pa.string()), "") if is_single else column


def _disarmed(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(texts, FORMULA), pc.binary_join_element_wise("'", texts, ""), texts)


def _iso(moments: pa.Array) -> pa.Array:
    """2020-02-29T10:00:00, with microseconds only where there are some, and Z where the column has a zone."""
    is_zoned = bool(moments.type.tz)
    plain = moments.cast(pa.timestamp("us", moments.type.tz), safe=False)
    texts = plain.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us")) if is_zoned else plain
    texts = pc.replace_substring(texts.cast(pa.string()), " ", "T")
    texts = pc.replace_substring_regex(texts, r"\.0+$", "")
    return pc.binary_join_element_wise(texts, "Z", "") if is_zoned else texts


def _write_jsonl(table: pq.ParquetFile, sink: BinaryIO, names: list[str]) -> None:
    is_of_json = dialect_of(table.schema_arrow).get("format") == "jsonl"
    for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
        fields = zip(batch.columns, table.schema_arrow, strict=True)
        columns = [_for_json(column, spelling_of(field), is_of_json) for column, field in fields]
        rows: Iterator[tuple[Any, ...]] = zip(*columns, strict=True)
        sink.write("".join(_line(dict(zip(names, row, strict=True))) for row in rows).encode())


def _for_json(column: pa.Array, spelling: Spelling | None, is_of_json: bool) -> list[Any]:
    if pa.types.is_time(column.type) or (spelling and is_of_json and spelling.layout):
        column = spelled(column, spelling or Spelling(Written.TIME, layout="HH:mm:ss"))
    if pa.types.is_timestamp(column.type):
        column = _iso(column)
    if pa.types.is_date(column.type):
        column = column.cast(pa.string())
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    if pa.types.is_floating(column.type):
        # JSON has no NaN and no infinity.
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    return list(column.to_pylist())


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
