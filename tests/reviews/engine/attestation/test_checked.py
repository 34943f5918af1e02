"""A file that gives no byte it has not checked."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.attestation.checked import Changed, CheckedFile
from reviews.engine.attestation.pieces import PIECE_BYTES, measure

CONTENT = bytes(range(251)) * 10_000  # about 2.4 pieces
MEASURED = measure(io.BytesIO(CONTENT))


@given(first=st.integers(0, len(CONTENT) + 9), length=st.integers(0, 2 * PIECE_BYTES))
def test_a_file_that_is_unchanged_reads_like_any_other(first: int, length: int) -> None:
    file = io.BufferedReader(CheckedFile(io.BytesIO(CONTENT), MEASURED))
    file.seek(first)
    assert file.read(length) == CONTENT[first : first + length]


@pytest.mark.parametrize("place", [0, PIECE_BYTES - 1, PIECE_BYTES, len(CONTENT) - 1])
def test_a_changed_byte_is_never_given(place: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    file = CheckedFile(io.BytesIO(changed), MEASURED)
    with pytest.raises(Changed):
        file.readall()
    start = place // PIECE_BYTES * PIECE_BYTES
    file.seek(0)
    assert b"".join(iter(lambda: file.read(min(4096, start - file.tell())), b"")) == CONTENT[:start]


def test_a_file_that_was_cut_short_is_a_changed_one() -> None:
    with pytest.raises(Changed):
        CheckedFile(io.BytesIO(CONTENT[:-1]), MEASURED).readall()
