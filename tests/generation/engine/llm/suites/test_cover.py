"""Every allowed combination is held, told by going through all scenarios one by one."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.cover import coverage, covering
from generation.engine.llm.suites.matrix import Matrix, Rule

Named = tuple[tuple[str, str], ...]
Meant = dict[str, set[str]]
SOME = st.sets(st.sampled_from("012"), min_size=1)


def every_combination(matrix: Matrix, ways: int) -> set[Named]:
    """The combinations of all scenarios that keep the rules: the slow way."""
    names = list(matrix.dimensions)
    found: set[Named] = set()
    for values in product(*matrix.dimensions.values()):
        cell = dict(zip(names, values, strict=True))
        if all(kept(rule, cell) for rule in matrix.rules):
            found |= set(combinations(sorted(cell.items()), ways))
    return found


def kept(rule: Rule, cell: dict[str, str]) -> bool:
    is_met = all(cell[name] in values for name, values in rule.when.items())
    return not is_met or (bool(rule.then) and all(cell[name] in values for name, values in rule.then.items()))


def matrix(*rules: tuple[Meant, Meant], values: int = 4, dimensions: int = 5) -> Matrix:
    names = "abcdefgh"[:dimensions]
    built = [Rule(*({k: frozenset(v) for k, v in part.items()} for part in rule)) for rule in rules]
    return Matrix({name: {str(n): 1.0 for n in range(values)} for name in names}, tuple(built))


RULED = matrix(({"a": {"0"}}, {"b": {"1", "2"}}), ({"c": {"3"}, "d": {"0"}}, {}), ({"b": {"2"}}, {"e": {"0", "1"}}))


@pytest.mark.parametrize("ways", [1, 2, 3])
def test_every_allowed_combination_is_held_and_no_rule_broken(ways: int) -> None:
    rows = covering(RULED, ways, seed=1)

    held = {one for row in rows for one in combinations(sorted(row.items()), ways)}
    assert held == every_combination(RULED, ways)
    assert coverage(rows, RULED, ways) == 1.0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.sampled_from("abc"), st.sets(st.sampled_from("012"), min_size=1), min_size=1, max_size=2
            ),
            st.dictionaries(st.sampled_from("def"), st.sets(st.sampled_from("012"), min_size=1), max_size=2),
        ),
        max_size=4,
    )
)
def test_whatever_the_rules_all_allowed_pairs_are_held(
    rules: list[tuple[dict[str, set[str]], dict[str, set[str]]]],
) -> None:
    made = matrix(*rules, values=3, dimensions=6)
    possible = every_combination(made, 2)
    if len({pair for two in possible for pair in two}) < 18:
        with pytest.raises(SuiteError):
            covering(made, 2, seed=2)
        return

    rows = covering(made, 2, seed=2)

    assert {one for row in rows for one in combinations(sorted(row.items()), 2)} == possible


def test_the_pairs_of_four_dimensions_of_three_values_take_few_rows() -> None:
    # Nine rows are a Latin square pair; a greedy may take a few more, and fewer are impossible.
    assert 9 <= len(covering(matrix(values=3, dimensions=4), 2, seed=1)) <= 12


def test_a_part_of_the_rows_holds_a_part_of_the_combinations() -> None:
    # One row of five dimensions holds 10 pairs of 10 x 4 x 4.
    plain = matrix()

    assert coverage(covering(plain, 2, seed=1)[:1], plain, 2) == 10 / 160


def test_the_same_seed_gives_the_same_rows() -> None:
    assert covering(RULED, 2, seed=9) == covering(RULED, 2, seed=9)


def test_rules_that_go_in_a_circle_get_one_sentence() -> None:
    circle = matrix(({"a": {"1"}}, {"b": {"2"}}), ({"b": {"2"}}, {"c": {"0"}}), ({"c": {"0"}}, {"a": {"3"}}))

    with pytest.raises(SuiteError) as why:
        covering(circle, 2, seed=1)

    assert (
        why.value.sentence
        == "The rules go in a circle: a 1 needs b 2, which needs c 0, which needs a 3. Change one of them."
    )


def test_rules_that_contradict_each_other_get_one_sentence() -> None:
    two = matrix(({"a": {"1"}}, {"b": {"2"}}), ({"a": {"1"}}, {"b": {"3"}}))
    none = matrix(*(({"a": {str(n)}}, {}) for n in range(4)))

    with pytest.raises(SuiteError, match="The rules contradict each other: a 1 needs b 2, which needs b 3"):
        covering(two, 2, seed=1)
    with pytest.raises(SuiteError, match="no scenario keeps all of them"):
        covering(none, 2, seed=1)


def test_a_rule_about_what_is_not_there_gets_one_sentence() -> None:
    with pytest.raises(SuiteError, match="names the value 9 of a, which is not in the matrix"):
        matrix(({"a": {"9"}}, {}))
