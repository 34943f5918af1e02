"""What a plan coarsened says so: middles, intervals or draws, with their width, wherever the column is shown."""

from __future__ import annotations

import io
import re

import pytest

from generation.engine.tables.loading import load_table
from tests.whole.tables.door import round_trip
from tests.whole.tables.test_round_trips import read_back, some, written

pytestmark = pytest.mark.django_db


def table():
    return written({"age": [str(18 + 7 * at % 60) for at in range(400)], "n": some("123")})


def spread_out():
    """Ages and days with wide gaps between them, where a model that knows numbers alone gives some in between."""
    days = [f"{1950 + at * at // 2500}-{1 + at % 12:02}-{1 + at % 28:02}" for at in range(400)]
    return written({"age": [str(18 + at * at // 2500) for at in range(400)], "born": days, "n": some("123")})


def coarsened(ana, shown):
    how = {"kind": "generalise", "parameters": {"width": 10.0, "k": 5, "shown": shown}}
    return round_trip(ana, table(), treat={"age": how})


def test_middles_of_bins_are_whole_numbers_and_the_schema_says_the_width(ana):
    trip = coarsened(ana, "middle")
    assert set(trip.table.column("age").to_pylist()) <= {15, 25, 35, 45, 55, 65, 75}
    assert next(one["spelling"]["step"] for one in trip.dataset.schema if one["label"] == "age") == 10


def test_intervals_are_texts_from_the_lowest_to_the_highest_of_their_bin(ana):
    trip = coarsened(ana, "interval")
    cells = read_back(trip.rendered("csv"))["age"]
    assert all(re.fullmatch(r"\d0–\d9", cell) for cell in cells)
    assert next(one["sdtype"] for one in trip.dataset.schema if one["label"] == "age") == "categorical"


def test_a_draw_gives_every_number_of_the_bin_and_its_evidence_is_about_the_bins(ana):
    trip = coarsened(ana, "draw")
    ages = trip.table.column("age").to_pylist()
    assert len({age % 10 for age in ages}) == 10
    assert trip.table.schema.field("age").type == "int64"
    assert set(load_table(io.BytesIO(trip.artefact))["age"]) <= {15, 25, 35, 45, 55, 65, 75}


@pytest.mark.parametrize("synthesizer", ["trees", "copula", "dp_marginals"])
def test_whatever_a_model_gives_coarse_numbers_are_middles_and_coarse_dates_first_days(ana, synthesizer):
    treat = {
        "age": {"kind": "generalise", "parameters": {"width": 7.0, "k": 1, "shown": "middle"}},
        "born": {"kind": "generalise", "parameters": {"unit": "quarter", "k": 1}},
    }
    trip = round_trip(ana, spread_out(), treat=treat, synthesizer=synthesizer)
    assert {age % 7 for age in trip.table.column("age").to_pylist()} == {3}
    born = set(trip.table.column("born").to_pylist())
    assert {day.day for day in born} == {1}
    assert {day.month for day in born} <= {1, 4, 7, 10}
