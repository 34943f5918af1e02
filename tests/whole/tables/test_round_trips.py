"""A table comes back as it went in: names, order, types, formats and null shares, except what the plan says."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import gzip
import io
import json
import random
import re

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.whole.tables.door import round_trip

pytestmark = pytest.mark.django_db
ROWS = 400
CHANCE = random.Random(11)


def written(columns, delimiter=",", end="\n", encoding="utf-8", quote='"'):
    """A CSV of columns of texts."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, lineterminator=end, quotechar=quote)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return sink.getvalue().encode(encoding)


def read_back(data, encoding="utf-8", delimiter=","):
    """Columns of texts by their label."""
    rows = list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))
    return {label: list(cells) for label, *cells in zip(*rows, strict=True)}


def days(form, first=dt.date(1991, 1, 5), apart=31):
    return [(first + dt.timedelta(days=apart * CHANCE.randrange(300))).strftime(form) for _ in range(ROWS)]


def some(values):
    return [CHANCE.choice(values) for _ in range(ROWS)]


def all_match(pattern, cells):
    unlike = [cell for cell in cells if not re.fullmatch(pattern, cell)]
    assert not unlike, unlike[:5]


def swapped(number):
    """Point for comma and comma for point."""
    return number.translate(str.maketrans(",.", ".,"))


