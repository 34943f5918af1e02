"""Groups as large as asked for, whatever the table, by taking values from as few records as that needs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.minimisation.grouping import Grouped
from generation.engine.profiling.groups import smallest_group

cell = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))


@settings(max_examples=80)
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=60), st.integers(2, 8))
def test_every_group_of_the_training_has_k_records_or_there_are_fewer_at_all(rows: list[tuple], k: int) -> None:
    table = pd.DataFrame(rows, columns=["x", "y"], dtype=object)
    made = Grouped.fit(table, ["x", "y"], k).apply(table)
    assert smallest_group(made, ["x", "y"]).smallest >= min(k, len(table))
    same = made.isna() | (made == table)
    assert bool(same.to_numpy().all())


def test_only_records_of_small_groups_lose_their_values_and_others_columns_stay() -> None:
    table = pd.DataFrame({"age": [30] * 3 + [40, 41, 42], "sex": ["f"] * 6, "score": range(6)})
    made = Grouped.fit(table, ["age", "sex"], 3).apply(table)
    assert made["age"].tolist()[:3] == [30.0] * 3
    assert made[["age", "sex"]].iloc[3:].isna().all().all()
    assert made["score"].tolist() == list(range(6))


def test_where_one_record_would_stand_alone_without_values_a_whole_group_joins_it() -> None:
    table = pd.DataFrame({"x": ["a"] * 5 + ["b"] * 3 + ["c"]})
    made = Grouped.fit(table, ["x"], 3).apply(table)
    assert made["x"].tolist() == ["a"] * 5 + [None] * 4


def test_later_tables_keep_what_the_training_kept_alone() -> None:
    training = pd.DataFrame({"x": ["a"] * 5 + ["b"] * 5, "d": pd.to_datetime(["2020-01-01"] * 10)})
    later = pd.DataFrame({"x": ["a", "z"], "d": pd.to_datetime(["2020-01-01"] * 2)})
    made = Grouped.fit(training, ["x", "d"], 5).apply(later)
    assert made["x"].tolist() == ["a", None]
    assert made["d"].isna().tolist() == [False, True]
    assert np.issubdtype(made["d"].dtype, np.datetime64)
