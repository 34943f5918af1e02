"""The one record looked up for a source reader is as far as the evaluation's exact search says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from generation.engine.evaluation.privacy.nearest.gower import gower_space, nearest
from generation.engine.evaluation.study.encoding import encode
from generation.engine.schema import ColumnSpec, Sdtype
from reviews.engine.reading.nearest import nearest_row

SCHEMA = (ColumnSpec("age", Sdtype.NUMERICAL), ColumnSpec("job", Sdtype.CATEGORICAL))


@pytest.mark.parametrize("seed", range(3))
def test_a_single_look_up_finds_the_distance_that_the_exact_search_finds(seed):
    rng = np.random.default_rng(seed)
    rows = 200
    frame = pd.DataFrame(
        {
            "age": pd.Series(rng.integers(18, 90, rows).astype(float)).mask(rng.random(rows) < 0.1),
            "job": pd.Series(rng.choice(["clerk", "nurse", "smith"], rows)).mask(rng.random(rows) < 0.1),
        }
    )
    record = pd.DataFrame({"age": [97.0], "job": ["clerk"]})
    real, one = encode([frame, record], SCHEMA)
    space = gower_space(real.columns, real)
    exact = nearest(space.points(one), space.points(real))[0, 0]
    found = nearest_row(pa.Table.from_pandas(frame, preserve_index=False), [97.0, "clerk"])
    assert found.distance == pytest.approx(exact)
