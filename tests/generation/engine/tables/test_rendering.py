"""What leaves as CSV and JSON Lines is what is in the table."""

import csv
import datetime as dt
import io
import json
import re
import subprocess
import sys
import zipfile

import pyarrow as pa
import pytest

from generation.engine.tables.rendering import render
from tests.generation.engine.tables.cases import parquet

AT = dt.datetime.fromisoformat
TABLE = pa.table(
    {
        "c0": ["plain", 'say "hi", twice', None],
        "c1": pa.array([-7, None, 3], pa.int64()),
        "c2": [0.1, -2.5, None],
        "c3": [True, False, None],
        "c4": [dt.date(2020, 2, 29), None, dt.date(1999, 1, 1)],
        "c5": pa.array([AT("2020-02-29T10:00:00"), AT("2020-02-29T10:00:00.25"), None], pa.timestamp("us")),
    }
)
LABELS = {"c0": "näme", "c1": "n", "c2": "x", "c3": "b", "c4": "day", "c5": "at"}


def rendered(table, kind, labels=None):
    source, sink = io.BytesIO(parquet(table)), io.BytesIO()
    render(source, sink, kind, labels)
    assert not sink.closed
    return sink.getvalue()


def test_csv_follows_rfc_4180_with_iso_dates():
    lines = rendered(TABLE, "csv", LABELS).decode().split("\r\n")
    assert lines == [
        '"näme","n","x","b","day","at"',
        '"plain",-7,0.1,true,2020-02-29,"2020-02-29T10:00:00"',
        '"say ""hi"", twice",,-2.5,false,,"2020-02-29T10:00:00.250000"',
        ",3,,,1999-01-01,",
        "",
    ]


def test_json_lines_hold_one_object_per_record():
    lines = rendered(TABLE, "jsonl", LABELS).decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"näme": "plain", "n": -7, "x": 0.1, "b": True, "day": "2020-02-29", "at": "2020-02-29T10:00:00"},
        {"näme": 'say "hi", twice', "n": None, "x": -2.5, "b": False, "day": None, "at": "2020-02-29T10:00:00.250000"},
        {"näme": None, "n": 3, "x": None, "b": None, "day": "1999-01-01", "at": None},
    ]


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"]
HARMLESS = ["1=1", "a-b", " =1", "'=1", "", "x@y"]


def test_formula_cells_are_disarmed_and_numbers_are_not_touched():
    cells = DANGEROUS + HARMLESS
    table = pa.table({"c0": cells, "c1": [-at for at in range(len(cells))]})
    text = rendered(table, "spreadsheet_csv", {"c0": "=evil"}).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["'=evil", "c1"]
    assert [row[0] for row in rows[1:]] == [f"'{cell}" for cell in DANGEROUS] + HARMLESS
    assert [row[1] for row in rows[1:]] == [str(-at) for at in range(len(cells))]


def test_the_plain_csv_changes_no_cell():
    rows = csv.reader(io.StringIO(rendered(pa.table({"c0": DANGEROUS}), "csv").decode(), newline=""))
    assert [row[0] for row in rows][1:] == DANGEROUS


def test_a_missing_cell_of_a_single_column_is_not_a_blank_line():
    assert rendered(pa.table({"c0": [1, None]}), "csv") == b'"c0"\r\n"1"\r\n""\r\n'


@pytest.mark.parametrize("kind", ["csv", "jsonl", "spreadsheet_csv"])
def test_an_empty_table_renders_and_the_bytes_repeat(kind):
    assert rendered(TABLE.slice(0, 0), kind, LABELS).count(b"\n") == (kind != "jsonl")
    assert rendered(TABLE, kind, LABELS) == rendered(TABLE, kind, LABELS)


def test_rendering_and_reading_rows_need_neither_pandas_nor_openpyxl():
    code = (
        "import sys, generation.engine.tables.rendering, generation.engine.tables.loading;"
        "sys.exit(bool({'pandas', 'openpyxl', 'charset_normalizer'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_workbook_says_nowhere_when_it_was_made():
    with zipfile.ZipFile(io.BytesIO(rendered(TABLE, "xlsx", LABELS))) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(re.findall(r"(\d{4})-\d\d-\d\dT", book.read("docProps/core.xml").decode())) == {"1980"}
