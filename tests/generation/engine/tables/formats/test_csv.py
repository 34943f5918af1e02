"""CSV: encodings, dialects, and the tables that look odd but are right."""

import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from generation.engine.tables.reading import read_table
from tests.generation.engine.tables.cases import column, read

ADULT = Path(__file__).parents[4] / "data" / "adult_small.csv"
PEOPLE = "name,city,age\nJosé,Málaga,41\nZoë,Århus,37\nBjörn,Malmö,52\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)  # fmt: skip
def test_a_text_is_read_in_the_encoding_it_was_written_in(encoding, found):
    facts, table = read(PEOPLE.encode(encoding))
    assert facts.encoding == found
    assert [one.label for one in facts.columns] == ["name", "city", "age"]
    assert table.column("c1").to_pylist() == ["Málaga", "Århus", "Malmö"]


def test_letters_of_other_scripts_survive_their_old_encodings():
    rows = "имя,город\n" + "Иван,Москва\nОльга,Казань\nДмитрий,Екатеринбург\n" * 20
    facts, table = read(rows.encode("cp1251"))
    assert table.column("c1").to_pylist()[:2] == ["Москва", "Казань"]
    assert any("was read as cp1251" in note for note in facts.notes)


def test_one_pound_sign_does_not_make_a_text_japanese():
    facts, table = read("id,amount,comment\n1,£5,cash on delivery\n2,£6,paid by card\n".encode("cp1252"))
    assert facts.encoding == "cp1252"
    assert table.column("c1").to_pylist() == [5, 6]
    assert facts.columns[1].spelling["prefix"] == "£"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    facts, table = read(f'a{delimiter}b{delimiter}c\n1{delimiter}"x{delimiter}y"{delimiter}3\n'.encode())
    assert facts.delimiter == delimiter
    assert table.to_pylist() == [{"c0": 1, "c1": f"x{delimiter}y", "c2": 3}]


def test_commas_inside_a_semicolon_table_do_not_mislead():
    facts, _ = read(b"name, first;note, long;n\nDoe, J;a, b, c;1\nRoe, R;d;2\n")
    assert facts.delimiter == ";"


def test_cells_may_be_quoted_by_apostrophes():
    _, table = read(b"a,b\n'x,1',2\n'y,2',3\n'it''s',4\n")
    assert table.column("c0").to_pylist() == ["x,1", "y,2", "it's"]


def test_a_quoted_cell_may_hold_line_breaks_delimiters_and_quotes():
    facts, table = read(b'a,"b\r\nc"\r\n1,"x\r\ny, ""z"""\r\n')
    assert facts.columns[1].label == "b c"
    assert table.column("c1").to_pylist() == ['x\r\ny, "z"']


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do_with_or_without_a_last_one(newline):
    for end in ("", newline):
        _, table = read((newline.join(["a,b", "1,2", "3,4"]) + end).encode())
        assert table.to_pylist() == [{"c0": 1, "c1": 2}, {"c0": 3, "c1": 4}]


def test_a_packed_csv_is_the_same_table():
    data = ADULT.read_bytes()
    assert read(gzip.compress(data))[1].equals(read(data)[1])


def test_adult_is_read_as_pandas_reads_it():
    facts, table = read(ADULT.read_bytes())
    expected = pd.read_csv(ADULT)
    assert (facts.rows, len(facts.columns)) == (2_000, 15)
    assert [one.label for one in facts.columns] == list(expected.columns)
    actual = table.to_pandas().set_axis(expected.columns, axis=1)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=True)


def test_an_unnamed_column_is_called_by_its_position():
    facts, table = read(b",a,b\n0,1,2\n1,3,4\n")
    assert [one.label for one in facts.columns] == ["column 1", "a", "b"]
    assert any(note.startswith("Column 1 has no name") for note in facts.notes)
    assert table.column_names == ["c0", "c1", "c2"]


def test_a_header_of_numbers_gets_a_note():
    assert any("Every column name is a number" in note for note in read(b"5,7,1\n1,2,3\n4,5,6\n")[0].notes)


def test_constant_and_empty_columns_are_kept_and_noted():
    facts, table = read(b"id,same,none\n1,x,\n2,x,\n3,x,\n")
    assert table.column("c2").null_count == 3
    assert any(note.startswith("Column 2 (“same”) has one and the same value") for note in facts.notes)
    assert any(note == "Column 3 (“none”) has no values." for note in facts.notes)


def test_all_distinct_is_a_table_like_any_other():
    facts, table = read(column(*(f"id-{number:05d}" for number in range(3_000))))
    assert (facts.rows, facts.notes) == (3_000, ())
    assert len(set(table.column("c1").to_pylist())) == 3_000


def test_thirty_rows_are_accepted_with_a_warning():
    facts, _ = read(column(*(f"x{number}" for number in range(30))))
    assert facts.rows == 30
    assert "The table has only 30 rows, so every figure about it is uncertain." in facts.notes


def test_a_cell_of_50_000_characters_is_kept():
    _, table = read(column("a" * 50_000, "b"))
    assert len(table.column("c1")[0].as_py()) == 50_000


def test_a_single_column_without_any_delimiter_is_a_table():
    _, table = read(b'age\n41\n""\n37\n')
    assert table.column("c0").to_pylist() == [41, None, 37]


def test_the_same_file_gives_the_same_bytes():
    first, second = io.BytesIO(), io.BytesIO()
    for sink in (first, second):
        read_table(io.BytesIO(ADULT.read_bytes()), sink)
    assert first.getvalue() == second.getvalue()


def test_progress_reaches_the_whole_file_and_may_stop_the_work():
    seen = []
    read_table(io.BytesIO(PEOPLE.encode()), io.BytesIO(), progress=lambda *step: seen.append(step))
    assert seen == [("reading table", len(PEOPLE.encode()), len(PEOPLE.encode())), ("writing table", 3, 3)]

    def cancel(phase, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_table(io.BytesIO(PEOPLE.encode()), io.BytesIO(), progress=cancel)
