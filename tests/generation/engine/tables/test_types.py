"""Which type a column of a CSV gets."""

import datetime as dt

import pytest

from tests.generation.engine.tables.cases import column, read, typed

AT = dt.datetime.fromisoformat
DAY = dt.date(2020, 2, 29)


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["7", "-12", "0"], "int64", [7, -12, 0]),
        (["7", "1.5", "2e3"], "double", [7.0, 1.5, 2000.0]),
        (["true", "False", "TRUE"], "bool", [True, False, True]),
        (["01234", "90210", "10115"], "string", ["01234", "90210", "10115"]),
        (["+4912345", "123"], "string", ["+4912345", "123"]),
        (["1234567890123456789", "5"], "string", ["1234567890123456789", "5"]),
        (["12345678901234567890", "1.5"], "string", ["12345678901234567890", "1.5"]),
        (["yes", "no"], "string", ["yes", "no"]),
        (["7", "seven"], "string", ["7", "seven"]),
        ([" 7", "8 "], "int64", [7, 8]),
        (["2020-02-29", "2021-12-01"], "date32[day]", [DAY, dt.date(2021, 12, 1)]),
        (["2020/2/29"], "date32[day]", [DAY]),
        (["29.2.2020", "01.12.2021"], "date32[day]", [DAY, dt.date(2021, 12, 1)]),
        (["29/02/2020", "01/12/2021"], "date32[day]", [DAY, dt.date(2021, 12, 1)]),
        (["2/29/2020", "12/1/2021"], "date32[day]", [DAY, dt.date(2021, 12, 1)]),
        (["29-02-2020 9:05"], "timestamp[us]", [AT("2020-02-29T09:05")]),
        (["2020-02-29", "2020-02-29T10:00:00.25"], "timestamp[us]",
         [AT("2020-02-29"), AT("2020-02-29T10:00:00.250000")]),
        (["2020-02-29 10:00:00.123456000"], "timestamp[us]", [AT("2020-02-29T10:00:00.123456")]),
        (["2020-02-29T10:00:00+02:00", "2020-02-29T10:00:00Z"], "timestamp[us]",
         [AT("2020-02-29T08:00"), AT("2020-02-29T10:00")]),
    ],
)  # fmt: skip
def test_a_column_has_the_narrowest_type_that_fits_its_values(cells, kind, values):
    assert typed(*cells) == (kind, values)


@pytest.mark.parametrize("word", ["", "NA", "N/A", "null", "NaN", "None", "#N/A", "  "])
def test_the_usual_words_for_no_value_are_missing(word):
    assert typed("1", word, "3") == ("int64", [1, None, 3])
    assert typed("a", word, "c") == ("string", ["a", None, "c"])


def test_a_question_mark_is_missing_among_numbers_and_a_category_among_words():
    assert typed("1", "?", "3") == ("int64", [1, None, 3])
    assert typed("a", "?", "c") == ("string", ["a", "?", "c"])
    assert typed("?", "?") == ("string", ["?", "?"])


def test_a_type_is_decided_over_the_whole_column_and_not_on_its_start():
    cells = [str(number) for number in range(70_000)]
    assert typed(*cells, *["end"] * 4_000)[0] == "string"
    assert typed(*cells, "0.5")[0] == "double"


def test_ninety_five_in_a_hundred_decide_and_the_rest_are_missing_and_said_by_their_rows():
    facts, table = read(column(*(str(at) for at in range(95)), *["end"] * 5))
    assert table.column("c1").to_pylist() == [*range(95), *[None] * 5]
    assert any("holds 5 cells that are no number (rows 97, 98, 99, 100, 101)" in note for note in facts.notes)
    assert typed(*(str(at) for at in range(94)), *["end"] * 6)[0] == "string"


def test_dates_in_three_formats_are_dates_and_the_note_names_the_column():
    facts, table = read(column("2020-02-29", "29.02.2020", "02/29/2020", label="born"))
    assert table.column("c1").to_pylist() == [DAY, DAY, DAY]
    assert any("Column 2 (“born”) holds dates in 3 formats" in note for note in facts.notes)


def test_dates_of_two_formats_are_two_and_one_that_may_be_read_both_ways_is_to_be_decided():
    facts, table = read(column("2020-02-29", "2020-03-01", "2020-03-05", "29.02.2020", "01.03.2020"))
    assert table.column("c1").to_pylist() == [DAY, dt.date(2020, 3, 1), dt.date(2020, 3, 5), DAY, dt.date(2020, 3, 1)]
    assert any("holds dates in 2 formats" in note for note in facts.notes)
    assert not facts.columns[1].doubt
    facts, _ = read(column("2020-02-29", "2020-03-01", "2020-03-05", "02.03.2020", "01.03.2020"))
    assert "cannot be told apart" in facts.columns[1].doubt
    facts, table = read(b"on,at\n2020-02-29,01/02/2020\n02/29/2020,03/04/2021\n")
    assert table.column("c1").to_pylist() == [dt.date(2020, 1, 2), dt.date(2021, 3, 4)]


def test_an_impossible_date_keeps_its_column_text():
    facts, table = read(column("2021-02-28", "2021-02-30"))
    assert str(table.schema.field("c1").type) == "string"
    assert any("impossible" in note for note in facts.notes)


def test_days_and_months_that_cannot_be_told_apart_follow_the_other_dates_and_are_to_be_decided():
    facts, table = read(column("01/02/2020", "03/04/2021"))
    assert table.column("c1").to_pylist() == [dt.date(2020, 2, 1), dt.date(2021, 4, 3)]
    assert "cannot be told apart" in facts.columns[1].doubt
    assert "no other column says which" in facts.columns[1].doubt
    facts, table = read(b"on,at\n01/02/2020,12/25/2019\n03/04/2021,10/11/2019\n")
    assert table.column("c0").to_pylist() == [dt.date(2020, 1, 2), dt.date(2021, 3, 4)]
    assert "with the month first, as the other dates of the file do" in facts.columns[0].doubt


def test_the_end_of_time_and_infinity_become_missing_and_are_counted():
    facts, table = read(column("2020-02-29", "9999-12-31"))
    assert table.column("c1").to_pylist() == [DAY, None]
    assert any("holds 1 infinite numbers, or dates outside 1678 to 2261" in note for note in facts.notes)
    facts, table = read(column("1.5", "inf", "-inf", "1e400"))
    assert table.column("c1").to_pylist() == [1.5, None, None, None]
    assert any("holds 3 infinite numbers" in note for note in facts.notes)


def test_a_decimal_comma_is_one_only_where_semicolons_separate_cells():
    facts, table = read(b"id;price\n1;1,5\n2;20\n3;-0,25\n")
    assert table.column("c1").to_pylist() == [1.5, 20.0, -0.25]
    assert any("decimal comma" in note for note in facts.notes)
    facts, table = read(b"id\tprice\n1\t1,500\n2\t2,000\n")
    assert table.column("c1").to_pylist() == [1500, 2000]
    assert any("read as one of thousands; no other column says which" in note for note in facts.notes)
