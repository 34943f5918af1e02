"""Files in pieces: the tree of RFC 6962, and a shard that is checked alone."""

from __future__ import annotations

import hashlib
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.attestation.pieces import (
    PIECE_BYTES,
    Measured,
    Shard,
    as_data,
    from_data,
    leaf_hash,
    measure,
    merkle_root,
    shard_holds,
)

# The test vectors of RFC 6962's reference implementation (certificate-transparency, merkle_tree_test).
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
CONTENT = bytes(range(256)) * 12_000  # about 3 MB
SHARDS = (Shard(4, 1_500_000, 30), Shard(1_500_000, 3_000_000, 20))


@pytest.fixture(scope="module")
def pieces() -> Measured:
    return measure(io.BytesIO(CONTENT), SHARDS)


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_that_of_the_standard(size: int) -> None:
    assert merkle_root([leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


def test_an_empty_tree_has_the_digest_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256().digest()


def test_a_file_is_measured_in_one_reading(pieces: Measured) -> None:
    assert (pieces.size, pieces.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert pieces.crc32 == zlib.crc32(CONTENT)
    assert {4, 1_500_000, 3_000_000} <= set(pieces.starts)
    assert max(pieces.end(one) - start for one, start in enumerate(pieces.starts)) == PIECE_BYTES


def test_a_shard_is_checked_without_the_rest(pieces: Measured) -> None:
    for number, shard in enumerate(SHARDS):
        content = CONTENT[shard.start : shard.end]
        assert shard_holds(pieces, number, content)
        assert not shard_holds(pieces, number, content[:-1] + b"?")
        assert not shard_holds(pieces, number, content[:-1])


@given(first=st.integers(0, len(CONTENT) - 1), length=st.integers(1, 2_000_000))
def test_the_pieces_that_cover_a_range_hold_it_and_no_more(first: int, length: int) -> None:
    pieces = measure(io.BytesIO(CONTENT), SHARDS)
    last = min(first + length, len(CONTENT)) - 1
    covered = pieces.covering(first, last)
    assert pieces.starts[covered[0]] <= first < pieces.end(covered[0])
    assert pieces.starts[covered[-1]] <= last < pieces.end(covered[-1])


def test_pieces_are_written_and_read_again_and_a_changed_leaf_has_another_root(pieces: Measured) -> None:
    data = as_data(pieces)
    assert from_data(data) == pieces
    with pytest.raises(ValueError, match="root"):
        from_data(data | {"leaves": ["0" * 64, *data["leaves"][1:]]})
