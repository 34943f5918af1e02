"""Every file that cannot be read gets one sentence, and no sentence holds a cell."""

import gzip
import io
import zipfile

import pytest

from generation.engine.tables.facts import Limits
from tests.generation.engine.tables.cases import column, read, refusal

SECRET = "jane.roe@example.org"


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_named_as_one(data):
    assert refusal(data).code == "empty"


@pytest.mark.parametrize("data", [b"a,b,c\n", b"a,b,c", b"a,b,c\r\n\r\n"])
def test_a_header_without_rows_is_named_as_one(data):
    assert refusal(data).code == "no_rows"


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"%PDF-1.7\n%\xe2\xe3", "PDF"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1", ".xlsx"), (b"SQLite format 3\0", "SQLite"), (b"ARROW1\0\0", "Feather"),
     (b"<!DOCTYPE html><p>a,b", "web page"), (bytes(range(256)) * 4, "binary file"),
     (gzip.compress(gzip.compress(b"a,b\n1,2\n", mtime=0), mtime=0), "gzip file inside")],
)  # fmt: skip
def test_what_is_no_table_is_called_by_its_name_whatever_the_file_is_called(data, what):
    error = refusal(data)
    assert error.code == "not_a_table"
    assert what in error.sentence


def test_a_zip_archive_is_told_from_a_workbook():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("table.csv", "a,b\n1,2\n")
    assert refusal(sink.getvalue()).code == "not_a_table"
    assert refusal(sink.getvalue()[:40]).code == "damaged"


def test_a_json_array_is_told_what_to_be():
    assert "JSON Lines" in refusal(b'[{"a": 1}]').sentence


def test_a_ragged_row_is_refused_with_its_number_and_its_width():
    error = refusal(b"a,b\n1,2\n3,4\n" + f"5,6,{SECRET}\n".encode())
    assert error.code == "ragged_row"
    assert "Row 4 (the header is row 1) has 3 cells where the header has 2" in error.sentence
    assert refusal(b"a,b\n1,2\n" * 3 + b"3\n").code == "ragged_row"


def test_a_ragged_row_far_behind_the_sample_is_found():
    error = refusal(b"a,b\n" + b"11,22\n" * 400_000 + b"3\n")
    assert "Row 400,002" in error.sentence


@pytest.mark.parametrize("rows", [3, 1_000_000])
def test_a_quote_that_is_never_closed_is_refused(rows):
    error = refusal(b'a,b\n1,"2\n' + b"333333,4444444444444\n" * rows)
    assert error.code in {"open_quote", "row_too_long", "cell_too_long"}
    assert "quotation mark" in error.sentence


def test_duplicate_names_are_refused_whatever_their_letter_forms():
    for header in ("age,city,age", "Age,city,AGE", "age,city,ａｇｅ", "straße,city,STRASSE", "age,city, age "):
        error = refusal(f"{header}\n1,2,3\n".encode())
        assert error.code == "duplicate_columns"
        assert "Columns 1 and 3" in error.sentence


@pytest.mark.parametrize("sign", ["\x07", "\u202e", "\u2028", "\x7f", "\u200b"])
def test_control_and_invisible_characters_in_a_name_are_refused(sign):
    error = refusal(f"id,na{sign}me\n1,2\n".encode())
    assert error.code == "control_character"
    assert "column 2" in error.sentence


def test_a_name_of_a_thousand_characters_is_refused():
    assert refusal(b"id," + b"n" * 1_000 + b"\n1,2\n").code == "label_too_long"


def test_names_that_are_paths_keywords_or_formats_stay_labels():
    labels = ["../../etc/passwd", "__proto__", "id__in", "{0.__class__}", "%s", "'; DROP TABLE x; --"]
    facts, table = read((",".join(labels) + "\n1,2,3,4,5,6\n").encode())
    assert [one.label for one in facts.columns] == labels
    assert table.column_names == ["c0", "c1", "c2", "c3", "c4", "c5"]


def test_5_000_columns_are_refused_and_2_000_accepted():
    def table(width):
        return "\n".join([",".join(f"n{at}" for at in range(width)), ",".join(["1"] * width)]).encode()

    assert "5,000 columns; at most 2,000" in refusal(table(5_000)).sentence
    assert len(read(table(2_000))[0].columns) == 2_000


def test_a_nul_character_is_refused_with_its_row():
    error = refusal(column("a", "b", "c\0d"))
    assert error.code == "nul"
    assert error.sentence.startswith("Row 4, column 2")


def test_a_byte_that_breaks_the_encoding_is_refused_with_its_line():
    data = b"id,name\n" + b"1,abcdefgh\n" * 40_000 + "2,Müller\n".encode("cp1252")
    error = refusal(data)
    assert error.code == "wrong_encoding"
    assert "Line 40002 is not valid utf-8" in error.sentence


def test_a_text_cut_in_the_middle_of_a_character_is_refused():
    assert refusal("id,name\n1,Zoë".encode("utf-16")[:-1]).code == "wrong_encoding"


def test_a_cell_beyond_the_limit_is_refused_with_its_row():
    error = refusal(column("a", "b" * 101), Limits(max_cell_chars=100))
    assert error.code == "cell_too_long"
    assert error.sentence.startswith("Row 3, column 2")


def test_too_many_rows_or_bytes_are_refused():
    data = column(*"abcdef")
    assert refusal(data, Limits(max_rows=5)).code == "too_many_rows"
    assert read(data, Limits(max_rows=6))[0].rows == 6
    assert refusal(data, Limits(max_bytes=len(data) - 1)).code == "too_large"


def test_a_mark_for_excel_that_names_no_delimiter_is_not_taken_for_the_header():
    assert refusal(b"sep=\na;b\n1;2\n").code == "excel_mark"


def test_a_thousand_remarks_are_cut_to_twenty():
    header, row = ",".join(f"n{at}" for at in range(1_000)), ",".join("1" * 1_000)
    notes = read(f"{header}\n{row}\n{row}\n".encode())[0].notes
    assert len(notes) == 22
    assert notes[-1] == "There are 980 more remarks on columns."


def test_a_gzip_bomb_stops_at_the_limit():
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 5_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb, Limits(max_unpacked_bytes=10_000_000)).code == "too_large"


def test_a_gzip_that_is_cut_off_or_flipped_is_damaged():
    packed = gzip.compress(column(*(str(number * number) for number in range(100_000))))
    assert refusal(packed[: len(packed) // 2]).code == "damaged"
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xFF
    assert refusal(bytes(flipped)).code in {"damaged", "wrong_encoding", "ragged_row"}


@pytest.mark.parametrize(
    "data",
    [f"a,b\n{SECRET}\n".encode(), f"a,b\n1,{SECRET}\0\n".encode(), f'a,b\n1,"{SECRET}\n'.encode(),
     f'{{"a": "{SECRET}", "b": [1]}}'.encode(), f'{{"a": "{SECRET}"'.encode(), f'{{"a":1}}\n{SECRET}'.encode(),
     f"a,b\n1,{SECRET}\n".encode() * 30_000 + b"\xff"],
)  # fmt: skip
def test_no_refusal_quotes_a_cell_not_even_in_the_exceptions_behind_it(data):
    error = refusal(data)
    assert SECRET not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert error.sentence.endswith((".", "?"))
