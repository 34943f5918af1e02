"""Parquet, JSON Lines and XLSX come back in the types and formats that they have of their own."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.generation.engine.tables.cases import artefact_of, parquet, read, there_and_back

ROWS = 42
START = dt.datetime.fromisoformat("2020-03-01T10:30:00")
MOMENTS = [START + dt.timedelta(days=at, hours=at) for at in range(ROWS)]
DAYS = [moment.date() for moment in MOMENTS]
WORDS = [("low", "mid", "high")[at % 3] for at in range(ROWS)]
WHOLES = [at % 100 for at in range(ROWS)]


def gaps(values):
    return [None if at % 7 == 3 else value for at, value in enumerate(values)]


def cents(scale):
    return [decimal.Decimal(at * 7).scaleb(-min(scale, 2)) for at in range(ROWS)]


ARROW = [
    *(pa.array(gaps(WHOLES), kind) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64())),
    *(pa.array(WHOLES, kind) for kind in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())),
    *(pa.array(WHOLES, pa.int64()).cast(kind) for kind in (pa.float32(), pa.float64())),
    *(pa.array(cents(scale), pa.decimal128(width, scale)) for width, scale in ((5, 0), (12, 2), (38, 10))),
    pa.array(gaps([at % 2 == 0 for at in range(ROWS)])),
    pa.array(DAYS, pa.date32()),
    *(pa.array(MOMENTS, pa.timestamp(unit)) for unit in ("ms", "us", "ns")),
    *(pa.array(MOMENTS, pa.timestamp("us", zone)) for zone in ("UTC", "Europe/Berlin", "+05:30")),
    pa.array([moment.time() for moment in MOMENTS], pa.time32("ms")),
    pa.array([moment.time() for moment in MOMENTS], pa.time64("us")),
    pa.array(WORDS),
    pa.array(WORDS, pa.large_string()),
    pa.array(WORDS).dictionary_encode(),
    pa.DictionaryArray.from_arrays(pa.array(WHOLES, pa.int8()).filter(pa.array([at < 3 for at in range(ROWS)])).take(
        pa.array([at % 3 for at in range(ROWS)])), pa.array(["low", "mid", "high"]), ordered=True),
    pa.array([f"{at:05d}" for at in range(ROWS)]),
    pa.array(["NA", "None", "-"] * (ROWS // 3)),
    pa.array([2**53 + 2 * at + 1 for at in range(ROWS)], pa.int64()),
]  # fmt: skip


@pytest.mark.parametrize("values", ARROW, ids=lambda values: str(values.type))
def test_a_column_of_a_parquet_comes_back_in_its_type_and_with_its_values(values):
    data = parquet(pa.table({"c": values, "n": WORDS}))
    source, back = pq.read_table(io.BytesIO(data)), pq.read_table(artefact_of(data))
    assert back.schema.field("c").type == source.schema.field("c").type
    assert back.column("c").to_pylist() == source.column("c").to_pylist()


def record(at):
    return {
        "whole": at, "half": at / 2, "whole float": float(at), "truth": at % 2 == 0, "word": WORDS[at],
        "day": DAYS[at].isoformat(), "german day": DAYS[at].strftime("%d.%m.%Y"),
        "zoned": MOMENTS[at].isoformat() + "Z",
        "code": f"{at % 10:05d}", "digits in quotes": str(at % 9), "gap": None if at % 5 == 0 else at,
        "long": 2**60 + at, "long with gaps": None if at % 4 == 0 else -(2**62) + at, "tiny": at * 1e-10,
        "truth in quotes": ["true", "false"][at % 2], "price": f"{at},50 €", "line": "a\u2028b\nc",
        "na": ["NA", "x"][at % 2],
    }  # fmt: skip


@pytest.mark.parametrize("key", list(record(0)))
def test_a_key_of_json_lines_comes_back_in_its_type(key):
    data = "".join(json.dumps(record(at)) + "\n" for at in range(ROWS)).encode()
    _, out = there_and_back(data, "jsonl")
    before, after = ([json.loads(line)[key] for line in lines.split(b"\n") if line] for lines in (data, out))
    assert after == before
    assert [type(value) for value in after] == [type(value) for value in before]


@pytest.mark.parametrize("others", [[1.5, 2], [True, 7], [2**60, 1.5, "x"]])
def test_values_of_several_types_of_json_in_one_key_are_told(others):
    values = [(*others, "a", "b")[at % (len(others) + 2)] for at in range(ROWS)]
    facts, _ = read("".join(json.dumps({"mixed": value, "n": at}) + "\n" for at, value in enumerate(values)).encode())
    kinds = sum(not isinstance(value, str) for value in values)
    assert any(f"holds {kinds} values that are no text to the file" in note for note in facts.notes)


def test_whole_numbers_beyond_64_bits_beside_fractions_are_read():
    values = [2**60, 1.5, 2**70, -3] * 10
    facts, out = there_and_back("".join(json.dumps({"big": value}) + "\n" for value in values).encode(), "jsonl")
    assert facts.rows == 40
    assert len(out.splitlines()) == 40


SHEET = {
    "whole": (lambda at: at, "General"),
    "euro": (lambda at: at + 0.5, '#,##0.00 "€"'),
    "bookkeeping": (lambda at: at + 0.5, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'),
    "dollars": (lambda at: at + 0.5, "[$$-409]#,##0.00"),
    "per cent": (lambda at: at / 100, "0.0%"),
    "two places": (lambda at: at + 0.5, "0.00"),
    "code": (lambda at: at, "00000"),
    "red": (lambda at: -at - 0.5, "#,##0.00;[Red]-#,##0.00"),
    "science": (lambda at: (at + 1) * 1e-9, "0.00E+00"),
    "weight": (lambda at: at + 0.5, '0.0" kg"'),
    "german day": (lambda at: DAYS[at], "dd.mm.yyyy"),
    "american day": (lambda at: DAYS[at], "mm/dd/yyyy"),
    "month": (lambda at: DAYS[at], "mmm yyyy"),
    "moment": (lambda at: MOMENTS[at], "dd.mm.yyyy hh:mm"),
    "clock": (lambda at: MOMENTS[at].time(), "hh:mm"),
    "hours": (lambda at: dt.timedelta(hours=at, minutes=30), "[h]:mm"),
    "truth": (lambda at: at % 2 == 0, "General"),
    "word": (lambda at: WORDS[at], "General"),
    "text of digits": (lambda at: f"{at:04d}", "@"),
    "gap": (lambda at: None if at % 3 else at, "0"),
}


@pytest.fixture(scope="module")
def sheets():
    book = openpyxl.Workbook()
    book.active.append(list(SHEET))
    for at in range(ROWS):
        for place, (value, form) in enumerate(SHEET.values(), start=1):
            book.active.cell(row=at + 2, column=place, value=value(at)).number_format = form
    sink = io.BytesIO()
    book.save(sink)
    return [
        openpyxl.load_workbook(io.BytesIO(data)).active
        for data in (sink.getvalue(), there_and_back(sink.getvalue(), "xlsx")[1])
    ]


@pytest.mark.parametrize("label", list(SHEET))
def test_a_column_of_a_sheet_comes_back_in_its_types_and_number_format(sheets, label):
    place = list(SHEET).index(label) + 1
    before, after = (
        [
            (cell.value, cell.data_type, cell.number_format)
            for (cell,) in sheet.iter_rows(2, min_col=place, max_col=place)
        ]
        for sheet in sheets
    )
    assert [cell for cell in after if cell[0] is not None] == [cell for cell in before if cell[0] is not None]
    assert [cell[0] is None for cell in after] == [cell[0] is None for cell in before]


def test_a_word_for_no_value_stands_in_the_sheet_again():
    book, sink = openpyxl.Workbook(), io.BytesIO()
    for row in (["n", "row"], *(["k.A." if at % 3 else at, f"r{at}"] for at in range(ROWS))):
        book.active.append(row)
    book.save(sink)
    sheet = openpyxl.load_workbook(io.BytesIO(there_and_back(sink.getvalue(), "xlsx")[1])).active
    assert [cell.value for (cell,) in sheet.iter_rows(2, max_col=1)] == ["k.A." if at % 3 else at for at in range(ROWS)]


@pytest.mark.parametrize("words", [["a", "b", "-"], ["a", "?", "unknown"], ["x", "NA", "k.A."]])
def test_words_for_no_value_among_texts_of_a_sheet_or_of_json_are_no_other_type(words):
    cells = [words[at % 3] for at in range(ROWS)]
    book, sink = openpyxl.Workbook(), io.BytesIO()
    for row in (["word", "n"], *([cell, at] for at, cell in enumerate(cells))):
        book.active.append(row)
    book.save(sink)
    lines = "".join(json.dumps({"word": cell, "n": at}) + "\n" for at, cell in enumerate(cells)).encode()
    for data in (sink.getvalue(), lines):
        assert not any("no text to the file" in note for note in read(data)[0].notes)
