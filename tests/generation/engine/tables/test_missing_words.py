"""A word for no value is one column by column: by what stands beside it, and by what the file writes elsewhere."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest

from generation.engine.tables.spellings.choice import ColumnChoice
from tests.generation.engine.tables.cases import read, there_and_back

ROWS = 120
CHANCE = random.Random(5)


def table(**columns):
    """A CSV of columns of texts, in which values are taken in turn where there are fewer of them than rows."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*([cells[at % len(cells)] for at in range(ROWS)] for cells in columns.values()), strict=True))
    return sink.getvalue().encode()


def nulls(data, place):
    return read(data)[1].column(place).null_count


def notes(data):
    return "\n".join(read(data)[0].notes)


@pytest.mark.parametrize(
    "others",
    [["EMEA", "APAC", "LATAM"], ["EMEA", "APJ"], ["DE", "ZA", "BW", "AO"], ["EU", "AS", "SA", "OC", "AF"],
     ["Emea", "Apac", "Latam"]],
)  # fmt: skip
def test_na_beside_codes_of_regions_or_countries_is_a_value_and_the_owner_is_told(others):
    data = table(n=["1", "2"], region=[*others, "NA"])
    assert nulls(data, "c1") == 0
    assert f"“NA” in {ROWS // (len(others) + 1)} cells" in notes(data)
    assert b"NA" in there_and_back(data)[1]


@pytest.mark.parametrize("others", [["north", "south"], ["AAA", "BBB"], ["Berlin", "Rome"], ["DEU", "ZAF", "BWA"]])
def test_na_beside_words_is_missing_and_comes_back_as_na(others):
    data = table(n=["1", "2"], region=[*others, "NA"])
    assert nulls(data, "c1") == ROWS // (len(others) + 1)
    assert there_and_back(data)[1].count(b"NA") == ROWS // (len(others) + 1)


def test_none_is_an_answer_among_a_few_and_where_the_file_says_missing_otherwise():
    few = table(n=["1", "2"], severity=["None", "Mild", "Severe"])
    assert nulls(few, "c1") == 0
    assert "“None” in 40 cells" in notes(few)
    many = table(n=["1", ""], note=["None", *(f"Dish {at}" for at in range(ROWS - 1))])
    assert nulls(many, "c1") == 0


def test_none_is_missing_where_the_file_writes_it_for_missing_numbers():
    data = table(n=["1", "None", "3", "4"], severity=["None", "Mild", "Severe"])
    assert nulls(data, "c1") == 40
    assert nulls(table(n=["1", "2"], code=["None", "a1", "b7"]), "c1") == 40


def test_a_person_called_null_is_one_where_missing_names_are_blank():
    data = table(n=["1"], name=["Null", "Weber", "Ito", "", "Roe", "Diaz"])
    found = read(data)[1].column("c1")
    assert (found.null_count, found.to_pylist()[0]) == (20, "Null")
    assert nulls(table(n=["1"], name=["null", "weber", "", "roe"]), "c1") == 60


@pytest.mark.parametrize("word", ["?", "-", ".", "k.A.", "--", "n.a."])
def test_a_sign_that_stands_for_missing_numbers_does_so_among_the_texts_of_the_file(word):
    data = table(n=["1", word, "3"], job=["smith", "baker", "cook", word])
    assert nulls(data, "c1") == 30
    assert "says in 30 cells, by a word such as NA" in notes(data)
    assert there_and_back(data)[1] == data


@pytest.mark.parametrize("word", ["?", "-", ".", "k.A."])
def test_a_sign_that_stands_nowhere_else_is_kept_and_told(word):
    data = table(n=["1", "2", "3"], job=["smith", "baker", "cook", word])
    assert nulls(data, "c1") == 0
    assert f"“{word}” in 30 cells, where a value may be missing" in notes(data)


def test_a_minus_beside_a_plus_is_a_value_whatever_numbers_say():
    data = table(n=["1", "-", "3"], rhesus=["+", "-"])
    assert nulls(data, "c1") == 0


@pytest.mark.parametrize("word", ["unknown", "none", "x"])
def test_words_of_a_language_stay_categories_whatever_numbers_say(word):
    data = table(n=["1", word, "3"], job=["smith", "baker", word])
    assert nulls(data, "c1") == 0


def test_what_only_programs_write_is_missing_in_texts_too():
    assert nulls(table(n=["1"], job=["smith", "(null)", "[null]", "NULL", "#N/A"]), "c1") == 96


def test_words_of_json_are_words():
    lines = "".join(json.dumps({"n": 1, "job": job}) + "\n" for job in ["?", "NA", "None", "-", "x"] * 9)
    assert nulls(lines.encode(), "c1") == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [(range(18, 90), "999"), (range(18, 90), "-1"), (range(10), "99"), (range(5), "-9"),
     (range(1_000, 5_000, 50), "-99"), (range(2_000, 9_000, 100), "99999"), (range(30), "-999.9")],
)  # fmt: skip
def test_a_code_for_no_value_is_read_as_a_number_and_the_owner_is_asked(values, code):
    data = table(n=[*map(str, values)], age=[*(str(CHANCE.choice(values)) for _ in range(19)), code])
    facts, found = read(data)
    assert found.column("c1").null_count == 0
    assert f"holds {code} in 6 cells, apart from its other numbers" in facts.columns[1].doubt
    assert facts.columns[0].doubt == ""


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (range(2_000), "999"),
        (range(-20, 35), "-1"),
        (range(80, 120), "99"),
        (range(-50, 0), "-9"),
        (range(60), "99"),
    ],
)
def test_a_number_among_others_like_it_is_no_code(values, code):
    data = table(n=["a"], age=[*(str(CHANCE.choice(values)) for _ in range(19)), code])
    assert read(data)[0].columns[1].doubt == ""


def test_a_code_that_the_owner_names_is_missing_and_comes_back_as_it_was():
    data = table(n=["a", "b"], age=["41", "37", "52", "999"])
    facts, back = there_and_back(data, choices={"age": ColumnChoice(missing=("999",))})
    assert (facts.columns[1].type, facts.columns[1].words, facts.columns[1].doubt) == ("int64", 30, "")
    assert back == data


def test_a_word_that_the_owner_names_beside_numbers_does_not_make_them_text():
    data = table(n=["a", "b"], age=["41", "37", "see file"])
    facts, back = there_and_back(data, choices={"age": ColumnChoice(missing=("see file",))})
    assert (facts.columns[1].type, facts.columns[1].words) == ("int64", 40)
    assert back == data
