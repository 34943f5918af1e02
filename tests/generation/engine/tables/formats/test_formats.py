"""JSON Lines, XLSX and Parquet: the same table from each, and what each can do wrong."""

import datetime as dt
import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.engine.tables.facts import Limits
from tests.generation.engine.tables.cases import parquet, read, refusal, sheet_xml, with_part, workbook

AT = dt.datetime.fromisoformat
DAY = dt.date(2020, 2, 29)
EXPECTED = [
    {"c0": "01234", "c1": 7, "c2": 1.5, "c3": True, "c4": DAY},
    {"c0": "90210", "c1": None, "c2": -2.0, "c3": False, "c4": None},
]


def test_json_lines_give_the_table_with_keys_as_first_seen():
    lines = [
        '{"zip": "01234", "n": 7, "x": 1.5, "b": true, "day": "2020-02-29"}',
        "",
        '{"day": null, "x": -2, "zip": "90210", "n": NaN, "b": false}',
    ]
    facts, table = read("\n".join(lines).encode())
    assert facts.format == "jsonl"
    assert [one.label for one in facts.columns] == ["zip", "n", "x", "b", "day"]
    assert table.to_pylist() == EXPECTED
    assert read(gzip.compress("\n".join(lines).encode()))[1].equals(table)


def test_keys_that_come_late_are_columns_missing_before():
    late = b'{"a": 1}\n' * 40_000 + b'{"b": "x"}\n'
    facts, table = read(late)
    assert (facts.rows, [one.label for one in facts.columns]) == (40_001, ["a", "b"])
    assert table.column("c1").null_count == 40_000
    assert table.slice(40_000).to_pylist() == [{"c0": None, "c1": "x"}]


def test_digits_in_a_json_string_stay_text_and_words_stay_words():
    _, table = read(b'{"zip": "10115", "country": "NA"}\n{"zip": "90210", "country": "null"}\n')
    assert table.column("c0").to_pylist() == ["10115", "90210"]
    assert table.column("c1").to_pylist() == ["NA", "null"]


@pytest.mark.parametrize(
    ("line", "code"),
    [(b'{"a": 1', "not_an_object"), (b'{"a": 1, "a": 2}', "not_an_object"), (b"[1]", "not_an_object"),
     (b"7", "not_an_object"), (b'{"a": {"b": 1}}', "nested"), (b'{"a": [1]}', "nested"),
     (b'{"a":' + b"[" * 100_000, "not_an_object"), (b'{"a": "\\ud800"}', "half_character"),
     (b'{"a": "x\\u0000"}', "nul"), (b'{"A": 1}', "duplicate_columns"), (b'{"x\\u0007": 1}', "control_character"),
     (b'{"a": "' + b"x" * 17_000_000 + b'"}', "row_too_long"), (b'{"a": "\xff"}', "wrong_encoding")],
)  # fmt: skip
def test_a_bad_line_of_json_is_refused(line, code):
    error = refusal(b'{"a": 1}\n' + line)
    assert error.code == code


def test_a_nested_line_is_named():
    assert refusal(b'{"a": 1}\n\n{"a": 1, "b": []}').sentence.startswith("Line 3 holds an object or a list in column 2")


def test_too_many_keys_are_refused():
    lines = "".join(f'{{"k{number}": 1}}\n' for number in range(2_001))
    assert refusal(lines.encode()).code == "too_many_columns"


def test_a_workbook_gives_the_table():
    rows = [["zip", "n", "x", "b", "day"], ["01234", 7, 1.5, True, DAY], ["90210", None, -2, False, "N/A"]]
    facts, table = read(workbook(*rows, more_sheets=2))
    assert (facts.format, facts.encoding, facts.delimiter) == ("xlsx", None, None)
    assert table.to_pylist() == EXPECTED
    assert any(note.startswith("Only the sheet “first” was read, of 3.") for note in facts.notes)


def test_formulas_are_never_evaluated_and_errors_are_missing():
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
    )
    cells += '<row r="2"><c r="A2"><f>1+1</f><v>42</v></c><c r="B2" t="e"><v>#DIV/0!</v></c></row>'
    _, table = read(with_part(workbook(["x"]), "xl/worksheets/sheet1.xml", sheet_xml(cells)))
    assert table.to_pylist() == [{"c0": 42, "c1": None}]