def share(cells, word):
    return sum(cell == word for cell in cells) / len(cells)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("%d.%m.%Y", r"\d\d\.\d\d\.\d{4}"),
        ("%d/%m/%y", r"\d\d/\d\d/\d\d"),
        ("%Y%m%d", r"\d{8}"),
        ("%d%m%Y", r"\d{8}"),
        ("%Y%m", r"\d{6}"),
        ("%d-%b-%Y", r"\d\d-[A-Z][a-z]{2}-\d{4}"),
        ("%b %Y", r"[A-Z][a-z]{2} \d{4}"),
        ("%m/%d/%Y", r"\d\d/\d\d/\d{4}"),
        ("%Y-%m-%d", r"\d{4}-\d\d-\d\d"),
        ("%Y-%m-%d %H:%M", r"\d{4}-\d\d-\d\d \d\d:\d\d"),
        ("%d.%m.%Y %H:%M:%S", r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d"),
        ("%d/%m/%Y %I:%M %p", r"\d\d/\d\d/\d{4} \d\d:\d\d [AP]M"),
        ("%Y-%m-%dT%H:%M:%SZ", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("%Y-%m-%dT%H:%M:%S+05:30", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30"),
    ],
)
def test_dates_come_back_in_their_layout_and_are_all_in_the_calendar(ana, form, pattern):
    first = dt.datetime.fromisoformat("1991-01-05T08:30")
    cells = [(first + dt.timedelta(days=11 * CHANCE.randrange(900), minutes=CHANCE.randrange(600))).strftime(form)
             for _ in range(ROWS)]  # fmt: skip
    trip = round_trip(ana, written({"on": cells, "n": some("123")}))
    back = read_back(trip.rendered("csv"))["on"]
    all_match(pattern, back)
    for cell in back:
        pd.to_datetime(cell, format=form.replace("+05:30", "%z"))  # ValueError for a day that does not exist
    assert not pa.types.is_string(trip.table.schema.field("on").type)


def test_times_of_day_come_back_as_such(ana):
    cells = [f"{CHANCE.randrange(6, 20):02d}:{CHANCE.randrange(60):02d}" for _ in range(ROWS)]
    trip = round_trip(ana, written({"at": cells, "n": some("123")}))
    all_match(r"(0[6-9]|1\d):[0-5]\d", read_back(trip.rendered("csv"))["at"])
    assert pa.types.is_time(trip.table.schema.field("at").type)


@pytest.mark.parametrize(
    ("cell", "delimiter", "pattern", "kind"),
    [
        (lambda at: f"${at * 7.31:,.2f}", ",", r"-?\$[\d,]+\.\d\d", pa.float64()),
        (lambda at: f"{at * 7.31:.2f} €", ",", r"[\d]+\.\d\d €", pa.float64()),
        (lambda at: f"{at * 7.31:.2f} €".replace(".", ","), ";", r"[\d]+,\d\d €", pa.float64()),
        (lambda at: f"EUR {at * 7.31:.2f}", ",", r"EUR [\d]+\.\d\d", pa.float64()),
        (lambda at: f"{at % 100 / 3:.1f}%", ",", r"\d+\.\d%", pa.float64()),
        (lambda at: f"{at * 97:,}", ",", r"\d{1,3}(,\d{3})*", pa.int64()),
        (lambda at: f"{at * 97:,}".replace(",", "."), ";", r"\d{1,3}(\.\d{3})*", pa.int64()),
        (lambda at: f"{at * 97:,}".replace(",", " "), ",", r"\d{1,3}( \d{3})*", pa.int64()),
        (lambda at: f"{at * 97.5:,.1f}".replace(",", "'"), ",", r"\d{1,3}('\d{3})*\.\d", pa.float64()),
        (lambda at: swapped(f"{at * 97.5:,.2f}"), ";", r"\d{1,3}(\.\d{3})*,\d\d", pa.float64()),
        (lambda at: f"{at % 300} km", ",", r"\d+ km", pa.int64()),
        (lambda at: f"{at - 150}", ",", r"-?\d+", pa.int64()),
        (lambda at: f"{(at - 150) / 8:.3f}", ",", r"-?\d+\.\d{3}", pa.float64()),
    ],
)  # fmt: skip
def test_numbers_come_back_in_their_marks_places_and_units(ana, cell, delimiter, pattern, kind):
    cells = [cell(CHANCE.randrange(1, 400)) for _ in range(ROWS)]
    trip = round_trip(ana, written({"paid": cells, "n": some("123")}, delimiter))
    all_match(pattern, read_back(trip.rendered("csv"), delimiter=delimiter)["paid"])
    assert trip.table.schema.field("paid").type == kind


@pytest.mark.parametrize(
    "word", ["\\N", ".", "-", "#NA", "unknown", "n/a", "NULL", "?", "NaN", "None", "k.A.", "missing", ""]
)
def test_a_word_for_no_value_in_a_fifth_of_a_number_column_is_missing_and_comes_back(ana, word):
    cells = [word if at % 5 == 0 else str(CHANCE.randrange(40, 90)) for at in range(ROWS)]
    trip = round_trip(ana, written({"age": cells, "n": some("123")}))
    column = trip.table.column("age")
    assert column.type == pa.int64()
    assert abs(column.null_count / ROWS - 0.2) < 0.08
    assert abs(share(read_back(trip.rendered("csv"))["age"], word) - 0.2) < 0.08
    assert word == "" or "that the value is missing" in trip.notes


def test_one_foreign_cell_is_no_type_and_is_said_by_its_row(ana):
    cells = [f"{CHANCE.randrange(100, 900) / 4:.2f}" for _ in range(ROWS)]
    cells[17] = "see file"
    trip = round_trip(ana, written({"price": cells, "n": some("123")}))
    assert trip.facts["price"]["type"] == "double"
    assert "holds 1 cell that are no number (rows 19)" in trip.notes
    assert "see file" not in trip.notes
    all_match(r"(\d+\.\d\d)?", read_back(trip.rendered("csv"))["price"])


def test_a_german_file_comes_back_as_one(ana):
    amounts = [CHANCE.randrange(100, 99_999) for _ in range(ROWS)]
    table = {
        "Kürzel": some(["Grün", "Blaß", "Öl"]),
        "Betrag": [swapped(f"{amount / 100:.2f}") for amount in amounts],
        "Umsatz": [swapped(f"{amount % 99 * 137:,}") for amount in amounts],
        "Eintritt": days("%d.%m.%Y"),
    }
    data = written(table, ";", "\r\n", "cp1252")
    trip = round_trip(ana, data, "kunden.csv")
    out = trip.rendered("csv")
    back = read_back(out, "cp1252", ";")
    assert list(back) == list(table)
    assert set(back["Kürzel"]) <= set(table["Kürzel"])
    all_match(r"\d+,\d\d", back["Betrag"])
    all_match(r"\d{1,3}(\.\d{3})*", back["Umsatz"])
    assert out.count(b"\r\n") == ROWS * 8 // 10 + 1


def test_letters_that_the_encoding_of_the_source_lacks_make_the_export_utf_8(ana):
    table = {"who": some(["Zoë", "Ana"]), "n": some("123")}
    trip = round_trip(ana, written(table, encoding="cp1252"))
    assert trip.rendered("csv").decode("cp1252")


def test_a_country_of_namibia_does_not_vanish(ana):
    table = {"country": some(["NA", "DE", "FR", "ZA"]), "n": some("123")}
    trip = round_trip(ana, written(table))
    assert trip.table.column("country").null_count == 0
    assert abs(share(read_back(trip.rendered("csv"))["country"], "NA") - 0.25) < 0.1


def test_true_and_false_come_back_in_their_words(ana):
    trip = round_trip(ana, written({"ok": some(["TRUE", "FALSE"]), "old": some(["True", "False"]), "n": some("123")}))
    back = read_back(trip.rendered("csv"))
    assert set(back["ok"]) == {"TRUE", "FALSE"}
    assert set(back["old"]) == {"True", "False"}
    assert trip.table.schema.field("ok").type == pa.bool_()


def test_codes_keep_their_leading_zeros_and_cells_their_line_breaks(ana):
    table = {
        "zip": some(["01067", "10115", "80331"]),
        "note": some(["two\nlines", "שלום, עולם", 'a "quoted" word']),
        "n": some("123"),
    }
    trip = round_trip(ana, written(table))
    back = read_back(trip.rendered("csv"))
    assert set(back["zip"]) <= set(table["zip"])
    assert set(back["note"]) <= set(table["note"])


@pytest.mark.parametrize(
    ("encoding", "delimiter", "pack"),
    [("utf-8-sig", "\t", gzip.compress), ("utf-16", ",", bytes), ("utf-8", "|", bytes), ("utf-8-sig", ";", bytes)],
)
def test_any_encoding_and_delimiter_come_back(ana, encoding, delimiter, pack):
    table = {"city": some(["Łódź", "Żory", "Gdańsk"]), "n": some("123"), "x": [f"{at % 9}.5" for at in range(ROWS)]}
    trip = round_trip(ana, pack(written(table, delimiter, encoding=encoding)))
    back = read_back(trip.rendered("csv"), encoding, delimiter)
    assert list(back) == list(table)
    assert set(back["city"]) <= set(table["city"])


def test_the_types_of_a_parquet_come_back(ana):
    gaps = [None if at % 7 == 0 else at % 5 for at in range(ROWS)]
    cents = [decimal.Decimal(CHANCE.randrange(100, 99_999)) / 100 for _ in range(ROWS)]
    first = dt.datetime.fromisoformat("2020-01-01")
    hours = [first + dt.timedelta(hours=at) for at in range(ROWS)]
    fields = {
        "price": pa.array(cents, pa.decimal128(12, 2)),
        "day": pa.array([first.date() + dt.timedelta(days=at % 200) for at in range(ROWS)], pa.date32()),
        "at": pa.array(hours, pa.timestamp("ns", "Europe/Berlin")),
        "visits": pa.array(gaps, pa.int8()),
        "kind": pa.array(some(["a", "b"])).dictionary_encode(),
        "ok": pa.array([None if at % 3 == 0 else at % 2 == 0 for at in range(ROWS)], pa.bool_()),
        "half": pa.array([at % 8 / 2 for at in range(ROWS)], pa.float32()),
        "clock": pa.array([dt.time(8 + at % 9, at % 60) for at in range(ROWS)], pa.time32("s")),
        "iso": pa.array([f"2020-0{1 + at % 9}-11" for at in range(ROWS)]),
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(fields), sink)
    trip = round_trip(ana, sink.getvalue(), "t.parquet")
    kept = pq.read_schema(io.BytesIO(sink.getvalue()))
    assert [(field.name, field.type) for field in trip.table.schema] == [(field.name, field.type) for field in kept]
    assert abs(trip.table.column("visits").null_count / len(trip.table) - 1 / 7) < 0.07
    back = read_back(trip.rendered("csv"))
    all_match(r"\d+\.\d\d", back["price"])
    all_match(r"2020-0\d-\d\d", back["iso"])


def test_whole_numbers_beyond_two_to_the_53rd_stay_exact(ana):
    numbers = [2**53 + 1 + 2 * (at % 3) for at in range(ROWS)]
    sink = io.BytesIO()
    pq.write_table(pa.table({"key": pa.array(numbers, pa.int64()), "n": some("123")}), sink)
    trip = round_trip(ana, sink.getvalue(), "t.parquet")
    assert trip.table.schema.field("key").type == pa.int64()
    assert set(trip.table.column("key").to_pylist()) <= set(numbers)


def test_json_lines_come_back_in_their_types(ana):
    lines = [{"who": CHANCE.choice("ab"), "n": at % 4, "x": at % 9 / 2, "ok": at % 2 == 0, "on": f"1{at % 9}.03.2020",
              "gap": None if at % 5 == 0 else at % 6} for at in range(ROWS)]  # fmt: skip
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    trip = round_trip(ana, data, "t.jsonl")
    back = [json.loads(line) for line in trip.rendered("jsonl").splitlines()]
    assert list(back[0]) == list(lines[0])
    assert all(re.fullmatch(r"\d\d\.03\.2020", line["on"]) for line in back)
    assert {type(line["ok"]) for line in back} == {bool}
    assert {type(line["gap"]) for line in back} == {int, type(None)}


def test_a_workbook_comes_back_with_dates_as_dates_and_nothing_as_a_formula(ana):
    book, sink = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["what", "paid", "on"])
    for at in range(ROWS):
        book.active.append(
            [CHANCE.choice(["=1+1", "plain"]), at % 9 * 1.25, dt.date(2020, 1, 1) + dt.timedelta(days=at % 60)]
        )
        book.active.cell(row=at + 2, column=1).data_type = "s"
    book.save(sink)
    trip = round_trip(ana, sink.getvalue(), "t.xlsx")
    again = trip.rendered("xlsx")
    assert again == trip.rendered("xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(again)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in next(sheet.iter_rows())] == ["what", "paid", "on"]
    assert {row[0].data_type for row in rows} == {"s"}
    assert {type(row[2].value) for row in rows} == {dt.datetime}
