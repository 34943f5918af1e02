"""Surrogates of codes that keep what all codes of a column share: ORD-000123 becomes ORD-738291.

Within the form a value goes through a keyed permutation, so that different values stay different: a Feistel network of
HMAC-SHA256 with cycle walking (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
"""

from __future__ import annotations

import hmac

from generation.engine.pii.codes import CodeForm

_ROUNDS = 8


def code_surrogate(value: str, form: CodeForm, key: bytes) -> str:
    """Another value of the form, decided by key, form and value; the value must fit the form.

    Only a value that the permutation leaves in its place takes the place of its neighbour instead, which another value
    may have too. A form of one value alone has no other: the value itself.
    """
    place = form.place_of(value)
    made = _permuted(place, form.size, key)
    return form.at(made if made != place else (place + 1) % form.size)


def _permuted(place: int, size: int, key: bytes) -> int:
    bits = max(2, (size - 1).bit_length())
    made = _rounds(place, bits, key)
    while made >= size:
        made = _rounds(made, bits, key)
    return made


def _rounds(place: int, bits: int, key: bytes) -> int:
    """Two parts of unlike width that swap an even number of times, so that each comes back to its side."""
    right_bits = bits // 2
    left_bits = bits - right_bits
    left, right = place >> right_bits, place & ((1 << right_bits) - 1)
    for turn in range(_ROUNDS):
        digest = hmac.digest(key, f"place\x1f{bits}\x1f{turn}\x1f{right}".encode(), "sha256")
        drawn = int.from_bytes(digest, "big") & ((1 << left_bits) - 1)
        left, right, left_bits, right_bits = right, left ^ drawn, right_bits, left_bits
    return (left << right_bits) | right
