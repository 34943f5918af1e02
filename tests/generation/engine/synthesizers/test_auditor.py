"""An auditor's test: twenty people nobody else resembles are planted, ten times the rows are drawn, the checks look."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.policy import judge
from generation.engine.evaluation.privacy import cards
from generation.engine.evaluation.study.study import make_study
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.protocol import Synthesizer
from tests.generation.engine.synthesizers import object_graph
from tests.generation.engine.synthesizers.test_every_synthesizer import NAMES, fitted

SCHEMA = (
    ColumnSpec("age", Sdtype.NUMERICAL, ColumnRole.QUASI),
    ColumnSpec("town", Sdtype.CATEGORICAL, ColumnRole.QUASI),
    ColumnSpec("trade", Sdtype.CATEGORICAL, ColumnRole.QUASI),
    ColumnSpec("income", Sdtype.NUMERICAL, ColumnRole.QUASI),
    ColumnSpec("ill", Sdtype.BOOLEAN, ColumnRole.TARGET),
)
PLANTED = 20


def people(rows: int, seed: int) -> pd.DataFrame:
    """A town goes with two trades, age with income, income with illness."""
    rng = np.random.default_rng(seed)
    town = rng.integers(0, 12, rows)
    age = np.clip(rng.normal(30 + 2 * town, 8), 18, 75).round()
    income = np.round(np.exp(rng.normal(6 + age / 40, 0.4)))
    return pd.DataFrame(
        {
            "age": age.astype(int),
            "town": [f"town {number}" for number in town],
            "trade": [f"trade {number}" for number in (town + rng.integers(0, 2, rows)) % 12],
            "income": income.astype(int),
            "ill": rng.random(rows) < 1 / (1 + income / 1500),
        }
    )


def with_planted(table: pd.DataFrame) -> pd.DataFrame:
    """The last twenty people get a trade from across the country, a great age and an income that nobody has."""
    table = table.copy()
    last = table.index[-PLANTED:]
    town = table.loc[last, "town"].str.removeprefix("town ").astype(int)
    table.loc[last, "trade"] = [f"trade {number}" for number in (town + 6) % 12]
    table.loc[last, "age"] = 80 + np.arange(PLANTED)
    table.loc[last, "income"] = 1_000_003 + 7_919 * np.arange(PLANTED) ** 2
    return table


@pytest.mark.parametrize("name", ["trees", "copula", "gaussian_copula", "dp_marginals"])
def test_twenty_planted_people_are_not_found_in_ten_times_the_rows(name):
    training, holdout = with_planted(people(3000, 1)), people(3000, 2)
    synthetic = fitted(name, training, SCHEMA).sample(30_000, seed=3)
    planted = training.tail(PLANTED)
    assert not synthetic["income"].isin(planted["income"]).any()
    assert synthetic.merge(planted, how="inner").empty
    policy = default_policy("training")
    study = make_study((training, holdout, synthetic), SCHEMA, "ill", policy, seed=0)
    for check in (cards.RARE_COMBINATION_EXCESS, cards.OUTLIER_ATTACK, cards.COPIES, cards.UNIQUE_VALUE_REPLAY):
        for metric in check.find(study).metrics:
            assert judge(metric, policy).status is not Status.BLOCK, metric.name


# From 500 records on the library of the three networks starts processes of its own, which takes most of the time.
@pytest.mark.parametrize(
    ("name", "rows"),
    [(name, 400 if name in ("tvae", "ctgan", "copulagan") else 3000) for name in NAMES],
)
def test_no_planted_person_is_in_the_fitted_model(name, rows):
    training = with_planted(people(rows, 1))
    assert_nobody_of(training, fitted(name, training, SCHEMA))


def test_no_planted_person_is_in_the_fitted_model_of_sequences():
    training = with_planted(people(3000, 1)).assign(who=np.arange(3000) // 3)
    schema = (ColumnSpec("who", Sdtype.ID), *SCHEMA)
    parameters = validated(catalogue.cards()["par"], {"epochs": 1})
    assert_nobody_of(training, catalogue.load("par").fit(training, schema, parameters, 5, silent))


def assert_nobody_of(training: pd.DataFrame, model: Synthesizer) -> None:
    """No planted income as a number, as text or in the bytes, and no array with a place for each record."""
    payload = model.dump()
    loaded = type(model).load(payload)
    numbers, text = object_graph.numbers(loaded), object_graph.texts(loaded)
    for income in training["income"].tail(PLANTED):
        assert str(income) not in text
        assert str(income).encode() not in payload
        assert np.float64(income).tobytes() not in payload
        assert np.int64(income).tobytes() not in payload
        assert not any(math.isclose(income, number, rel_tol=1e-9) for number in numbers)
    assert all(len(training) not in array.shape for array in object_graph.arrays(loaded))
