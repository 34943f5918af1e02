import numpy as np
import pytest

from generation.engine.llm.matching.ratios import is_near, nearest
from generation.engine.llm.matching.runs import RunIndex


def longest_by_hand(text, references):
    """Every run of every length, looked for in every reference."""
    for length in range(len(text), 2, -1):
        runs = {tuple(text[at : at + length]) for at in range(len(text) - length + 1)}
        if any(tuple(one[at : at + length]) in runs for one in references for at in range(len(one) - length + 1)):
            return length
    return 0


@pytest.mark.parametrize("seed", range(5))
def test_the_longest_shared_run_is_the_one_that_comparing_all_runs_finds(seed):
    rng = np.random.default_rng(seed)
    references = [list(rng.choice(list("abcdef"), rng.integers(0, 30))) for _ in range(12)]
    texts = [list(rng.choice(list("abcdefx"), rng.integers(0, 20))) for _ in range(30)]
    found = RunIndex.of(references, seed=3).longest(texts)
    assert found.tolist() == [longest_by_hand(text, references) for text in texts]


def test_a_run_does_not_go_on_from_one_reference_into_the_next():
    assert RunIndex.of([["a", "b"], ["c", "d"]], seed=2).longest([["a", "b", "c", "d"]]).tolist() == [2]


def test_texts_shorter_than_a_run_and_no_references_at_all_share_nothing():
    assert RunIndex.of([]).longest([["a"], []]).tolist() == [0, 0]


def test_one_letter_of_ten_makes_a_ratio_of_nine_tenths():
    # Indel similarity of words of 10 letters with one other: 1 - 2 / 20.
    assert nearest(["abcdefghij"], ["abcdefghix"]).ratios[0] == pytest.approx(0.9)
    assert is_near(["abcdefghij", "klm"], ["abcdefghix"]).tolist() == [True, False]


def test_nothing_is_near_where_there_are_no_references():
    assert is_near(["abc"], []).tolist() == [False]
