"""How the cells of a settled column were really written, over the batches of the second reading: what is most usual.

Cells of one shape, which differ in their digits alone, are counted together. Once all are seen, each shape is written
as the column is going to be; those that come out otherwise are counted as varied, so that it can be said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.layouts import Flags, Ints, Read, layout
from generation.engine.tables.spellings.marks import LAKHS, OTHER, SPACERS
from generation.engine.tables.spellings.numbers import PLAIN_NUMBER, parts_of
from generation.engine.tables.spellings.readers import Numbers
from generation.engine.tables.spellings.spelling import Spelling
from generation.engine.tables.spellings.writing import DIGITS, spelled_numbers

# So many digits a double holds whatever they are.
_CERTAIN_DIGITS = 15
# Where one number of twenty has more of them, they are noise of a computation.
_FEW = 20
_MOST_SHAPES = 10_000
_EXPONENT = re.compile("[eE]")
_NORMAL = re.compile(r"-?[0-9][.]?([0-9]*)[eE]")
_PARTED = r"^(?P<lead>[^1-9]*)(?P<head>.*?)(?P<noughts>0*)(?P<tail>[eE][+-]?[0-9]+[^0-9]*|[^0-9]*)$"


@dataclass(slots=True)
class NumberUsage:
    """The shapes of a column's numbers: their texts with 1 for every digit but noughts at both ends."""

    shapes: Counter[str] = field(default_factory=Counter)
    long: int = 0
    long_varied: int = 0

    def see(self, texts: pa.StringArray, plain: pa.StringArray, weights: Ints) -> None:
        """Count distinct texts of which `plain` are the numbers in plain digits (null for what is none)."""
        # The reader hands back what is plain already.
        is_all_plain = plain is texts
        is_number = np.asarray(pc.is_valid(plain))
        if not is_number.all():
            texts, plain, weights = texts.filter(is_number), plain.filter(is_number), weights[is_number]
        is_long = _is_long(plain)
        if is_long.any():
            self._see_long(plain.filter(is_long), weights[is_long])
            texts, weights = texts.filter(~is_long), weights[~is_long]
        if is_all_plain:
            self._see_plain(texts, weights)
            return
        is_plain = np.asarray(pc.match_substring_regex(texts, PLAIN_NUMBER))
        self._see_plain(texts.filter(is_plain), weights[is_plain])
        self._see_others(texts.filter(~is_plain), weights[~is_plain])

    def _see_long(self, plain: pa.StringArray, weights: Ints) -> None:
        """Numbers of more digits than are certain come back if they are the shortest ones of their double."""
        self.long += int(weights.sum())
        is_else = pc.not_equal(plain.cast(pa.float64()).cast(pa.string()), plain)
        # Arrow writes exponents in a way of its own.
        for text, weight in zip(plain.filter(is_else).to_pylist(), weights[np.asarray(is_else)], strict=True):
            self.long_varied += int(weight) * (repr(float(text)) != text.replace("E", "e"))

    def _see_plain(self, texts: pa.StringArray, weights: Ints) -> None:
        """The same as for others, sooner: a sign, lengths and noughts say the whole shape."""
        if not len(texts):
            return
        point = np.asarray(pc.find_substring(texts, "."))
        lengths = np.asarray(pc.utf8_length(texts))
        bare = np.asarray(pc.utf8_length(pc.utf8_rtrim(texts, "0")))
        sign = np.asarray(pc.starts_with(texts, "-"))
        whole = np.where(point < 0, lengths, point) - sign
        places = np.where(point < 0, 0, lengths - point - 1)
        noughts = np.where(point < 0, 0, lengths - bare)
        lead = lengths - sign - np.asarray(pc.utf8_length(pc.utf8_ltrim(texts, "-0.")))
        parts = (sign, whole, places, noughts, np.minimum(lead, whole + 1 + places - noughts))
        sizes = tuple(int(part.max()) + 1 for part in parts)
        keys, codes = np.unique(np.ravel_multi_index(parts, sizes), return_inverse=True)
        counted = np.bincount(codes, weights=weights).astype(int).tolist()
        found = zip(*(part.tolist() for part in np.unravel_index(keys, sizes)), strict=True)
        for (minus, ones, after, zeros, first), count in zip(found, counted, strict=True):
            digits = "1" * ones + ("." + "1" * (after - zeros) + "0" * zeros if after else "")
            self.shapes["-" * minus + ("0.0" + "0" * after)[:first] + digits[first:]] += count

    def _see_others(self, texts: pa.StringArray, weights: Ints) -> None:
        found = pc.extract_regex(texts, _PARTED)
        lead, head, noughts, tail = (pc.struct_field(found, name) for name in ("lead", "head", "noughts", "tail"))
        shapes = pc.binary_join_element_wise(lead, pc.replace_substring_regex(head, "[0-9]", "1"), noughts, tail, "")
        coded = shapes.dictionary_encode()
        counted = np.bincount(np.asarray(coded.indices), weights=weights, minlength=len(coded.dictionary))
        for shape, count in zip(coded.dictionary.to_pylist(), counted.astype(np.int64).tolist(), strict=True):
            if shape in self.shapes or len(self.shapes) < _MOST_SHAPES:
                self.shapes[shape] += count

    def settled(self, spelling: Spelling, reader: Numbers) -> Spelling:
        """The spelling with what is usual, and how many cells are written otherwise."""
        if not self.shapes and not self.long:
            return spelling
        texts = pa.array(list(self.shapes), pa.string())
        plain = reader.plain(texts).to_pylist()
        found = replace(
            self._with_places(spelling, [text or "" for text in plain]),
            thousands=_usual(self._thousands(spelling.decimal)),
            is_in_lakhs=self._are_in_lakhs(OTHER[spelling.decimal]),
            negative=_usual(self._negatives(texts, f"-{spelling.prefix}{DIGITS}{spelling.suffix}")),
        )
        back = spelled_numbers(reader.read(texts), found).to_pylist()
        varied = sum(count for (shape, count), text in zip(self.shapes.items(), back, strict=True) if shape != text)
        return replace(found, varied=varied + (self.long_varied if self._is_long else self.long))

    @property
    def _is_long(self) -> bool:
        return self.long * _FEW > self.shapes.total()

    def _with_places(self, spelling: Spelling, plain: list[str]) -> Spelling:
        places = [len(text.partition(".")[2]) for text in plain if not _EXPONENT.search(text)]
        powers = [text for text in plain if _EXPONENT.search(text)]
        # What is long has one at least.
        fewest = min([*places, *([1] if self.long else [])], default=0)
        most = None if self._is_long else max(places, default=0)
        if not powers:
            return replace(spelling, places=most, fewest=fewest, is_fixed=0 < fewest == most)
        letter = _usual(Counter(_EXPONENT.findall("".join(powers))).items())
        normal = [found[1] for text in powers if (found := _NORMAL.match(text))]
        if len(normal) == len(plain) and len({*map(len, normal)}) == 1 and not self.long:
            return replace(spelling, places=len(normal[0]), is_fixed=True, exponent=letter)
        counting = None if self._is_long else max(map(_digits_that_count, plain)) - 1
        return replace(spelling, places=counting, fewest=fewest, exponent=letter)

    def _are_in_lakhs(self, mark: str) -> bool:
        lakhs = re.compile(rf"(?<![0-9.,]){LAKHS.format(mark=re.escape(mark))}(?![0-9])")
        return any(lakhs.search(shape) for shape in self.shapes)

    def _thousands(self, decimal: str) -> Iterable[tuple[str, int]]:
        grouped = re.compile(rf"(?:^|[^0-9.,])[1-9][0-9]{{0,2}}([{OTHER[decimal]}{SPACERS}])[0-9]{{2,3}}")
        for shape, count in self.shapes.items():
            if found := grouped.search(shape):
                yield found[1], count

    def _negatives(self, texts: pa.StringArray, plain: str) -> Iterable[tuple[str, int]]:
        """How numbers below nought are written around their digits, "" for the plain way."""
        parts = parts_of(texts)
        for shape, body, count in zip(self.shapes, parts.body.to_pylist(), self.shapes.values(), strict=True):
            if body and body.startswith("-"):
                around = shape.replace(body.removeprefix("-"), DIGITS, 1)
                yield "" if around == plain else around, count


