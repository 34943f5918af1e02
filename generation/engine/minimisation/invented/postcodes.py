"""Postal codes of the form that their country gives out. Standard library only."""

from __future__ import annotations

import hashlib
import re
import string

_BRITISH = re.compile(r"(?i)([A-Z]{1,2})(\d[A-Z\d]?)( ?)(\d)([A-Z]{2})")
_DUTCH = re.compile(r"(?i)(\d{4})( ?)([A-Z]{2})")
_AREAS = {
    1: ("B", "E", "G", "L", "M", "N", "S", "W"),
    2: (
        "AB",
        "BA",
        "BN",
        "BS",
        "CB",
        "CF",
        "CV",
        "DE",
        "EH",
        "EX",
        "GL",
        "LE",
        "LS",
        "NE",
        "NR",
        "OX",
        "PL",
        "SO",
        "YO",
    ),
}
# Royal Mail's letters of the second half, Canada Post's, and those that PostNL leaves out no pair of.
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_CANADIAN, _CANADIAN_FIRST = "ABCEGHJKLMNPRSTVWXYZ", "ABCEGHJKLMNPRSTVXY"
_DUTCH_LETTERS = "BCEGHJKLMNPRTVWXZ"
_CANADIAN_FORM = re.compile(r"(?i)[A-Z]\d[A-Z][ -]?\d[A-Z]\d")
_TRIES = 8


def invented_postcode(value: str, digest: bytes) -> str:
    """Another postal code of the value's form: digits for digits, letters that its country gives out, marks kept."""
    for _ in range(_TRIES):
        made = _made(value, digest)
        if made.casefold() != value.casefold():
            break
        digest = hashlib.sha256(digest).digest()
    return made.lower() if value.islower() else made


def _made(value: str, digest: bytes) -> str:
    draws = iter(hashlib.sha256(digest).digest() * 2)
    if match := _BRITISH.fullmatch(value):
        area, district, gap, _, _ = match.groups()
        areas = _AREAS[len(area)]
        inward = "".join(_one(_INWARD, next(draws)) for _ in range(2))
        number = str(1 + next(draws) % (9 if len(district) == 1 else 20)).ljust(len(district), "1")
        return f"{areas[next(draws) % len(areas)]}{number[: len(district)]}{gap}{next(draws) % 10}{inward}"
    is_canadian = _CANADIAN_FORM.fullmatch(value) is not None
    letters = _CANADIAN if is_canadian else _DUTCH_LETTERS if _DUTCH.fullmatch(value) else string.ascii_uppercase
    signs = [_like(sign, letters, next(draws, at)) for at, sign in enumerate(value)]
    if is_canadian:
        signs[0] = _one(_CANADIAN_FIRST, digest[0])
    return _without_noughts("".join(signs), value, digest)


def _without_noughts(made: str, value: str, digest: bytes) -> str:
    """No code begins with two noughts, and none with one whose like does not."""
    if not made[:1].isdecimal() or value.startswith("00"):
        return made
    if made[0] == "0" and value[0] != "0":
        return str(1 + digest[1] % 9) + made[1:]
    return f"0{1 + digest[1] % 9}{made[2:]}" if made.startswith("00") else made


def _like(sign: str, letters: str, byte: int) -> str:
    if sign.isdecimal():
        return string.digits[byte % 10]
    return _one(letters, byte) if sign.isascii() and sign.isalpha() else sign


def _one(signs: str, byte: int) -> str:
    return signs[byte % len(signs)]