def test_blank_rows_and_trailing_blank_cells_of_a_workbook_are_no_records():
    facts, table = read(workbook(["a", "b", None], [1, 2], [None, None], [3, None, None]))
    assert (facts.rows, table.to_pylist()) == (2, [{"c0": 1, "c1": 2}, {"c0": 3, "c1": None}])


def test_a_workbook_of_many_batches_loses_no_row():
    _, table = read(workbook(["a"], *([at] for at in range(40_000))))
    assert table.column("c0").to_pylist() == list(range(40_000))


def test_moments_of_a_workbook_are_moments():
    _, table = read(workbook(["at"], [AT("2020-02-29T10:00:01")], [AT("2021-01-01")]))
    assert table.column("c0").to_pylist() == [AT("2020-02-29T10:00:01"), AT("2021-01-01")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [([], "empty"), ([["a", "b"]], "no_rows"), ([["a", "b"], [1, 2, 3]], "ragged_row"),
     ([["a", "A"], [1, 2]], "duplicate_columns"), ([[f"n{at}" for at in range(2_001)], [1]], "too_many_columns")],
)  # fmt: skip
def test_a_bad_sheet_is_refused(rows, code):
    assert refusal(workbook(*rows)).code == code


def test_an_xlsx_bomb_is_refused_by_its_directory():
    bomb = with_part(workbook(["a"], [1]), "xl/worksheets/sheet1.xml", b" " * 60_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb, Limits(max_workbook_bytes=50_000_000)).code == "too_large"


def test_an_xlsx_bomb_whose_directory_lies_is_refused():
    sheet = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 5_000_000)
    honest = with_part(workbook(["a"], [1]), "xl/worksheets/sheet1.xml", sheet)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying, Limits(max_workbook_bytes=1_000_000)).code == "damaged"


def test_an_entity_bomb_in_a_workbook_is_refused():
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    sheet = sheet_xml('<row r="1"><c r="A1"><v>&b;</v></c></row>').replace(b"<worksheet", entities + b"<worksheet", 1)
    assert refusal(with_part(workbook(["a"], [1]), "xl/worksheets/sheet1.xml", sheet)).code == "entities"


