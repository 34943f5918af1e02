"""The traps of SDV 2.0, one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from ctgan.data_sampler import DataSampler

from generation.engine.errors import FitError
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.sdv import models as sdv_models
from generation.engine.synthesizers.sdv.models import WatchedCTGAN
from tests.generation.engine.synthesizers.tables import mixed_schema, mixed_table
from tests.generation.engine.synthesizers.test_every_synthesizer import fitted

FRAME = pd.DataFrame({"k0": [0, 1, 2, 0, 1, 0] * 40, "n0": np.arange(240.0)})


def trained() -> WatchedCTGAN:
    network = WatchedCTGAN(epochs=1, batch_size=100, enable_gpu=False)
    with sdv_models.seeded(0):
        network.fit(FRAME, discrete_columns=["k0"])
    return network


def test_a_bare_fit_holds_every_training_row_and_forgetting_drops_them():
    network = trained()
    sampler = network._data_sampler
    held = np.split(sampler._rows, np.cumsum(sampler._sizes)[:-1])
    rebuilt = np.empty(240, dtype=int)
    for code, rows in enumerate(held):
        rebuilt[rows] = code
    categories = [0, 1, 2]
    assert [categories[code] for code in rebuilt] == FRAME["k0"].tolist()
    network.forget_training()
    assert sampler._rows is None
    assert sampler._rid_by_cat_cols is None
    assert len(sampler._sizes) == 0
    assert len(network.sample(30)) == 30


@pytest.mark.parametrize("name", ["ctgan", "copulagan"])
def test_a_saved_gan_has_no_row_numbers(name):
    model = fitted(name, mixed_table())
    sampler = type(model).load(model.dump()).model._model._data_sampler
    assert sampler._rid_by_cat_cols is None
    assert sampler._rows is None


def test_rows_drawn_for_a_condition_fulfil_it_and_are_spread_evenly():
    network = trained()
    data = np.column_stack([FRAME["k0"], FRAME["n0"]])
    sampler = network._data_sampler
    with sdv_models.seeded(1):
        drawn = sampler.sample_data(data, 3000, np.zeros(3000, dtype=int), np.repeat([0, 1, 2], 1000))
    assert drawn[:, 0].tolist() == np.repeat([0, 1, 2], 1000).tolist()
    # Category 2 has 40 rows: 1,000 draws reach each of them, 25 times on average.
    counts = pd.Series(drawn[2000:, 1]).value_counts()
    assert len(counts) == 40
    assert counts.max() < 50


def test_the_fast_sampler_is_still_the_librarys():
    assert isinstance(trained()._data_sampler, DataSampler)


def test_training_uses_one_thread_and_gives_the_others_back():
    before = torch.get_num_threads()
    with sdv_models.seeded(0):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_metadata_holds_names_and_kinds_only():
    model = fitted("gaussian_copula", mixed_table())
    columns = model.model.get_metadata().to_dict()["tables"]["t"]["columns"]
    assert {tuple(column) for column in columns.values()} == {("sdtype",)}
    assert all(name[0] in "nkm" and name[1:].isdigit() for name in columns)


def test_the_same_seed_trains_the_same_model():
    for name in ("ctgan", "tvae"):
        first, second = (fitted(name, mixed_table(120), seed=3).sample(40, seed=1) for _ in range(2))
        pd.testing.assert_frame_equal(first, second)


def test_a_gaussian_copula_keeps_shares_gaps_and_the_sign_of_a_correlation():
    rng = np.random.default_rng(0)
    base = rng.normal(size=4000)
    table = pd.DataFrame(
        {
            "a": base,
            "b": -base + rng.normal(size=4000),
            "c": np.where(base > 0.5244, "top", "rest"),
            "d": np.where(rng.random(4000) < 0.3, np.nan, rng.normal(size=4000)),
        }
    )
    kinds = dict.fromkeys("abd", Sdtype.NUMERICAL) | {"c": Sdtype.CATEGORICAL}
    model = fitted("gaussian_copula", table, tuple(ColumnSpec(name, kinds[name]) for name in "abcd"))
    sample = model.sample(4000, seed=2)
    # Four standard errors: .032 for a share of .3, .07 for the correlation of -1/sqrt(2).
    assert abs((sample["c"] == "top").mean() - 0.3) < 0.032 * 2
    assert abs(sample["d"].isna().mean() - 0.3) < 0.032 * 2
    assert abs(np.corrcoef(sample["a"], sample["b"])[0, 1] + 0.7071) < 0.07


def test_a_failing_library_is_reported_by_kind_without_its_words(monkeypatch):
    def fail(self, data):
        raise ValueError("could not convert 'Ann Secret' to float")

    monkeypatch.setattr(sdv_models.PlainGaussianCopula, "_fit_model", fail)
    card = catalogue.cards()["gaussian_copula"]
    with pytest.raises(FitError) as caught:
        catalogue.load("gaussian_copula").fit(mixed_table(), mixed_schema(), validated(card, {}), 0, silent)
    assert "Secret" not in caught.value.sentence
    assert "ValueError" in caught.value.sentence
    assert caught.value.__suppress_context__


def test_a_model_of_another_synthesizer_is_not_loaded():
    payload = fitted("gaussian_copula", mixed_table()).dump()
    with pytest.raises(FitError, match="another synthesizer"):
        catalogue.load("tvae").load(payload)


@pytest.mark.parametrize("name", ["ctgan", "tvae", "copulagan"])
def test_a_training_whose_time_is_up_ends_between_epochs_and_gives_what_so_many_epochs_give(name, monkeypatch):
    """The clock gains a minute whenever it is read: two minutes are over after the second epoch."""
    ticks = itertools.count(0, 60)
    monkeypatch.setattr(sdv_models, "monotonic", lambda: next(ticks))
    seen = []
    stopped = learned(name, epochs=9, minutes=2, progress=lambda phase, done, total: seen.append((phase, done, total)))
    assert seen[-1] == ("training epoch", 2, 9)
    assert stopped.notes[-1].startswith("The time for training ended after 2 of 9 epochs.")
    whole = learned(name, epochs=2, minutes=2880)
    assert len(whole.notes) == len(stopped.notes) - 1
    again = type(stopped).load(stopped.dump())
    pd.testing.assert_frame_equal(again.sample(50, seed=1), whole.sample(50, seed=1))
    # The clock is read once at the start and once after each epoch but the last.
    assert next(ticks) == 60 * (1 + 2 + 1 + 1)


def learned(name: str, progress=silent, **parameters):
    values = validated(catalogue.cards()[name], {"batch_size": "100", **parameters})
    return catalogue.load(name).fit(mixed_table(120), mixed_schema(), values, 5, progress)
