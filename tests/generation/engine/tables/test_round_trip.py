"""Any table survives the way out as CSV or JSON Lines and back in."""

import datetime as dt
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits
from generation.engine.tables.naming import checked_labels
from generation.engine.tables.rendering import render
from generation.engine.tables.source import MISSING_WORDS
from tests.generation.engine.tables.cases import parquet, read, refusal

# A word in front keeps a text from being a number, a date or a word for "missing".
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(lambda text: f"w{text}")
TEXTS = TEXTS.filter(lambda text: text not in MISSING_WORDS)
INTEGERS = st.integers(-(10**17), 10**17)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
DATES = st.dates(dt.date(1678, 1, 2), dt.date(2261, 12, 30))
MOMENTS = st.datetimes(dt.datetime.fromisoformat("1678-01-02"), dt.datetime.fromisoformat("2261-12-30"))
ROWS = st.lists(
    st.tuples(*(st.none() | values for values in (TEXTS, INTEGERS, FLOATS, DATES, MOMENTS))), min_size=1, max_size=30
)
KINDS = [pa.string(), pa.int64(), pa.float64(), pa.date32(), pa.timestamp("us")]


def table_of(rows):
    columns = zip(*rows, strict=True)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, KINDS, strict=True)]
    return pa.table(arrays, names=["c0", "c1", "c2", "c3", "c4"])


def assert_same_values(table, kind):
    sink = io.BytesIO()
    render(io.BytesIO(parquet(table)), sink, kind)
    _, back = read(sink.getvalue())
    # A column without fractions or without times comes back as the narrower type; its values are equal.
    assert back.cast(table.schema).to_pylist() == table.to_pylist()


@pytest.mark.slow
@settings(max_examples=150)
@given(ROWS.filter(lambda rows: all(any(cell is not None for cell in row) for row in rows)))
def test_any_table_each_of_whose_records_says_something_survives_csv(rows):
    assert_same_values(table_of(rows), "csv")


@pytest.mark.slow
@settings(max_examples=75)
@given(ROWS)
def test_any_table_survives_json_lines(rows):
    assert_same_values(table_of(rows), "jsonl")


@settings(max_examples=200)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_names_are_refused_in_one_sentence_or_become_labels_of_c0_to_cn(names):
    data = parquet(pa.table([pa.array(["x"])] * len(names), names=names))
    try:
        expected, _ = checked_labels(names, Limits())
    except TableError as error:
        code = error.code
    else:
        code = ""
    if code:
        assert refusal(data).code == code
        return
    facts, table = read(data)
    assert [one.label for one in facts.columns] == expected
    assert table.column_names == [f"c{at}" for at in range(len(names))]


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(alphabet="a,1;\"\n\t'", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_sentence(data):
    try:
        facts, table = read(data)
    except TableError as error:
        sentence = error.sentence
    else:
        sentence = "Read."
        assert (facts.rows, len(facts.columns)) == table.shape
    assert sentence.endswith((".", "?"))
