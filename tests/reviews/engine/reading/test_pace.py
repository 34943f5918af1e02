"""How fast a record can be read: arithmetic by hand."""

from __future__ import annotations

import pytest

from reviews.engine.reading.pace import is_too_quick, least_seconds


@pytest.mark.parametrize(
    ("characters", "speed", "seconds"),
    [(0, 300, 0.4), (300, 300, 1.4), (150, 300, 0.9), (100_000, 300, 10.0), (300, 0, 0.0)],
)
def test_a_record_takes_a_moment_and_what_its_characters_take_and_never_more_than_ten_seconds(
    characters, speed, seconds
):
    assert least_seconds([("a", "x" * characters), ("b", None)], speed) == pytest.approx(seconds)


def test_a_verdict_in_a_twentieth_of_a_second_is_too_quick_also_after_many_such():
    """66 verdicts in 3.2 s: each after .048 s."""
    assert is_too_quick(0.048, 0.9, [])
    assert is_too_quick(0.048, 0.9, [0.048 * number for number in range(1, 5)])


def test_one_that_comes_late_over_a_slow_line_is_taken_where_the_pace_over_several_is_a_readers():
    """The answers to three verdicts came late together; over the last two the person took 2.5 s a record."""
    assert not is_too_quick(0.1, 0.9, [0.1, 5.0])
    assert not is_too_quick(0.9, 0.9, [])
