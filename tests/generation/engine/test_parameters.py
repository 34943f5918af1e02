from __future__ import annotations

import pytest

from generation.engine.parameters import Parameter

DEPTH = Parameter("depth", "int", 3, "Depth", "", minimum=1, maximum=9)
SHARE = Parameter("share", "float", 0.5, "Share", "", maximum=1)
SHAPE = Parameter("shape", "choice", "round", "Shape", "", choices=("round", "square"))
FAST = Parameter("fast", "bool", True, "Fast", "")


@pytest.mark.parametrize(
    ("parameter", "value"), [(DEPTH, 4), (DEPTH, 4.0), (SHARE, 1), (SHAPE, "square"), (FAST, False)]
)
def test_a_value_in_its_own_type_is_kept(parameter, value):
    assert parameter.problem_with(value) == ""


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        (DEPTH, "4", "must be a whole number from 1 to 9"),
        (DEPTH, 10**400, "must be a whole number from 1 to 9"),
        (SHARE, float("nan"), "must be a number of at most 1"),
        (SHAPE, "oval", "must be one of round, square"),
        (FAST, "on", "must be true or false"),
    ],
)
def test_a_value_that_has_to_be_read_first_or_lies_outside_is_not_kept_as_it_is(parameter, value, problem):
    assert parameter.problem_with(value) == problem


def test_text_of_a_form_is_read_in_the_parameters_own_type():
    assert [DEPTH.value(" 4 "), SHARE.value("5e-1"), SHAPE.value("square"), FAST.value("off")] == [
        4,
        0.5,
        "square",
        False,
    ]
