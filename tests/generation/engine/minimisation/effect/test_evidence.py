"""What a column says about the target, against laws and hand arithmetic; which columns follow from others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.minimisation.effect.evidence import followers, information
from generation.engine.schema import Sdtype

N, C = Sdtype.NUMERICAL, Sdtype.CATEGORICAL


def test_a_copy_says_all_and_half_of_it_one_of_two_bits() -> None:
    """The target has four even classes, two bits; whether it is one of the first two is one of them."""
    target = pd.Series(list("abcd") * 500)
    table = pd.DataFrame({"y": target, "copy": target, "half": target.isin(["a", "b"]).map({True: "x", False: "z"})})
    found = information(table, "y", dict.fromkeys(table, C))
    assert found["copy"].share == pytest.approx(1.0, abs=0.01)
    assert found["half"].share == pytest.approx(0.5, abs=0.01)
    assert not found["half"].is_chance
    assert found["half"].n == 2_000


def test_columns_that_have_nothing_to_do_with_it_pass_for_chance_in_19_of_20() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {f"c{at}": rng.normal(size=800) for at in range(200)} | {"y": rng.integers(0, 3, 800).astype(str)}
    )
    found = information(table, "y", dict.fromkeys(table, N) | {"y": C})
    chance = np.mean([one.is_chance for one in found.values()])
    assert 0.90 <= chance <= 0.99
    assert np.mean([one.share for one in found.values()]) < 0.01


def test_a_target_that_never_varies_and_free_texts_say_nothing() -> None:
    table = pd.DataFrame({"y": ["a"] * 50, "x": range(50), "t": ["text"] * 50})
    assert information(table, "y", {"y": C, "x": N, "t": Sdtype.TEXT}) == {}


def test_the_later_of_two_that_say_the_same_follows_and_one_stays() -> None:
    rng = np.random.default_rng(6)
    grade = rng.integers(0, 12, 3_000)
    table = pd.DataFrame(
        {
            "grade": grade,
            "name": [f"grade {one}" for one in grade],
            "stage": np.where(grade < 4, "low", "high"),
            "own": rng.integers(0, 12, 3_000),
            "same": 1,
        }
    )
    found = followers(table, {"grade": N, "name": C, "stage": C, "own": N, "same": N})
    assert {name: one.other for name, one in found.items()} == {"name": "grade", "stage": "grade"}
    assert found["name"].share >= 0.98
    assert found["name"].n == 3_000


def test_no_column_follows_in_an_empty_table_and_none_from_itself() -> None:
    assert followers(pd.DataFrame({"a": []}), {"a": C}) == {}
    assert followers(pd.DataFrame({"a": [1, 2] * 40}), {"a": N}) == {}
