"""The form of codes: what is the same in all of them, and which signs stand where the rest differs.

A form is learned from the commonest shape and holds nothing that one value has alone: runs of signs that all values
share stay as they are, every other run is told by its kind (digits, capitals, small letters) and its commonest length.
A value of the form is made from a number, so that different numbers give different values. Standard library and numpy.
"""

from __future__ import annotations

import operator
import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
import numpy.typing as npt

DIGITS, CAPITALS, SMALL = string.digits, string.ascii_uppercase, string.ascii_lowercase
NONZERO = DIGITS[1:]
COMMON_SHARE = 0.9
# So many values tell a form; more tell no other.
MOST_READ = 20_000
# Products of alphabets stay below what a 64-bit number holds; places before that are drawn apart.
_MOST_BITS = 60
_RUNS = re.compile(r"[0-9]+|[A-Z]+|[a-z]+|.", re.DOTALL)
_AMOUNT = re.compile(r"[$€£¥]?\s?(?:[A-Z]{3}\s)?[-+]?\d+(?:[.,'’ ]\d+)*\s?(?:[%$€£¥]|[A-Z]{3})?")
_AMOUNT_SIGNS = frozenset("$€£¥%.,'’")
_DAY = r"\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([-/.])\d{1,2}\2\d{1,2}"
_MOMENT = re.compile(rf"(?:{_DAY})?[T ,]*(?:\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?)?")
_MIXTURES = (DIGITS + "abcdef", DIGITS + "ABCDEF", DIGITS + SMALL, DIGITS + CAPITALS, DIGITS + CAPITALS + SMALL)

Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class CodeForm:
    """One alphabet a place, of one sign where the place is fixed. `share` of the values read (0..1) have its shape.

    `is_tight`: it holds a digit, its letters come in runs of fixed length, and it is no amount, day or time: what
    somebody numbered, and not what somebody wrote.
    """

    places: tuple[str, ...]
    share: float
    is_tight: bool = False

    @property
    def size(self) -> int:
        """How many different values have the form."""
        return prod(map(len, self.places))

    @property
    def is_code(self) -> bool:
        """Whether nearly all values were given out in this form."""
        return self.is_tight and self.share >= COMMON_SHARE

    def fits(self, text: str) -> bool:
        """Whether the text has the form."""
        return len(text) == len(self.places) and all(map(operator.contains, self.places, text))

    def place_of(self, text: str) -> int:
        """Which of the `size` values of the form a text is, from 0; ValueError for one that does not fit."""
        place = 0
        for sign, signs in zip(text, self.places, strict=True):
            place = place * len(signs) + signs.index(sign)
        return place

    def at(self, place: int) -> str:
        """The value at a place below `size`."""
        made = []
        for signs in reversed(self.places):
            place, sign = divmod(place, len(signs))
            made.append(signs[sign])
        return "".join(reversed(made))

    def widened(self, places: int = 1) -> CodeForm:
        """The form with so many more digits (letters, where it has no digit)."""
        varied = [place for place, signs in enumerate(self.places) if len(signs) > 1]
        digits = [place for place in varied if self.places[place] in (DIGITS, NONZERO)]
        last = (digits or varied or [len(self.places) - 1])[-1]
        signs = DIGITS if digits or not varied else self.places[last]
        return replace(self, places=(*self.places[: last + 1], *[signs] * places, *self.places[last + 1 :]))

    def holding(self, values: int) -> CodeForm:
        """The form, widened until it has at least so many values."""
        form = self
        while form.size < values:
            form = form.widened()
        return form

    @property
    def split(self) -> int:
        """The place from which on a 64-bit number tells the signs."""
        place = len(self.places)
        while place and prod(map(len, self.places[place - 1 :])).bit_length() <= _MOST_BITS:
            place -= 1
        return place

    @property
    def room(self) -> int:
        """How many values differ in the places from `split` on: at most 2**60, and all of them where that is all."""
        return prod(map(len, self.places[self.split :]))

    def written(self, low: Numbers, high: Numbers) -> npt.NDArray[np.str_]:
        """A value for each number below `room`; `high` tells the places before `split`."""
        signs = np.empty((len(low), max(1, len(self.places))), dtype="U1")
        split = self.split
        for numbers, first, last in ((low.copy(), split, len(self.places)), (high.copy(), 0, split)):
            for place in range(last - 1, first - 1, -1):
                alphabet = np.array(list(self.places[place]))
                base = np.uint64(len(alphabet))
                signs[:, place] = alphabet[(numbers % base).astype(np.int64)]
                numbers //= base
        return signs.view(f"U{signs.shape[1]}").ravel()


