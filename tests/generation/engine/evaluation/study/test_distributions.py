"""What stands below the axes of the columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from generation.engine import ColumnSpec, Sdtype, default_policy
from generation.engine.evaluation.study.distributions import distributions
from generation.engine.evaluation.study.study import make_study


def labels_of(values: np.ndarray) -> list[str]:
    table = pd.DataFrame({"pay": values})
    schema = (ColumnSpec("pay", Sdtype.NUMERICAL),)
    study = make_study((table, table, table), schema, None, default_policy("training"), 1)
    (found,) = distributions(study)
    return list(found["labels"])


def test_large_and_small_numbers_are_written_out_and_never_with_an_exponent() -> None:
    large = labels_of(np.linspace(20_000, 4_000_000, 2_000))
    assert large[0].startswith("59,800 to ")
    small = labels_of(np.linspace(0.00001, 0.002, 2_000))
    assert not [label for label in large + small if "e" in label.replace("missing", "")]
    assert small[0].startswith("0.0000299 to ")
