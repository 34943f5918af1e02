"""Answers from an independent description: the published HMAC vector, a plain shuffle of a list, and counting."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.draw import sample_rows, sample_seed

SEED = bytes(range(32))


def _plain_shuffle(seed: bytes, lot: int) -> list[int]:
    """The documented algorithm on a full list, with a word reader of its own."""
    rows, counter, pool = list(range(lot)), 0, b""
    for i in range(lot):
        bound = lot - i
        while True:
            if not pool:
                pool = hmac.new(seed, counter.to_bytes(8, "big"), hashlib.sha256).digest()
                counter += 1
            word, pool = int.from_bytes(pool[:8], "big"), pool[8:]
            if word < 2**64 // bound * bound:
                break
        j = i + word % bound
        rows[i], rows[j] = rows[j], rows[i]
    return rows


@given(st.binary(min_size=32, max_size=32), st.integers(1, 300), st.integers(0, 320))
def test_the_draw_is_the_head_of_a_documented_shuffle(seed: bytes, lot: int, n: int) -> None:
    assert list(sample_rows(seed, lot, n)) == _plain_shuffle(seed, lot)[:n]


def test_known_draws_stay_the_same_for_ever() -> None:
    assert sample_rows(SEED, 10, 10) == (5, 8, 3, 7, 2, 1, 9, 0, 4, 6)
    assert sample_rows(SEED, 39_073, 5) == (24763, 30821, 37855, 7612, 33013)
    assert sample_rows(SEED, 10**9, 5) == (426949705, 299380949, 519500199, 978726426, 956037691)


def test_the_seed_is_hmac_sha256_of_rfc_4231() -> None:
    # RFC 4231, test case 2.
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sample_seed(b"Jefe", "what do ya want for nothing?").hex() == expected


def test_a_longer_sample_begins_with_the_shorter_one() -> None:
    assert sample_rows(SEED, 10_000, 720)[:368] == sample_rows(SEED, 10_000, 368)


def test_a_billion_records_are_sampled_without_listing_them() -> None:
    rows = sample_rows(SEED, 10**9, 5_000)
    assert len(set(rows)) == 5_000
    assert max(rows) > 9 * 10**8


def test_every_ordered_pair_of_four_records_is_equally_likely() -> None:
    drawn = Counter(sample_rows(hashlib.sha256(b"%d" % i).digest(), 4, 2) for i in range(12_000))
    assert len(drawn) == 12
    chi_square = sum((count - 1_000) ** 2 / 1_000 for count in drawn.values())
    assert chi_square < 31.26  # 0.1 % point of chi-square with 11 degrees of freedom


@pytest.mark.parametrize(
    ("seed", "lot", "n"), [(b"short", 10, 3), (SEED, 0, 3), (SEED, 10, -1)], ids=["seed", "lot", "n"]
)
def test_a_draw_without_a_proper_seed_or_lot_is_refused(seed: bytes, lot: int, n: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sample_rows(seed, lot, n)
