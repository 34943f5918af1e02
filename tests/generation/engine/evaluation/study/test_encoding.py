import numpy as np
import pandas as pd

from generation.engine.evaluation.study.encoding import encode
from generation.engine.schema import ColumnSpec, Sdtype


def codes(frame_a, frame_b, sdtype):
    a, b = encode([frame_a, frame_b], (ColumnSpec("x", sdtype),))
    return [list(t.codes(t.columns[0])) for t in (a, b)]


def test_a_category_is_the_same_whether_missing_values_made_it_a_float():
    assert codes(pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [np.nan, 2.0, 1.0]}), Sdtype.CATEGORICAL) == [
        [0, 1],
        [-1, 0, 1],
    ]


def test_booleans_are_the_same_as_words_numbers_and_truth_values():
    assert codes(pd.DataFrame({"x": [True, False]}), pd.DataFrame({"x": ["true", 0, None]}), Sdtype.BOOLEAN) == [
        [0, 1],
        [-1, 0, 1],
    ]


def test_dates_as_text_and_as_moments_are_equal_and_count_in_seconds():
    frames = pd.DataFrame({"x": ["1970-01-02", "bad"]}), pd.DataFrame({"x": pd.to_datetime(["1970-01-02"])})
    a, b = encode(frames, (ColumnSpec("x", Sdtype.DATETIME),))
    assert np.nanmin(a.values(a.columns[0])) == b.values(b.columns[0])[0] == 86400
    assert np.isnan(a.values(a.columns[0])).sum() == 1


def test_rows_come_in_one_order_however_they_were_written_and_remember_where_they_stood():
    schema = (ColumnSpec("x", Sdtype.NUMERICAL), ColumnSpec("a", Sdtype.CATEGORICAL))
    frame = pd.DataFrame({"x": [3.0, 1.0, 2.0], "a": ["u", "v", "u"]})
    (table,) = encode([frame], schema)
    (turned,) = encode([frame.iloc[[2, 0, 1]][["a", "x"]]], schema[::-1])
    assert list(table.original) == [2, 0, 1]
    assert list(turned.original) == [0, 1, 2]
    assert [list(table.codes(c)) for c in table.columns] == [list(turned.codes(c)) for c in turned.columns]
