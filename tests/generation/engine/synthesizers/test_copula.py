"""Our Gaussian copula against the normal distribution it claims to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.synthesizers.test_every_synthesizer import fitted

ROWS = 20_000


def normals(correlation: float, seed: int = 0) -> np.ndarray:
    covariance = [[1, correlation], [correlation, 1]]
    return np.random.default_rng(seed).multivariate_normal([0, 0], covariance, ROWS)


@pytest.mark.parametrize("correlation", [-0.8, 0.0, 0.5, 0.9])
def test_the_correlation_of_two_normals_comes_back(correlation):
    table = pd.DataFrame(normals(correlation), columns=["a", "b"])
    model = fitted("copula", table, (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.NUMERICAL)))
    sample = model.sample(ROWS, seed=1)
    # Twice four standard errors of a correlation at 20,000 records, plus the cutting into 64 cells.
    assert abs(np.corrcoef(sample["a"], sample["b"])[0, 1] - correlation) < 0.03


def test_marginals_of_any_shape_come_back():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "a": np.where(rng.random(ROWS) < 0.7, 0.0, rng.lognormal(8, 1, ROWS)),
            "b": np.where(rng.random(ROWS) < 0.5, rng.normal(-5, 0.5, ROWS), rng.normal(5, 0.5, ROWS)),
        }
    )
    model = fitted("copula", table, (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.NUMERICAL)))
    sample = model.sample(ROWS, seed=2)
    for name in "ab":
        grid = np.quantile(table[name], np.linspace(0.01, 0.99, 99))
        real = np.searchsorted(np.sort(table[name]), grid, side="right") / ROWS
        made = np.searchsorted(np.sort(sample[name]), grid, side="right") / ROWS
        # The 1 % point of the two-sample Kolmogorov-Smirnov distance is 1.63 * sqrt(2 / n) = .016.
        assert np.abs(real - made).max() < 0.02
    assert abs((sample["a"] == 0).mean() - 0.7) < 0.02


def test_a_category_cut_from_a_normal_keeps_its_link_to_a_number():
    pair = normals(0.8, seed=5)
    table = pd.DataFrame(
        {"a": pair[:, 0], "b": np.where(pair[:, 1] > 1, "high", np.where(pair[:, 1] < -1, "low", "mid"))}
    )
    model = fitted("copula", table, (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.CATEGORICAL)))
    sample = model.sample(ROWS, seed=6)
    for level in ("low", "mid", "high"):
        real, made = table.loc[table["b"] == level, "a"], sample.loc[sample["b"] == level, "a"]
        assert abs(real.mean() - made.mean()) < 0.12
        assert abs(len(real) - len(made)) < 400


def test_missing_values_keep_their_rate_and_their_link():
    pair = normals(0.9, seed=7)
    table = pd.DataFrame({"a": pair[:, 0], "b": np.where(pair[:, 1] > 0.8416, np.nan, pair[:, 1])})
    model = fitted("copula", table, (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.NUMERICAL)))
    sample = model.sample(ROWS, seed=8)
    assert abs(sample["b"].isna().mean() - 0.2) < 0.02
    assert sample.loc[sample["b"].isna(), "a"].mean() > 1.0
