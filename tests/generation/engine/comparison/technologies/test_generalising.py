"""Records made coarse until k share each combination; groups are counted again by pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.comparison.technologies.generalising import MOST_SUPPRESSED, generalise
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype

QUASI = ("age", "zip", "since", "sex")
KINDS = {
    "age": Sdtype.NUMERICAL, "zip": Sdtype.CATEGORICAL, "since": Sdtype.DATETIME, "sex": Sdtype.BOOLEAN,
    "hours": Sdtype.NUMERICAL, "buys": Sdtype.CATEGORICAL,
}  # fmt: skip
SCHEMA = tuple(
    ColumnSpec(
        name,
        kind,
        ColumnRole.QUASI if name in QUASI else ColumnRole.TARGET if name == "buys" else ColumnRole.OTHER,
        name,
    )
    for name, kind in KINDS.items()
)


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = 2_000
    age = rng.integers(18, 90, rows)
    return pd.DataFrame(
        {
            "age": age,
            "zip": rng.integers(10_000, 10_400, rows).astype(str),
            "since": pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 4_000, rows), unit="D"),
            "sex": rng.random(rows) < 0.5,
            "hours": rng.integers(0, 60, rows),
            "buys": np.where(rng.random(rows) < age / 100, "yes", "no"),
        }
    )


@pytest.mark.parametrize("k", [5, 20])
def test_at_least_k_records_share_each_combination_and_few_are_suppressed(customers, k):
    found = generalise(customers, SCHEMA, k)
    table = found.view(customers).iloc[found.kept]
    left = [spec.name for spec in found.schema if spec.name in QUASI]
    smallest = table.groupby(left, dropna=False).size().min() if left else len(table)
    assert smallest == found.smallest >= k
    assert len(table) == len(found.kept) >= (1 - MOST_SUPPRESSED) * len(customers)
    pd.testing.assert_frame_equal(table[["hours", "buys"]], customers.iloc[found.kept][["hours", "buys"]])


def test_what_tells_of_the_target_stays_finer_than_what_does_not(customers):
    found = generalise(customers, SCHEMA, 5)
    made = found.view(customers)
    coarse = made["zip"].nunique() if "zip" in made else 1
    assert made["age"].nunique() > coarse


def test_others_are_shown_as_coarse_as_the_records_themselves(customers):
    found = generalise(customers, SCHEMA, 5)
    strangers = customers.assign(age=150)
    assert set(found.view(strangers)["age"]) <= set(found.view(customers)["age"])


def test_where_a_person_has_several_records_persons_are_counted(customers):
    """Each record four times: by records k = 4 is there from the beginning, by persons it is not."""
    fourfold = customers.head(300).loc[lambda table: table.index.repeat(4)].reset_index(drop=True)
    persons = np.arange(300).repeat(4)
    assert all(rung.words == "" for rung in generalise(fourfold, SCHEMA, 4).rungs.values())
    found = generalise(fourfold, SCHEMA, 4, persons=persons)
    table = found.view(fourfold).iloc[found.kept].assign(person=persons[found.kept])
    left = [spec.name for spec in found.schema if spec.name in QUASI]
    assert table.groupby(left)["person"].nunique().min() >= 4
