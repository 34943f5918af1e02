"""A verdict on several columns hides none of them."""

import pytest

from generation.engine.evaluation.policy import Limit
from generation.engine.evaluation.study.worst import worst

LIMIT = Limit(0.09, 0.2, "by hand")


@pytest.mark.parametrize(
    ("spans", "shown", "whole"),
    [
        # One blocks for certain, one is wide: the first decides.
        ([(0.25, 0.22, 0.28), (0.05, -0.3, 0.4)], 0, (0.25, 0.22, 0.4)),
        # None blocks, one reaches beyond the limit: undecided because of that one.
        ([(0.02, 0.01, 0.03), (0.0, -0.3, 0.4)], 1, (0.02, 0.01, 0.4)),
        # All are decided: the one with the largest value.
        ([(0.02, -0.1, 0.14), (0.1, 0.05, 0.15)], 1, (0.1, 0.05, 0.15)),
    ],
)
def test_the_interval_is_that_of_the_largest_and_the_one_shown_decides(spans, shown, whole):
    found = worst([0, 1], lambda place: spans[place], LIMIT)
    assert (found.one, found.interval) == (shown, whole)
