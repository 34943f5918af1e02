"""How surprising it is that records agree."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.privacy.nearest.agreement import NEARLY_ALL, best_agreement
from generation.engine.evaluation.study.encoding import encode
from generation.engine.evaluation.study.surprise import learn_surprise
from generation.engine.schema import ColumnSpec, Sdtype


def learnt(frame, *others):
    schema = tuple(
        ColumnSpec(name, Sdtype.NUMERICAL if pd.api.types.is_numeric_dtype(frame[name]) else Sdtype.CATEGORICAL)
        for name in frame
    )
    real, *rest = encode([frame, *others], schema)
    surprise = learn_surprise(real.columns, (real,), 1)
    return surprise, [surprise.records(table) for table in (real, *rest)]


def test_a_value_of_one_record_in_eight_says_three_bits_and_independent_columns_add_up():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"a": ["x"] * 1000 + ["y"] * 7000, "b": rng.permutation(["u"] * 2000 + ["v"] * 6000)})
    surprise, (records,) = learnt(frame)
    bits = surprise.bits(records)
    odd = np.flatnonzero((frame["a"] == "x") & (frame["b"] == "u"))
    order = np.argsort(np.lexsort((frame["b"], frame["a"])))
    assert bits[order[odd[0]]] == pytest.approx(3 + 2, abs=0.3)


def test_a_column_that_follows_from_another_one_says_nothing_twice():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"code": rng.choice(list("abcdefgh"), 8000)})
    surprise, (records,) = learnt(frame.assign(name=frame["code"].map(lambda one: f"name of {one}")))
    assert surprise.bits(records).max() == pytest.approx(3, abs=0.1)


def test_the_record_that_agrees_in_what_is_rare_wins_over_one_that_agrees_in_more_that_is_common():
    frame = pd.DataFrame({"town": ["big"] * 990 + [f"small {row}" for row in range(10)], "sex": ["f", "m"] * 500,
                          "left": ["no", "no", "no", "yes"] * 250})  # fmt: skip
    asked = pd.DataFrame({"town": ["small 0"], "sex": ["f"], "left": ["no"]})
    met = pd.DataFrame({"town": ["big", "small 0"], "sex": ["f", "m"], "left": ["no", "yes"]})
    surprise, (_, asking, there) = learnt(frame, asked, met)
    _, places = best_agreement(surprise, asking, there)
    order = np.lexsort((met["town"], met["sex"], met["left"]))
    assert met["town"].iloc[order[places[0]]] == "small 0"


def test_a_blurred_copy_agrees_nearly_and_a_number_far_off_speaks_against_it():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"n": rng.uniform(0, 100, 2000), "m": rng.uniform(0, 100, 2000)})
    asked = pd.DataFrame({"n": [50.0], "m": [50.0]})
    blurred, half = pd.DataFrame({"n": [54.0], "m": [46.0]}), pd.DataFrame({"n": [50.0], "m": [90.0]})
    surprise, (_, asking, near, far) = learnt(frame, asked, blurred, half)
    bits = [best_agreement(surprise, asking, there, agreement=NEARLY_ALL)[0][0] for there in (near, far)]
    # A tenth of the records lie within 5 % of the range on either side: 2 x log2(10) bits, against log2(10) - 4.
    assert bits == pytest.approx([2 * np.log2(10), np.log2(10) - 4], abs=0.3)


def test_a_record_does_not_meet_itself_where_it_must_not():
    frame = pd.DataFrame({"n": np.arange(50.0)})
    surprise, (records,) = learnt(frame)
    _, places = best_agreement(surprise, records, records, (np.arange(50), np.arange(50)))
    assert not (places == np.arange(50)).any()


def test_missing_agrees_with_missing_and_with_nothing_else():
    frame = pd.DataFrame({"n": [np.nan] * 10 + list(np.arange(90.0))})
    met = pd.DataFrame({"n": [0.0, np.nan]})
    surprise, (_, asking, there) = learnt(frame, pd.DataFrame({"n": [np.nan]}), met)
    bits, places = best_agreement(surprise, asking, there)
    assert np.isnan(met["n"].iloc[np.argsort(met["n"].fillna(-1))[places[0]]])
    assert bits[0] == pytest.approx(np.log2(0.5 + 0.5 / 0.1), abs=0.1)
