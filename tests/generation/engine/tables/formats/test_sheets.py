"""XLSX in both directions: what a sheet says of its cells is read, and what it cannot hold is said."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from generation.engine.tables.rendering import formats_differ
from tests.generation.engine.tables.cases import artefact_of, column, read, refusal, there_and_back

ROWS = 60


def book(*rows, formats=(), **sheets):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    for place, form in formats:
        made.active[place].number_format = form
    for title, cell in sheets.items():
        made.create_sheet(title)["A1"] = cell
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


def sheet_of(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_cells_of_text_stay_texts_whatever_they_look_like():
    facts, table = read(book(["code", "id", "n"], *([f"{at % 9}E{at % 7}", f"{at}", at] for at in range(ROWS))))
    assert [one.type for one in facts.columns] == ["string", "string", "int64"]
    assert table.column("c0").to_pylist()[17] == "8E3"


def test_words_for_no_value_do_not_make_a_column_of_numbers_text():
    facts, _ = read(book(["n"], *([at if at % 4 else "unknown"] for at in range(ROWS))))
    assert (facts.columns[0].type, facts.columns[0].words) == ("int64", 15)


def test_hours_that_go_on_beyond_a_day_are_read_as_the_sheet_shows_them():
    rows = [[dt.timedelta(hours=38, minutes=5)], [dt.timedelta(hours=7, minutes=30)]]
    _, table = read(book(["worked"], *rows, formats=[("A2", "[h]:mm"), ("A3", "[h]:mm")]))
    assert table.column("c0").to_pylist() == ["38:05", "7:30"]


def test_merged_cells_are_those_of_the_sheet_that_is_read_however_many_there_are():
    made = openpyxl.Workbook()
    for number in range(2, 13):
        sheet = made.create_sheet(f"s{number}")
        sheet.append(["a", "b"])
        for at in range(ROWS):
            sheet.append([at, at])
    made.move_sheet("s12", -11)
    made["s12"].merge_cells("A7:A8")
    del made["Sheet"]
    sink = io.BytesIO()
    made.save(sink)
    facts, _ = read(sink.getvalue())
    assert any("1 blocks of cells are merged, the first in row 7" in note for note in facts.notes)


def test_a_note_to_the_right_of_the_table_is_left_out_and_said():
    rows = [[at, at * 2] for at in range(ROWS)]
    rows[4] += [None, None, "checked by the office"]
    facts, table = read(book(["a", "b"], *rows))
    assert table.shape == (ROWS, 2)
    assert any("right of the header" in note and "row 6" in note for note in facts.notes)
    assert refusal(book(["a", "b"], *([at, at, at] for at in range(ROWS)))).code == "ragged_row"


@pytest.mark.parametrize("cells", [["1,234.5", "12,345.67", "5"] * 20, ["€1.5", "€2.25", "€3"] * 20])
def test_a_sheet_shows_every_place_that_a_number_has(cells):
    data = "\n".join(["n;m", *(f"{cell};1" for cell in cells)]).encode()
    shown = sheet_of(there_and_back(data, "xlsx")[1])
    digits = [cell.number_format.partition(".")[2] for cell in shown["A"][1:4]]
    assert [len(one) for one in digits] == [len(cell.partition(".")[2]) for cell in cells[:3]]


def test_what_a_sheet_cannot_hold_is_written_as_it_can_and_said():
    days = [f"{1850 + at}-02-03" for at in range(ROWS)]
    texts = ["y" * 40_000, "a\x07b", *["plain"] * (ROWS - 2)]
    data = "\n".join(["born,note", *map(",".join, zip(days, texts, strict=True))]).encode()
    shown = sheet_of(there_and_back(data, "xlsx")[1])
    assert shown["A2"].value == "1850-02-03"
    assert shown["A61"].value == dt.datetime.fromisoformat("1909-02-03")
    assert pd.Series([len(shown["B2"].value), shown["B3"].value]).tolist() == [32_767, "ab"]
    assert formats_differ(artefact_of(data)) == [
        "XLSX: 50 dates before 1900 are written as texts.",
        "XLSX: 1 texts are cut after 32,767 characters.",
        "XLSX: 1 texts lose control signs, which a sheet does not take.",
    ]


def test_several_ways_of_writing_are_said_of_the_files_too():
    said = formats_differ(artefact_of(column(*["1.9", "1.10", "2.0"] * 20)))
    assert said == ["value: the source writes these cells in several ways, and the files in the commonest."]


def test_empty_texts_beside_nulls_are_kept_as_missing_and_counted():
    facts, _ = read("\n".join(f'{{"a": "{"x" * (at % 3)}", "n": {at}}}' for at in range(ROWS)).encode())
    assert any("Column 1 (“a”) holds 20 texts without a sign" in note for note in facts.notes)


def test_lines_that_end_as_on_an_old_mac_come_back_so():
    data = "\r".join(["a,b", *(f"{at},x" for at in range(ROWS)), ""]).encode()
    assert there_and_back(data)[1] == data