def _is_long(plain: pa.StringArray) -> Flags:
    """Which numbers have more digits than are certain."""
    may_be: Flags = np.array(pc.greater(pc.utf8_length(plain), _CERTAIN_DIGITS + 1))
    if may_be.any():
        digits = pc.replace_substring_regex(plain.filter(may_be), r"^-?[0.]*|[.]|[eE].*$", "")
        may_be[may_be] = np.asarray(pc.greater(pc.utf8_length(digits), _CERTAIN_DIGITS))
    return may_be


def _usual(counted: Iterable[tuple[str, int]]) -> str:
    totals = Counter[str]()
    for one, count in counted:
        totals[one] += count
    return max(totals, key=lambda one: (totals[one], one), default="")


def _digits_that_count(text: str) -> int:
    return len(_EXPONENT.split(text)[0].lstrip("-0.").replace(".", ""))


@dataclass(slots=True)
class MomentUsage:
    """By the offsets that cells name, how many cells there are, and how many of them the column's layout changes."""

    offsets: Counter[int] = field(default_factory=Counter)
    changed: Counter[int] = field(default_factory=Counter)

    def see(self, texts: pa.StringArray, read: Read, spelling: Spelling, weights: Ints) -> None:
        """Count distinct texts, and what was read of them in their own zone."""
        for offset in np.unique(read.offsets[read.fits]).tolist():
            here = read.fits & (read.offsets == offset)
            back = layout(spelling.layout).write(read.micros[here], spelling.language, offset, spelling.letters)
            same = np.asarray(pc.equal(texts.filter(pa.array(here)), pa.array(back, pa.string())))
            self.offsets[offset] += int(weights[here].sum())
            self.changed[offset] += int(weights[here][~same].sum())

    def settled(self, spelling: Spelling) -> Spelling:
        """The spelling with the commonest offset, and how many cells are written otherwise."""
        own = layout(spelling.layout).offset
        usual = max(self.offsets, key=lambda one: (self.offsets[one], -one), default=0) if own is None else own
        return replace(spelling, offset=usual, varied=self.offsets.total() - self.offsets[usual] + self.changed[usual])
