"""Gower's distance by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from generation.engine.evaluation.study.distance import apart, range_of, unlike


def test_numbers_are_apart_by_their_share_of_the_range_and_missing_ones_from_every_value():
    column = np.array([20.0, 40.0, np.nan, 60.0])
    assert range_of(column) == (20.0, 40.0)
    assert apart(column, 30.0).tolist() == [0.25, 0.25, 1.0, 0.75]
    assert apart(column, 200.0).tolist() == [1.0, 1.0, 1.0, 1.0]
    assert apart(column, np.nan).tolist() == [1.0, 1.0, 0.0, 1.0]


def test_a_column_of_one_value_has_no_range_and_another_value_is_all_apart():
    assert apart(np.array([5.0, 5.0, np.nan]), 5.0).tolist() == [0.0, 0.0, 1.0]
    assert apart(np.array([5.0, 5.0, np.nan]), 6.0).tolist() == [1.0, 1.0, 1.0]
    assert apart(np.array([np.nan]), 6.0).tolist() == [1.0]


def test_other_values_are_the_same_or_not():
    assert unlike(["clerk", None, "nurse"], "clerk").tolist() == [0.0, 1.0, 1.0]
    assert unlike(["clerk", None, "nurse"], None).tolist() == [1.0, 0.0, 1.0]


def test_the_measure_needs_no_compiler_and_no_pandas():
    code = (
        "import sys, generation.engine.evaluation.study.distance;"
        "heavy = {'numba', 'pandas', 'sklearn', 'scipy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