def form_of_codes(values: Sequence[str], least: int = 1) -> CodeForm | None:
    """The commonest form of texts; None when fewer than `least` of them share one.

    >>> form = form_of_codes(["ORD-000123", "ORD-000987", "ORD-001204"])
    >>> form.size, form.is_code
    (1000000, True)
    """
    read = [values[i] for i in np.linspace(0, len(values) - 1, min(len(values), MOST_READ)).astype(int)]
    if not read:
        return None
    shapes = Counter(map(_shape, read))
    shape = max(shapes, key=lambda one: (shapes[one], one))
    if shapes[shape] < COMMON_SHARE * len(read) and (mixed := _mixed(read)) is not None:
        return mixed
    return (
        _of_runs([text for text in read if _shape(text) == shape], shape, len(read)) if shapes[shape] >= least else None
    )


def form_of_numbers(numbers: Sequence[int]) -> CodeForm:
    """As many digits as most of the whole numbers have, the first of them no zero; five without numbers."""
    widths = Counter(len(str(abs(number))) for number in numbers)
    width = max(widths, key=lambda one: (widths[one], one)) if widths else 5
    return CodeForm(digits_of(width), widths[width] / max(1, len(numbers)), is_tight=True)


def digits_of(width: int) -> tuple[str, ...]:
    """The places of a whole number of so many digits."""
    return (NONZERO, *[DIGITS] * (width - 1))


def _shape(text: str) -> str:
    """The kinds of its runs, whatever their length: "ORD-000123" and "AB-7" are both "A-9"."""
    return "".join(map(_kind, _runs(text)))


def _runs(text: str) -> list[str]:
    """Pieces of one kind; letters with accents and of other alphabets are capitals or small letters too."""
    if text.isascii():
        return _RUNS.findall(text)
    plain = "".join(sign if sign.isascii() or not sign.isalpha() else "aA"[sign.isupper()] for sign in text)
    return [text[match.start() : match.end()] for match in _RUNS.finditer(plain)]


def _kind(run: str) -> str:
    sign = run[0]
    if sign in DIGITS:
        return "9"
    return ("A" if sign.isupper() else "a") if sign.isalpha() else sign


def _of_runs(texts: list[str], shape: str, read: int) -> CodeForm:
    columns = list(zip(*map(_runs, texts), strict=True))
    runs = [_places(runs) for runs in columns]
    letters_vary = any(_modal_share(runs) < COMMON_SHARE for runs in columns if runs[0].isalpha())
    is_tight = "9" in shape and not letters_vary and shape.count(" ") < 2 and not all(map(_is_measured, texts))
    return CodeForm(tuple(place for run in runs for place in run), len(texts) / read, is_tight)


def _is_measured(text: str) -> bool:
    """An amount of money, a share, a day or a time of day: written alike, but given to nobody."""
    is_amount = bool(_AMOUNT_SIGNS.intersection(text)) and bool(_AMOUNT.fullmatch(text))
    return is_amount or bool(_MOMENT.fullmatch(text))


def _places(runs: Sequence[str]) -> tuple[str, ...]:
    if len(set(runs)) == 1 and (len(runs) > 1 or not runs[0].isalnum()):
        return tuple(runs[0])
    widths = Counter(map(len, runs))
    width = max(widths, key=lambda one: (widths[one], one))
    kind = _kind(runs[0])
    if kind == "9":
        return digits_of(width) if not any(run[0] == "0" for run in runs) else (DIGITS,) * width
    return ({"A": CAPITALS, "a": SMALL}.get(kind, runs[0]),) * width


def _modal_share(runs: Sequence[str]) -> float:
    return max(Counter(map(len, runs)).values()) / len(runs)


def _mixed(read: list[str]) -> CodeForm | None:
    """Digits and letters mixed anyhow, all of one length with the same marks: hashes and random keys."""
    masks = Counter(re.sub(r"[0-9A-Za-z]", "x", text) for text in read)
    mask, count = masks.most_common(1)[0]
    if count < COMMON_SHARE * len(read) or "x" not in mask or " " in mask:
        return None
    signs = {sign for text in read for sign in text if sign.isalnum()}
    if not signs & set(DIGITS):
        return None
    alphabet = next((one for one in _MIXTURES if signs <= set(one)), _MIXTURES[-1])
    return CodeForm(tuple(alphabet if sign == "x" else sign for sign in mask), count / len(read), is_tight=True)
