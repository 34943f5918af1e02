"""Records go through Arrow and come back as they were."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from generation.engine.synthesizers.bytes.frames import frame_from_bytes, frame_to_bytes

DAY = dt.date(1999, 12, 31)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2, 3]),
        pd.Series([1.5, np.nan, -0.0]),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype=object),
        pd.Series([True, None, False], dtype=object),
        pd.Series(["a", None, "ü"], dtype=object),
        pd.Series([DAY, None, DAY], dtype=object),
        pd.Series(np.array(["2001-02-03T04:05:06.789", "NaT", "1600-01-01"], dtype="M8[us]")),
        pd.Series(pd.Categorical(["b", "a", None], categories=["b", "a", "c"], ordered=True)),
        pd.Series(np.array([1, 2, 3], dtype="int8")),
        pd.Series([0.5, 1.5, 2.5], dtype="float32"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_every_kind_of_column_comes_back_with_its_values_and_its_type(column):
    frame = pd.DataFrame({"c0": column, "c1": [1, 2, 3]})
    back = frame_from_bytes(frame_to_bytes(frame))
    pd.testing.assert_frame_equal(back, frame)


def test_what_is_no_table_is_refused():
    with pytest.raises(pa.ArrowInvalid):
        frame_from_bytes(b"cos\nsystem\n(S'true'\ntR.")
