"""Surrogates of codes that keep what all codes of a column share: ORD-000123 becomes ORD-738291; and of numbers with
check digits, whose surrogates pass the check.

Within the form a value goes through a keyed permutation, so that different values stay different: a Feistel network of
HMAC-SHA256 with cycle walking (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
"""

from __future__ import annotations

import hmac
import random
import string
from collections.abc import Collection
from itertools import product

from generation.engine.pii.codes import CodeForm
from generation.engine.pii.entities import CARD, IBAN
from generation.engine.pii.patterns.presidio import is_valid

_ROUNDS = 8
# The country of an account and the scheme of a card are their locale.
_FIRST_KEPT = {IBAN: 2, CARD: 1}
_WALKS = 6
_TRIES = 40


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


def valid_surrogate(value: str, entity: str, digest: bytes, taken: Collection[str] = ()) -> str | None:
    """Another value of this kind that passes its check, separators as in `value`, and is none of `taken`.

    None where the value itself is no valid one, or none was found. Signs are drawn anew until nothing of the value is
    left but what its kind prescribes, then two of them are chosen so that the check passes.
    """
    if not is_valid(value, entity):
        return None
    draw = random.Random(digest)  # noqa: S311  keyed by the digest
    open_places = [at for at, sign in enumerate(value) if sign.isalnum()][_FIRST_KEPT.get(entity, 0) :]
    for _ in range(_TRIES):
        made = _redrawn(value, entity, open_places, draw)
        if made and made != value and made not in taken:
            return made
    return None


def _redrawn(value: str, entity: str, places: list[int], draw: random.Random) -> str | None:
    """A valid value after some walks over the signs, each of which keeps the form."""
    signs = list(value)
    for place in places * _WALKS:
        before = signs[place]
        signs[place] = draw.choice(_alike(before))
        if not is_valid("".join(signs), entity, by_form_alone=True):
            signs[place] = before
    # Check signs stand last as a rule, behind the country in an IBAN, and somewhere else in a few numbers.
    pairs = [places[:2], places[-2:]] if entity == IBAN else [places[-2:], *([at, places[-1]] for at in places[:-2])]
    return next(filter(None, (_checked(signs, pair, entity, draw) for pair in pairs)), None)


def _checked(signs: list[str], pair: list[int], entity: str, draw: random.Random) -> str | None:
    """The first valid value that another choice of two signs gives."""
    made = signs.copy()
    for drawn in product(*(draw.sample(_alike(signs[at]), len(_alike(signs[at]))) for at in pair)):
        for place, sign in zip(pair, drawn, strict=True):
            made[place] = sign
        if is_valid("".join(made), entity):
            return "".join(made)
    return None


def _alike(sign: str) -> str:
    if sign.isdigit():
        return string.digits
    return string.ascii_uppercase if sign.isupper() else string.ascii_lowercase
