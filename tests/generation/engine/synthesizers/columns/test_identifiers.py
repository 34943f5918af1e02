"""New identifiers: of the source's form, each once, alike for any shards, and drawn whatever the source holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.synthesizers.columns.identifiers import identifiers_of
from generation.engine.synthesizers.columns.permutation import permuted

ROWS = 400


def learned(values, seed=1, **asked):
    found = identifiers_of(pd.Series(values, name="id"), seed, **asked)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ([f"ORD-{row:06d}" for row in range(ROWS)], r"ORD-\d{6}"),
        ([f"{chr(65 + row % 26)}{row % 90 + 10}-{row % 900 + 100}" for row in range(ROWS)], r"[A-Z][1-9]\d-[1-9]\d{2}"),
        ([str(row + 10**9) for row in range(ROWS)], r"[1-9]\d{9}"),
        ([f"0{row:08d}" for row in range(ROWS)], r"\d{9}"),
        ([f"de{row:012x}" for row in range(10**6, 10**9, 10**7)], r"[0-9a-f]{14}"),
        ([f"6BA7B810-9DAD-11D1-80B4-00C04FD4{row:04X}" for row in range(ROWS)],
         r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"),
    ],
)  # fmt: skip
def test_new_identifiers_have_the_form_of_the_source(source, form):
    made = learned(source).values(1000, 0)
    assert made.str.fullmatch(form).all()
    assert made.is_unique


def test_whole_numbers_keep_their_digits_and_their_type():
    made = learned(100_000 + np.arange(700)).values(5000, 0)
    assert made.dtype == np.int64
    assert made.between(100_000, 999_999).all()
    assert learned(pd.array([7001, 7002, None] * 9, dtype="Int64")).values(3, 0).dtype == "Int64"
    assert learned([7001.0, 7002.0, None] * 9).values(3, 0).dtype == np.int64


def test_shards_give_what_one_piece_gives():
    found = learned([f"K-{row:03d}" for row in range(50)])
    pieces = pd.concat([found.values(700, start) for start in range(0, 7000, 700)], ignore_index=True)
    whole = found.values(7000, 0)
    assert pieces.equals(whole)
    assert whole.is_unique


def test_when_a_quarter_of_the_form_is_used_up_the_next_ones_have_a_digit_more():
    """K-000 to K-999: room for ten times the 50 records, so three digits stay; 250 of 1,000 and 2,500 of 10,000."""
    widths = learned([f"K-{row:03d}" for row in range(50)]).values(3000, 0).str.len()
    assert widths.value_counts().to_dict() == {5: 250, 6: 2500, 7: 250}


def test_a_form_that_the_source_fills_gets_a_digit_more():
    assert learned(range(1000, 5000)).values(10, 0).between(10_000, 99_999).all()


def test_a_dense_run_of_numbers_does_not_come_back_but_by_chance():
    """700 of 900,000 are real: of 10,000 drawn 7.8 are expected, and more than 19 in one of 3,000 tries (Poisson)."""
    source = 100_000 + np.arange(700)
    shared = learned(source).values(10_000, 0).isin(source).sum()
    assert shared <= 19


def test_the_share_of_real_values_is_that_of_chance_neither_more_nor_less():
    """1,000 of 10,000 codes are real, in any corner of the form: of 2,500 drawn 250 are expected, sd 13."""
    for corner in range(0, 10_000, 2_500):
        source = ["Z0000", *(f"Z{row:04d}" for row in range(corner + 1, corner + 1000))]
        shared = learned(source, seed=corner).values(2_500, 0).isin(source).sum()
        assert 195 < shared < 305


def test_the_source_s_values_decide_nothing_but_the_form():
    one = learned([f"ORD-{row:06d}" for row in range(ROWS)]).values(50, 0)
    other = learned([f"ORD-{row * 7 + 90_000:06d}" for row in range(ROWS)]).values(50, 0)
    assert one.equals(other)


def test_another_seed_draws_others():
    source = [f"ORD-{row:06d}" for row in range(ROWS)]
    assert not learned(source, seed=1).values(50, 0).equals(learned(source, seed=2).values(50, 0))


def test_the_learned_form_is_small_whatever_the_source():
    assert len(repr(learned([f"ORD-{row:06d}" for row in range(50_000)]))) < 500


def test_words_become_other_words_of_the_commonest_shape():
    made = learned(["Anna Berg", "Ole Dahl", "Bo Ek", "Ida Lund", "Per Moe", "x"]).values(20, 0)
    assert made.str.fullmatch(r"[A-Z][a-z]{2} [A-Z][a-z]{3}").all()


def test_without_a_shared_form_nothing_is_learned():
    assert identifiers_of(pd.Series(["a", "B-2", "3.c", "??"], name="id"), least=2) is None
    assert identifiers_of(pd.Series([None, None], name="id", dtype=object)) is None


@pytest.mark.parametrize("size", [1, 2, 3, 10, 255, 256, 257, 9_000])
def test_a_permutation_gives_each_place_once(size):
    assert sorted(permuted(np.arange(size, dtype=np.uint64), size, key=5).tolist()) == list(range(size))


def test_a_permutation_of_a_large_room_spreads_evenly():
    """Of 40,000 neighbours a tenth falls into each tenth of 10**15: 4,000, sd 60."""
    places = permuted(np.arange(40_000, dtype=np.uint64), 10**15, key=9)
    counts = np.bincount((places // np.uint64(10**14)).astype(int), minlength=10)
    assert np.abs(counts - 4_000).max() < 300
