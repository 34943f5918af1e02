"""What a matrix takes is counted by hand here: cells, and tasks for pairs."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from generation.engine.llm.suites.counting import count_cells, take
from generation.engine.llm.suites.matrix import Matrix, Rule


def matrix(sizes, *rules):
    names = "abcdefghijklmnop"
    return Matrix({names[d]: {f"{names[d]}{v}": 1.0 for v in range(size)} for d, size in enumerate(sizes)}, rules)


def never(**values):
    return Rule({name: frozenset(own) for name, own in values.items()}, {})


def test_without_rules_there_are_as_many_cells_as_the_product_of_the_dimensions():
    assert count_cells(matrix([4, 4, 6, 4, 5, 4])) == 4 * 4 * 6 * 4 * 5 * 4
    assert count_cells(matrix([50] * 16)) == 50**16


def test_a_pair_that_never_goes_together_takes_its_share_of_the_cells():
    assert count_cells(matrix([3, 4, 5], never(a=["a0"], b=["b0"]))) == 3 * 4 * 5 - 5


def test_rules_about_other_dimensions_are_counted_apart():
    rules = [never(a=["a0"], b=["b0"]), never(c=["c0"], d=["d0", "d1"])]
    assert count_cells(matrix([3, 4, 5, 6], *rules)) == (12 - 1) * (30 - 2)


def test_what_takes_too_long_to_count_is_not_counted():
    names = "abcdefgh"
    rules = [never(**{one: [f"{one}0"], other: [f"{other}0"]}) for one, other in pairwise(names)]
    assert count_cells(matrix([20] * 8, *rules)) is None


def test_two_dimensions_take_a_task_for_each_pair():
    found = take(matrix([3, 4]), 2)
    assert (found.combinations, found.least, found.about) == (12, 12, 12)


def test_pairs_take_at_least_the_two_largest_dimensions_and_less_than_all_cells():
    found = take(matrix([4, 4, 6, 4, 5, 4]), 2)
    assert found.least == 6 * 5
    assert found.least <= found.about < prod([4, 4, 6, 4, 5, 4])


def test_of_too_many_combinations_only_the_least_is_told():
    found = take(matrix([50, 50, 50]), 3)
    assert (found.least, found.about) == (125_000, None)
