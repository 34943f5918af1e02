"""One column on its way through the two readings: what its cells are, then its values and what became of the others."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.errors import TableError
from generation.engine.tables.spellings.choice import OWN
from generation.engine.tables.spellings.guess import Guess
from generation.engine.tables.spellings.layouts import Ints
from generation.engine.tables.spellings.null_words import (
    BESIDE_VALUES,
    CodeTally,
    Elsewhere,
    TextsFound,
    words_among_texts,
)
from generation.engine.tables.spellings.readers import Moments, Numbers, Reader, Texts, Times, Truths
from generation.engine.tables.spellings.settle import Settled
from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.usage import MomentUsage, NumberUsage
from generation.engine.tables.spellings.words import format_words
from generation.engine.tables.spellings.writing import spelled_truths

# Moments beyond these do not fit pandas' nanoseconds. As a date 9999-12-31 means "no end", which is a missing value.
EARLIEST = dt.datetime.fromisoformat("1678-01-01")
LATEST = dt.datetime.fromisoformat("2261-12-31T23:59:59")
# From here on a double does not hold every whole number: what is so long is a name made of digits.
EXACT_WHOLE = 2**53
MOST_ROWS_NAMED = 5
# Enough to try a choice on.
MOST_SHOWN = 40
_NOTHING = pa.scalar(None, pa.string())


@dataclass(slots=True)
class Column:
    """A column: its type and spelling so far, then what its values turned out to be.

    `has_null` says that its format tells a missing value from an empty text.
    """

    guess: Guess
    missing: frozenset[str]
    logical: str = ""
    has_null: bool = False
    type: pa.DataType = field(default_factory=pa.string)
    reader: Reader = field(default_factory=Texts)
    spelling: Spelling = field(default_factory=Spelling)
    remarks: tuple[str, ...] = ()
    doubt: str = ""
    blanks: int = 0
    empties: int = 0
    words: Counter[str] = field(default_factory=Counter)
    values: int = 0
    unbounded: int = 0
    foreign: int = 0
    foreign_rows: list[int] = field(default_factory=list)
    numbers: NumberUsage = field(default_factory=NumberUsage)
    codes: CodeTally = field(default_factory=CodeTally)
    moments: MomentUsage = field(default_factory=MomentUsage)
    varied_truths: int = 0
    is_beyond_doubles: bool = False
    shown: list[str] = field(default_factory=list)
    words_apart: pa.StringArray | None = None
    found: Spelling | None = None
    low: Any = None
    high: Any = None

    def see(self, array: pa.Array) -> None:
        """The first reading."""
        self.type = array.type
        if pa.types.is_string(array.type):
            self._see_texts(pc.utf8_trim_whitespace(array))
        elif pa.types.is_integer(array.type) and array.null_count < len(array):
            low, high = (bound.as_py() for bound in pc.min_max(array).values())
            self.is_beyond_doubles = self.is_beyond_doubles or max(-low, high) > EXACT_WHOLE

    def _see_texts(self, trimmed: pa.StringArray) -> None:
        is_blank = pc.equal(pc.fill_null(trimmed, ""), "")
        self.blanks += pc.sum(is_blank).as_py() or 0
        self.empties += (pc.sum(is_blank).as_py() or 0) - trimmed.null_count
        texts = pc.if_else(is_blank, _NOTHING, trimmed)
        if len(self.shown) < MOST_SHOWN:
            some = pc.utf8_slice_codeunits(pc.drop_null(pc.unique(texts)).slice(0, MOST_SHOWN - len(self.shown)), 0, 60)
            self.shown += some.to_pylist()
        is_word = pc.is_in(texts, pa.array(sorted(self.missing.union(self.guess.choice.missing or ()))))
        if pc.any(is_word).as_py():
            for pair in texts.filter(is_word).value_counts():
                self.words[pair["values"].as_py()] += pair["counts"].as_py()
            texts = pc.if_else(is_word, _NOTHING, texts)
        self.guess.see(texts)

    def settle(self, settled: Settled) -> None:
        """What the first reading came to."""
        if not pa.types.is_string(self.type):
            self._settle_typed()
            return
        self.reader, self.spelling = settled.reader, settled.spelling
        self.remarks, self.doubt, self.type = settled.remarks, settled.doubt, settled.reader.type
        if self.logical:
            self.spelling = replace(self.spelling, type=self.logical)

    def _settle_typed(self) -> None:
        kinds = (
            (pa.types.is_boolean, Written.BOOLEAN),
            (pa.types.is_date, Written.DATE),
            (pa.types.is_timestamp, Written.MOMENT),
        )
        written = next((word for is_kind, word in kinds if is_kind(self.type)), Written.NUMBER)
        self.spelling = Spelling(written, self.logical or str(self.type))
        if scale := re.search(r"decimal\d+\(\d+, (\d+)\)", self.logical):
            self.spelling = replace(self.spelling, places=int(scale[1]), is_fixed=True)
        if self.is_beyond_doubles:
            self.type = pa.string()
            self.spelling = replace(self.spelling, written=Written.TEXT)

    def name_missing(self, elsewhere: Elsewhere) -> None:
        """Which words stand for no value here, once all columns have settled."""
        chosen, is_text = self.guess.choice.missing, isinstance(self.reader, Texts)
        if not pa.types.is_string(self.type) and is_text:
            return
        if chosen is not None:
            self.missing = frozenset({"", *chosen})
        elif not is_text:
            self.missing |= BESIDE_VALUES
        elif not self.has_null:
            guess = self.guess
            found = TextsFound(
                self.words, guess.null_words, self.blanks, guess.distinct, guess.values - guess.null_like, guess.codes
            )
            self.missing, said = words_among_texts(found, self.missing, elsewhere)
            self.remarks += (said,) if said else ()

    @property
    def has_own(self) -> bool:
        """Whether cells that are not what the column is are categories of their own, in a column beside it."""
        return self.guess.choice.foreign == OWN and not isinstance(self.reader, Texts)

    def convert(self, array: pa.Array, first_row: int) -> pa.Array:
        """The values as the settled type; those that no engine can hold become missing, and are counted."""
        values = self._read(array, first_row) if pa.types.is_string(array.type) else array.cast(self.type)
        bounded = _bounded(values)
        self.unbounded += bounded.null_count - values.null_count
        self._measure(bounded)
        return bounded

    def _read(self, array: pa.StringArray, first_row: int) -> pa.Array:
        coded = array.dictionary_encode()
        distinct = coded.dictionary
        trimmed = pc.utf8_trim_whitespace(distinct)
        is_missing = self._is_missing(trimmed)
        if isinstance(self.reader, Texts):
            return pc.if_else(is_missing, _NOTHING, distinct).take(coded.indices)
        texts = pc.if_else(is_missing, _NOTHING, trimmed)
        weights = np.bincount(np.asarray(pc.drop_null(coded.indices)), minlength=len(distinct))
        values = self._values(texts, weights.astype(np.int64))
        is_foreign = pc.and_(pc.is_valid(texts), pc.is_null(values))
        self._note_foreign(is_foreign.take(coded.indices), first_row)
        if self.has_own:
            self.words_apart = pc.if_else(is_foreign, texts, _NOTHING).take(coded.indices)
        if len(self.shown) < 2 * MOST_SHOWN:
            some = texts.filter(is_foreign).slice(0, MOST_ROWS_NAMED)
            self.shown += pc.utf8_slice_codeunits(some, 0, 60).to_pylist()
        if values.type != self.type:
            raise TableError("changed", "The file changed while it was read. Upload it again.")
        return values.take(coded.indices)

    def _is_missing(self, trimmed: pa.StringArray) -> pa.BooleanArray:
        words = pa.array(sorted(self.missing))
        if isinstance(self.reader, Texts) or self.guess.choice.missing is not None:
            return pc.is_in(trimmed, words)
        return pc.or_(pc.is_in(trimmed, words), pc.is_in(pc.utf8_lower(trimmed), words))

    def _values(self, texts: pa.StringArray, weights: Ints) -> pa.Array:
        """The values of distinct texts, and how they are written."""
        if isinstance(self.reader, Numbers):
            plain = self.reader.plain(texts)
            self.numbers.see(texts, plain, weights)
            numbers = self.reader.values(plain, texts)
            self.codes.see(numbers, weights)
            return numbers
        if isinstance(self.reader, Moments | Times):
            read = self.reader.reader.read(texts)
            self.moments.see(texts, read, self.spelling, weights)
            return self.reader.values(read)
        values = self.reader.read(texts)
        if isinstance(self.reader, Truths):
            is_varied = pc.not_equal(spelled_truths(values, self.spelling), texts)
            self.varied_truths += int(weights[np.asarray(pc.fill_null(is_varied, False))].sum())
        return values

    def _note_foreign(self, is_foreign: pa.BooleanArray, first_row: int) -> None:
        flags = np.asarray(pc.fill_null(is_foreign, False))
        count = int(flags.sum())
        self.foreign += count
        if count and len(self.foreign_rows) < MOST_ROWS_NAMED:
            at = np.flatnonzero(flags)[: MOST_ROWS_NAMED - len(self.foreign_rows)]
            self.foreign_rows += [first_row + int(place) for place in at]

    def _measure(self, values: pa.Array) -> None:
        self.values += len(values) - values.null_count
        if values.null_count < len(values) and (self.low is None or self.low == self.high):
            low, high = pc.min_max(values).values()
            self.low = min(self.low, low.as_py()) if self.low is not None else low.as_py()
            self.high = max(self.high, high.as_py()) if self.high is not None else high.as_py()

    def spelled(self) -> Spelling:
        """How the column is written, with what the second reading has found; for when that is over."""
        if self.found is None:
            self.found = self._spelled()
        return self.found

    def _spelled(self) -> Spelling:
        found = replace(self.spelling, missing=self.guess.commonest_null(self.blanks, self.words, self.missing))
        if isinstance(self.reader, Numbers):
            return self.numbers.settled(found, self.reader)
        if isinstance(self.reader, Truths):
            return replace(found, varied=self.varied_truths)
        if not isinstance(self.reader, Moments | Times):
            return found
        found = self.moments.settled(found)
        is_zoned = isinstance(self.reader, Moments) and self.reader.reader.is_zoned
        return replace(found, type=self.logical or "timestamp[us, tz=UTC]") if is_zoned else replace(found, offset=None)

    def notes(self, subject: str) -> list[str]:
        """Sentences about the column, which is called `subject`."""
        notes = [f"{subject} {remark}." for remark in (*self.remarks, *filter(None, (self.doubt,)))]
        if self.foreign:
            rows = ", ".join(f"{row:,}" for row in self.foreign_rows)
            more = ", …" if self.foreign > len(self.foreign_rows) else ""
            kept = "as categories of their own, in a column beside it" if self.has_own else "as missing"
            notes.append(
                f"{subject} holds {self.foreign:,} {'cell' if self.foreign == 1 else 'cells'} that are no "
                f"{self.spelling.written} (rows {rows}{more}); they are kept {kept}."
            )
        if varied := self.spelled().varied:
            notes.append(
                f"{subject} writes {varied:,} of its {self.spelling.written}s otherwise than the rest; what is made of "
                f"it writes all alike: {self._in_one_format()}."
            )
        if self.has_null and self.empties:
            notes.append(f"{subject} holds {self.empties:,} texts without a sign in them; they are kept as missing.")
        if words := self.words_read():
            notes.append(f"{subject} says in {words:,} cells, by a word such as NA, that the value is missing.")
        if self.unbounded:
            notes.append(
                f"{subject} holds {self.unbounded:,} infinite numbers, or dates outside 1678 to 2261; "
                "they are kept as missing."
            )
        if not self.values:
            notes.append(f"{subject} has no values.")
        elif self.values > 1 and self.low == self.high:
            notes.append(f"{subject} has one and the same value in every row that has one.")
        return notes

    def _in_one_format(self) -> str:
        words = format_words(self.spelled()) or "in plain digits"
        return f"{words}, in the commonest of its time zones" if len(self.moments.offsets) > 1 else words

    def words_read(self) -> int:
        counted, is_text = self.words + self.guess.null_words, isinstance(self.reader, Texts)
        names = (word for word in counted if word in self.missing or (not is_text and word.lower() in self.missing))
        return sum(counted[word] for word in names)

    def spoken(self) -> frozenset[str]:
        """What stands for no value here beyond doubt, in lower case: beside numbers, dates and truths."""
        is_text = isinstance(self.reader, Texts)
        return frozenset() if is_text else frozenset(map(str.lower, self.words + self.guess.null_words))

    def mixes(self, texts: int) -> None:
        """Of its values so many are texts to its format, which tells them from numbers and truths."""
        if not pa.types.is_string(self.type) or not isinstance(self.reader, Texts):
            return
        # A word for no value is a text to a format that has a null of its own; among the cells of a sheet it is none.
        others = self.guess.values - texts - (0 if self.has_null else self.guess.null_like)
        if texts and others > 0:
            self.remarks += (
                f"holds {others:,} {'value that is' if others == 1 else 'values that are'} no text to the file, among "
                "texts; what is made of it has texts alone",
            )
        elif others and self.guess.numbers.are_long_wholes(self.guess.values - self.guess.null_like):
            # Digits that a double does not hold go as text, and come back as the numbers that they were.
            self.spelling = replace(self.spelling, type="int64")

    def look_for_codes(self) -> None:
        """Numbers that may stand for no value are the owner's to decide; for when the second reading is over."""
        apart = self.codes.apart() if self.guess.choice.missing is None else []
        if apart and isinstance(self.reader, Numbers):
            named = " and ".join(f"{code:g}" for code in apart)
            cells = sum(self.codes.counts[code] for code in apart)
            self.doubt = (
                f"holds {named} in {cells:,} cells, apart from its other numbers, as codes for no value are; it was "
                "read as a number. If it stands for no value, name it among the words for no value"
            )


def _bounded(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))
    if pa.types.is_temporal(values.type):
        low, high = (
            pa.scalar(bound).cast(values.type) for bound in (_as(values.type, EARLIEST), _as(values.type, LATEST))
        )
        inside = pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high))
        return pc.if_else(inside, values, pa.scalar(None, values.type))
    return values


def _as(kind: pa.DataType, moment: dt.datetime) -> dt.date:
    return moment.date() if pa.types.is_date(kind) else moment
