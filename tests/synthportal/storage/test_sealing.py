"""The sealed stream: gives back exactly what was sealed, from any place, and nothing else ever."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synthportal.storage import sealing
from synthportal.storage.sealing import SealBroken, SealedReader, SealingWriter, open_bytes, seal_bytes

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
CONTEXT = b"dataset 7"
CHUNK, TAG, HEADER = 8, 16, 15  # a small chunk puts every border within reach; tag and header as in the format


@pytest.fixture(autouse=True, scope="module")
def _small_chunks():
    kept, sealing.CHUNK_BYTES = sealing.CHUNK_BYTES, CHUNK
    yield
    sealing.CHUNK_BYTES = kept


def sealed(plain: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    sink = io.BytesIO()
    writer = SealingWriter(sink, key, context)
    for start in range(0, len(plain), 5):
        writer.write(plain[start : start + 5])
    writer.finish()
    return sink.getvalue()


def opened(data: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    return SealedReader(io.BytesIO(data), key, context).readall()


def pieces(data: bytes) -> list[bytes]:
    body = data[HEADER:]
    return [body[start : start + CHUNK + TAG] for start in range(0, len(body), CHUNK + TAG)]


near_borders = st.integers(0, 4).flatmap(lambda n: st.integers(max(0, n * CHUNK - 2), n * CHUNK + 2))
plaintexts = near_borders.flatmap(lambda size: st.binary(min_size=size, max_size=size))


@given(plaintexts)
@example(b"")
def test_what_was_sealed_comes_back(plain):
    data = sealed(plain)
    assert opened(data) == plain
    assert len(data) == HEADER + len(plain) + TAG * max(1, -(-len(plain) // CHUNK))


@given(plaintexts, st.data())
def test_reading_anywhere_equals_the_slice_of_the_plaintext(plain, data):
    reader = SealedReader(io.BytesIO(sealed(plain)), KEY, CONTEXT)
    buffered = io.BufferedReader(reader, 4)
    for _ in range(4):
        start, length = data.draw(st.integers(0, len(plain) + 20)), data.draw(st.integers(0, 30))
        assert buffered.seek(start) == start
        assert buffered.read(length) == plain[start : start + length]
        assert buffered.tell() == start + len(plain[start : start + length])
    assert buffered.seek(0, io.SEEK_END) == len(plain)


@given(plaintexts, st.data())
def test_any_flipped_bit_is_refused(plain, data):
    changed = bytearray(sealed(plain))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        opened(bytes(changed))


@given(plaintexts)
@example(b"0123456789")
def test_every_truncation_is_refused(plain):
    whole = sealed(plain)
    for cut in range(len(whole)):
        with pytest.raises(SealBroken):
            opened(whole[:cut])


@given(plaintexts, st.binary(min_size=1, max_size=2 * (CHUNK + TAG)))
def test_anything_appended_is_refused(plain, more):
    with pytest.raises(SealBroken):
        opened(sealed(plain) + more)


@given(plaintexts)
def test_a_last_chunk_appended_once_more_is_refused(plain):
    data = sealed(plain)
    with pytest.raises(SealBroken):
        opened(data + pieces(data)[-1])


@given(st.binary(min_size=2 * CHUNK + 1, max_size=4 * CHUNK), st.data())
def test_chunks_in_another_order_are_refused(plain, data):
    whole = sealed(plain)
    parts = pieces(whole)
    order = data.draw(st.permutations(range(len(parts))).filter(lambda order: order != sorted(order)))
    with pytest.raises(SealBroken):
        opened(whole[:HEADER] + b"".join(parts[place] for place in order))


@given(st.binary(min_size=2 * CHUNK + 1, max_size=4 * CHUNK), st.data())
def test_a_chunk_left_out_is_refused(plain, data):
    whole = sealed(plain)
    parts = pieces(whole)
    del parts[data.draw(st.integers(0, len(parts) - 1))]
    with pytest.raises(SealBroken):
        opened(whole[:HEADER] + b"".join(parts))


@given(plaintexts)
def test_another_key_or_another_context_opens_nothing(plain):
    data = sealed(plain)
    with pytest.raises(SealBroken):
        opened(data, key=OTHER_KEY)
    with pytest.raises(SealBroken):
        opened(data, context=b"dataset 8")


def test_a_chunk_of_another_file_under_the_same_key_is_refused():
    one, other = sealed(b"a" * 20), sealed(b"b" * 20)
    with pytest.raises(SealBroken):
        opened(one[:HEADER] + b"".join([pieces(other)[0], *pieces(one)[1:]]))


def test_an_unfinished_file_cannot_be_opened():
    sink = io.BytesIO()
    writer = SealingWriter(sink, KEY, CONTEXT)
    writer.write(b"x" * 20)
    with pytest.raises(SealBroken):
        opened(sink.getvalue())


def test_the_same_plaintext_is_never_sealed_to_the_same_bytes():
    assert len({sealed(b"the same") for _ in range(50)}) == 50


def test_a_position_before_the_start_is_refused():
    reader = SealedReader(io.BytesIO(sealed(b"abc")), KEY, CONTEXT)
    with pytest.raises(ValueError, match="before the start"):
        reader.seek(-4, io.SEEK_END)


@settings(max_examples=50)
@given(st.binary(max_size=80), st.data())
def test_a_small_value_opens_only_whole_with_its_key_and_context(plain, data):
    value = seal_bytes(plain, KEY, CONTEXT)
    assert open_bytes(value, KEY, CONTEXT) == plain
    changed = bytearray(value)
    changed[data.draw(st.integers(0, len(value) - 1))] ^= 1
    for sealed_value, key, context in (
        (bytes(changed), KEY, CONTEXT),
        (value[:-1], KEY, CONTEXT),
        (b"", KEY, CONTEXT),
        (value, OTHER_KEY, CONTEXT),
        (value, KEY, os.urandom(4)),
    ):
        with pytest.raises(SealBroken):
            open_bytes(sealed_value, key, context)
