"""A CSV comes back quoted and escaped as it was written: what its writer of then would write of the same records."""

from __future__ import annotations

import csv
import io
import random
import re

import pandas as pd
import pytest

from tests.whole.tables.door import round_trip

pytestmark = pytest.mark.django_db
ROWS = 400
CHANCE = random.Random(5)
NOTES = ["fine", 'a "quoted" word', "one; two", "back\\slash", "plain, words"]


def columns():
    paid = [f"{CHANCE.randrange(100, 9_000) / 100:.2f}" for _ in range(ROWS)]
    return {
        "what": [CHANCE.choice(["tea", "coffee", "milk"]) for _ in range(ROWS)],
        "note": [CHANCE.choice(NOTES) for _ in range(ROWS)],
        "paid": ["" if at % 6 == 5 else cell for at, cell in enumerate(paid)],
        "on": [f"{CHANCE.randrange(1, 29):02d}.{CHANCE.randrange(1, 13):02d}.2021" for _ in range(ROWS)],
        "n": [str(CHANCE.randrange(1, 4)) for _ in range(ROWS)],
    }


def written(rows, **how):
    """The rows as Python's own writer writes them."""
    sink = io.StringIO()
    csv.writer(sink, **how).writerows(rows)
    return sink.getvalue().encode()


def cells(data, how):
    """The rows of a CSV as Python's own reader reads them."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), **{**how, "quoting": csv.QUOTE_MINIMAL}))


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("escape", [{}, {"escapechar": "\\", "doublequote": False}])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_quotes_and_escapes_come_back_as_the_writer_of_the_source_sets_them(ana, quoting, escape, delimiter):
    how = {"delimiter": delimiter, "lineterminator": "\n", "quoting": quoting} | escape
    table = columns()
    trip = round_trip(ana, written([list(table), *zip(*table.values(), strict=True)], **how))
    out = trip.rendered("csv")
    rows = cells(out, how)
    assert {row[1] for row in rows[1:]} == set(NOTES)
    if quoting == csv.QUOTE_ALL or not escape:  # else a writer is free to quote a cell with an escape or not to
        assert out.decode() == written(rows, **how).decode()


@pytest.mark.parametrize("blank", [True, False])
def test_texts_are_quoted_and_numbers_are_not_where_the_source_does_so(ana, blank):
    frame = pd.DataFrame(columns()).astype({"n": int})
    frame["paid"] = pd.to_numeric(frame["paid"])
    source = frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)
    source = source if blank else source.replace('"",', ",")
    trip = round_trip(ana, source.encode())
    lines = trip.rendered("csv").decode().split("\n")
    assert lines[0] == '"what","note","paid","on","n"'
    form = re.compile(r'"\w+","(?:[^"]|"")+",(\d+(?:\.\d+)?|"")?,"\d\d\.\d\d\.\d{4}",\d')
    found = [form.fullmatch(line) for line in lines[1:-1]]
    assert all(found), lines[:5]
    assert {match[1] for match in found if match[1] in {None, '""'}} == {'""' if blank else None}


def test_words_for_no_value_stay_bare_among_quoted_texts(ana):
    table = columns()
    rows = [",".join("NA" if not cell else f'"{cell}"' for cell in row)
            for row in zip(table["what"], table["paid"], table["n"], strict=True)]  # fmt: skip
    out = round_trip(ana, "\n".join(['"what","paid","n"', *rows]).encode()).rendered("csv").decode()
    missing = [line for line in out.split("\n") if ",NA," in line]
    assert missing
    assert '"NA"' not in out
    assert all(cell.startswith('"') for line in missing for cell in line.split(",") if cell != "NA")


def test_a_database_s_null_after_a_backslash_is_missing_and_comes_back(ana):
    table = columns()
    texts = [note.replace("\\", "\\\\").replace('"', '\\"') for note in table["note"]]
    paid = [cell or "\\N" for cell in table["paid"]]
    rows = [f'"{note}",{one},{n}' for note, one, n in zip(texts, paid, table["n"], strict=True)]
    trip = round_trip(ana, "\n".join(["note,paid,n", *rows, ""]).encode())
    assert trip.facts["paid"]["type"] == "double"
    assert trip.facts["paid"]["foreign"] == 0
    out = trip.rendered("csv").decode().split("\n")
    assert 0.08 < sum(",\\N," in line for line in out) / len(out) < 0.25
    rows = cells(trip.rendered("csv"), {"escapechar": "\\", "doublequote": False})
    assert {row[0] for row in rows[1:]} == set(NOTES)