def test_a_row_number_of_a_billion_does_not_make_a_billion_rows():
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000000"><c r="A1000000000"><v>1</v></c></row>'
    assert refusal(with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", sheet_xml(cells))).code == "too_many_rows"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_of_broken_xml_is_damaged(part):
    assert refusal(with_part(workbook(["a"], [1]), part, b"<oops")).code == "damaged"


def test_parquet_types_become_the_few_that_are_kept():
    table = pa.table(
        {
            "u8": pa.array([1, None], pa.uint8()),
            "f32": pa.array([0.5, np.nan], pa.float32()),
            "dec": pa.array([1, 2], pa.decimal128(10, 2)),
            "cat": pa.array(["a", "b"]).dictionary_encode(),
            "big": pa.array(["x", ""], pa.large_string()),
            "bytes": pa.array([b"x", b"y"]),
            "ns": pa.array([1_500, 0], pa.timestamp("ns")),
            "zone": pa.array([0, None], pa.timestamp("ms", "Europe/Berlin")),
            "time": pa.array([dt.time(10, 30), None]),
            "none": pa.nulls(2),
            "day": pa.array(["2020-02-29", "2021-01-01"]),
            "zip": pa.array(["10115", "NA"]),
        }
    )
    facts, read_back = read(parquet(table))
    kinds = ["int64", "double", "double", "string", "string", "string", "timestamp[us]", "timestamp[us]", "int64",
             "string", "date32[day]", "string"]  # fmt: skip
    assert [one.type for one in facts.columns] == kinds
    assert read_back.column("c1").to_pylist() == [0.5, None]
    assert read_back.column("c4").to_pylist() == ["x", None]
    assert read_back.column("c6").to_pylist() == [AT("1970-01-01T00:00:00.000001"), AT("1970-01-01")]
    assert read_back.column("c7").to_pylist() == [AT("1970-01-01"), None]
    assert read_back.column("c11").to_pylist() == ["10115", "NA"]


def test_what_pandas_writes_is_read_back_with_its_index_named():
    frame = pd.DataFrame({"n": [1, 2], "s": ["a", None]}, index=["x", "y"])
    facts, table = read(frame.to_parquet())
    assert [one.label for one in facts.columns] == ["n", "s", "column 3"]
    assert table.column("c2").to_pylist() == ["x", "y"]


@pytest.mark.parametrize(
    ("values", "code"),
    [(pa.array([[1]]), "nested"), (pa.array([{"x": 1}]), "nested"), (pa.array([b"\xff\xfe"]), "unfit_values"),
     (pa.array([2**64 - 1], pa.uint64()), "unfit_values"), (pa.array([1], pa.duration("s")), "unknown_type"),
     (pa.array(["a\0b"]), "nul")],
)  # fmt: skip
def test_parquet_columns_that_are_no_plain_values_are_refused(values, code):
    assert refusal(parquet(pa.table({"id": [1], "value": values}))).code == code


def test_a_parquet_without_rows_or_columns_is_refused():
    assert refusal(parquet(pa.table({"a": pa.array([], pa.int64())}))).code == "no_rows"
    assert refusal(parquet(pa.table({}))).code == "no_rows"


def test_a_parquet_of_5_000_columns_is_refused():
    assert refusal(parquet(pa.table({f"n{at}": [1] for at in range(5_000)}))).code == "too_many_columns"


@pytest.mark.parametrize("cut", [10, 200, -1, -20])
def test_a_parquet_that_is_cut_off_is_damaged(cut):
    assert refusal(parquet(pa.table({"a": range(1_000)}))[:cut]).code == "damaged"


def test_a_parquet_with_a_flipped_page_is_damaged():
    data = bytearray(parquet(pa.table({"a": [f"x{at}" for at in range(10_000)]}), compression="zstd"))
    data[2_000:2_100] = b"\xaa" * 100
    assert refusal(bytes(data)).code in {"damaged", "unfit_values"}


def varint(number: int) -> bytes:
    """A thrift compact integer: zigzag, seven bits a byte."""
    zigzag, out = number << 1, b""
    while zigzag > 127:
        out += bytes([zigzag & 127 | 128])
        zigzag >>= 7
    return out + bytes([zigzag])


def declaring(data: bytes, rows: int, declared: int) -> bytes:
    """The Parquet with another number of rows in its footer, in the file and in its row groups."""
    length = int.from_bytes(data[-8:-4], "little")
    body, footer = data[: -8 - length], data[-8 - length : -8]
    assert footer.count(varint(rows)) >= 2
    footer = footer.replace(varint(rows), varint(declared))
    return body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def test_a_footer_that_declares_a_trillion_rows_is_refused_before_decoding():
    data = declaring(parquet(pa.table({"a": [0.5] * 12_345})), 12_345, 10**12)
    assert pq.ParquetFile(io.BytesIO(data)).metadata.num_rows == 10**12
    assert refusal(data).code == "too_many_rows"


@pytest.mark.parametrize("declared", [12_346, 40_000_000])
def test_a_footer_that_declares_rows_that_are_not_there_is_damaged(declared):
    assert refusal(declaring(parquet(pa.table({"a": [0.5] * 12_345})), 12_345, declared)).code == "damaged"


def test_a_parquet_bomb_of_one_repeated_text_is_refused_before_it_is_written_out():
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 60_000), ["x" * 900_000])
    bomb = parquet(pa.table({"a": repeated}), store_schema=False)
    assert len(bomb) < 2_000_000
    assert refusal(bomb).code == "too_large"


def test_a_parquet_bomb_of_repeated_numbers_is_refused_by_its_rows():
    bomb = parquet(pa.table({"a": np.zeros(3_000_000, dtype="int64")}))
    assert len(bomb) < 50_000
    assert refusal(bomb, Limits(max_rows=2_000_000)).code == "too_many_rows"
