"""What a text column is, told from all of its texts: what at least 95 % of them are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.choice import ColumnChoice
from generation.engine.tables.spellings.layouts import Ints
from generation.engine.tables.spellings.marks import COMMA, POINT, SPACERS, Marks
from generation.engine.tables.spellings.moments import NUMBERLIKE, NUMBERLIKE_FORM, NUMBERLIKE_SHARE, MomentTally
from generation.engine.tables.spellings.null_words import CODES, beside_values
from generation.engine.tables.spellings.numbers import (
    INFINITE,
    LEADING_ZERO,
    LONG_DIGITS,
    PLAIN,
    PLAIN_NUMBER,
    in_plain_digits,
    parts_of,
)
from generation.engine.tables.spellings.truths import TRUE_FALSE, WORDS, usual_pair

# A column is what at least this share of its values are.
SHARE = 0.95
_LIKE_A_DATE = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4})([T ].*)?$"
)
_NUMBERISH = "[0-9]|(?i)^[-+]?inf"
_MOST_WORDS = 1_000
_MOST = str(2**63 - 1)
_SAMPLE = 4_000
# Beyond so many different values nothing more is learnt about how many there are.
_MANY = 50


@dataclass(slots=True)
class NumberTally:
    """How many values are numbers, by what stands around them and by decimal mark."""

    fits: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    fractions: Counter[str] = field(default_factory=Counter)
    marks: Marks = field(default_factory=Marks)
    long: int = 0
    is_beyond_64_bits: bool = False
    zeros: int = 0
    digit_lengths: set[int] = field(default_factory=set)

    def see_plain(self, texts: pa.StringArray, weights: Ints) -> None:
        """Count distinct texts that are all plain numbers, as those of most columns are: the same as `see`, sooner."""
        has_point = np.asarray(pc.match_substring(texts, "."))
        wholes = texts.filter(pa.array(~has_point))
        self.digit_lengths |= set(pc.unique(pc.utf8_length(wholes)).to_pylist()[:_MANY])
        unsure = self.marks.see_plain(texts, wholes, weights, has_point)
        self.fits["", "", POINT] += int(weights.sum())
        self.fractions[POINT] += int(weights[has_point].sum())
        # With a decimal comma a point before three digits groups thousands.
        self.fits["", "", COMMA] += int(weights[~has_point].sum()) + unsure

    def see(self, texts: pa.StringArray, weights: Ints) -> None:
        """Count distinct texts."""
        is_long = pc.match_substring_regex(texts, LONG_DIGITS)
        self.long += _sum(weights, is_long)
        self.is_beyond_64_bits |= _are_beyond_64_bits(texts.filter(is_long))
        self.zeros += _sum(weights, pc.match_substring_regex(texts, LEADING_ZERO))
        digits = texts.filter(pc.match_substring_regex(texts, "^[0-9]+$"))
        self.digit_lengths |= set(pc.unique(pc.utf8_length(digits)).to_pylist()[:_MANY])
        self._count(texts.filter(pc.match_substring_regex(texts, INFINITE)), texts, weights)
        parts = parts_of(texts)
        is_number = pc.is_valid(parts.body)
        bodies = parts.body.filter(is_number)
        if not len(bodies):
            return
        kept = weights[np.asarray(is_number)]
        self.marks.see(pc.replace_substring_regex(bodies, f"[{SPACERS}]", ""), pa.array(kept))
        affixes = pc.binary_join_element_wise(parts.prefix.filter(is_number), parts.suffix.filter(is_number), "\0")
        for decimal in (POINT, COMMA):
            plain = in_plain_digits(bodies, decimal)
            fitting = np.asarray(pc.is_valid(plain))
            self.fractions[decimal] += _sum(kept, pc.invert(pc.match_substring_regex(plain, PLAIN)))
            for affix, count in _totals(affixes, np.where(fitting, kept, 0)).items():
                prefix, suffix = affix.split("\0")
                self.fits[prefix, suffix, decimal] += count

    def _count(self, infinite: pa.StringArray, texts: pa.StringArray, weights: Ints) -> None:
        if len(infinite):
            count = int(weights[np.asarray(pc.is_in(texts, infinite))].sum())
            for decimal in (POINT, COMMA):
                self.fits["", "", decimal] += count
                self.fractions[decimal] += count

    @property
    def is_code(self) -> bool:
        """Digits that are a name: longer than a double keeps, or leading zeros that fill up to one length."""
        return bool(self.long or (self.zeros and len(self.digit_lengths) == 1))

    def are_long_wholes(self, values: int) -> bool:
        """Whether so many values are all whole numbers of 64 bits, some of them beyond what a double holds."""
        is_exact = bool(self.long) and not self.is_beyond_64_bits and not self.fractions[POINT]
        return is_exact and self.long + self.fits["", "", POINT] == values

    def best(self, decimal: str) -> tuple[int, str, str]:
        """How many values are numbers with this decimal mark and one prefix and suffix, and those two."""
        bare = self.fits["", "", decimal]
        ranked = [(count, *key[:2]) for key, count in self.fits.items() if key[2] == decimal and any(key[:2])]
        if not ranked:
            return bare, "", ""
        count, prefix, suffix = max(ranked)
        # A number without the currency of the others is one of them; a few currencies among bare numbers are not.
        return (count + bare, prefix, suffix) if count > bare else (bare, "", "")


def _are_beyond_64_bits(digits: pa.StringArray) -> bool:
    bare = pc.utf8_ltrim(digits, "-−")
    lengths = pc.utf8_length(bare)
    is_beyond = pc.or_(pc.greater(lengths, len(_MOST)), pc.and_(pc.equal(lengths, len(_MOST)), pc.greater(bare, _MOST)))
    return bool(pc.any(is_beyond).as_py())


def _sum(weights: Ints, flags: pa.BooleanArray) -> int:
    return int(weights[np.asarray(pc.fill_null(flags, False))].sum())


def _totals(keys: pa.StringArray, weights: Ints) -> dict[str, int]:
    coded = keys.dictionary_encode()
    totals = np.bincount(np.asarray(coded.indices), weights=weights, minlength=len(coded.dictionary))
    return dict(zip(coded.dictionary.to_pylist(), totals.astype(np.int64).tolist(), strict=True))


@dataclass(slots=True)
class Guess:
    """What a text column may be, after the batches it has seen; `choice` is what its owner says."""

    this_year: int
    choice: ColumnChoice = field(default_factory=ColumnChoice)
    numbers: NumberTally = field(default_factory=NumberTally)
    moments: MomentTally = field(default_factory=MomentTally)
    booleans: Counter[str] = field(default_factory=Counter)
    null_words: Counter[str] = field(default_factory=Counter)
    distinct: set[str] = field(default_factory=set)
    values: int = 0
    null_like: int = 0
    codes: int = 0
    date_like: int = 0
    weighed: int = 0
    is_settled_text: bool = False

    def see(self, texts: pa.StringArray) -> None:
        """Count a batch of trimmed texts; null is what the format itself says is missing."""
        counted = texts.value_counts().flatten()
        distinct, weights = counted[0], np.asarray(counted[1])
        present = np.asarray(pc.is_valid(distinct))
        distinct, weights = distinct.filter(pa.array(present)), weights[present]
        is_null = beside_values(distinct)
        self.null_like += _sum(weights, is_null)
        self._remember_nulls(distinct.filter(is_null), weights[np.asarray(is_null)])
        self.values += int(weights.sum())
        self.codes += _sum(weights, pc.match_substring_regex(distinct, CODES))
        values, weights = distinct.filter(pc.invert(is_null)), weights[~np.asarray(is_null)]
        if len(self.distinct) <= _MANY:
            self.distinct.update(values.slice(0, _MANY + 1).to_pylist())
        for start, end in ((0, _SAMPLE), (_SAMPLE, len(values))):
            # A column most of whose first thousands of values are plain words stays one: more of them need no look.
            if not self.is_settled_text and start < min(end, len(values)):
                self._weigh(values.slice(start, end - start), weights[start:end])

    def _remember_nulls(self, words: pa.StringArray, weights: Ints) -> None:
        for word, weight in zip(words.to_pylist(), weights, strict=True):
            self.null_words[word] += int(weight)

    def _weigh(self, values: pa.StringArray, weights: Ints) -> None:
        self.weighed += int(weights.sum())
        if self.choice.kind == "boolean":
            is_truth = pc.is_in(pc.utf8_lower(values), pa.array(sorted(WORDS)))
            self._count_truths(values.filter(is_truth), weights[np.asarray(is_truth)])
            return
        is_plain = np.asarray(pc.match_substring_regex(values, PLAIN_NUMBER))
        if is_plain.any():
            numbers = values.filter(pa.array(is_plain))
            self.numbers.see_plain(numbers, weights[is_plain])
            may_be = pc.match_substring_regex(numbers, NUMBERLIKE_FORM)
            self.moments.see(numbers.filter(may_be), weights[is_plain][np.asarray(may_be)], self.this_year)
        if not is_plain.all():
            self._weigh_others(values.filter(pa.array(~is_plain)), weights[~is_plain])
        is_wordy = self.weighed >= _SAMPLE and 2 * self._best_fit() < self.weighed
        self.is_settled_text = is_wordy and not self.choice.kind

    def _weigh_others(self, values: pa.StringArray, weights: Ints) -> None:
        if pc.any(pc.match_substring_regex(values, _NUMBERISH)).as_py():
            self.date_like += _sum(weights, pc.match_substring_regex(values, _LIKE_A_DATE))
            self.numbers.see(values, weights)
            self.moments.see(values, weights, self.this_year)
            self.moments.see_letters(values, weights)
        if len(self.booleans) < _MOST_WORDS:
            is_truth = pc.is_in(pc.utf8_lower(values), pa.array(TRUE_FALSE))
            self._count_truths(values.filter(is_truth), weights[np.asarray(is_truth)])

    def _count_truths(self, words: pa.StringArray, weights: Ints) -> None:
        for word, weight in zip(words.to_pylist(), weights, strict=True):
            self.booleans[word] += int(weight)

    def _best_fit(self) -> int:
        return max(
            *(self.numbers.best(decimal)[0] for decimal in (POINT, COMMA)),
            self.booleans.total(),
            self.moments.dates.fits.total(),
            self.moments.times.fits.total(),
        )

    def is_mostly(self, fits: int, share: float = SHARE) -> bool:
        """Whether so many of the values, words for missing ones aside, make the column what they are."""
        others = self.values - self.null_like
        return bool(fits) and fits >= share * others

    def truths(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The words for true and false in lower case, and as most cells have them."""
        pair = usual_pair(self.booleans)
        ranked = [word for word, _ in self.booleans.most_common() if word.casefold() in pair] or ["true"]
        found: dict[str, str] = {}
        for word in ranked:
            found.setdefault(word.casefold(), word)
        true, false = (found.get(word) or _like(word, ranked[0]) for word in pair)
        return pair, (true, false)

    def commonest_null(self, blanks: int, words: Counter[str], missing: frozenset[str]) -> str:
        """How most missing cells are written; `words` are those of the format, `missing` all that count."""
        counted = self.null_words + words + Counter({"": blanks})
        known = [word for word in counted if word in missing or word.lower() in missing]
        return max(known, key=lambda word: (counted[word], word == "", word), default="")

    def numberlike(self, pattern: str) -> bool:
        """Whether a layout that looks like a number may count: nearly all values fit it, and many differ."""
        enough = len(self.distinct) >= min(NUMBERLIKE[pattern], _MANY)
        return enough and self.is_mostly(self.moments.dates.fits[pattern], NUMBERLIKE_SHARE)


def _like(word: str, other: str) -> str:
    if other.isupper():
        return word.upper()
    return word.capitalize() if other[0].isupper() else word
