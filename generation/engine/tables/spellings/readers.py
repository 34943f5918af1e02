"""From the texts of a column to its values, once it is settled how they are written. What does not fit becomes null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.layouts import DAY, Read
from generation.engine.tables.spellings.moments import MomentReader
from generation.engine.tables.spellings.numbers import INFINITE, PLAIN_NUMBER, in_plain_digits, parts_of
from generation.engine.tables.spellings.truths import TRUE_FALSE

_MINUTE = 60_000_000


class Reader(Protocol):
    """Reads trimmed texts; `type` is that of the values."""

    @property
    def type(self) -> pa.DataType: ...

    def read(self, texts: pa.StringArray) -> pa.Array: ...


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts stay as they are."""

    @property
    def type(self) -> pa.DataType:
        return pa.string()

    def read(self, texts: pa.StringArray) -> pa.Array:
        return texts


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers with one decimal mark, and with this prefix and suffix or without any."""

    decimal: str
    prefix: str
    suffix: str
    is_whole: bool

    @property
    def type(self) -> pa.DataType:
        return pa.int64() if self.is_whole else pa.float64()

    def read(self, texts: pa.StringArray) -> pa.Array:
        return self.values(self.plain(texts), texts)

    def values(self, plain: pa.StringArray, texts: pa.StringArray) -> pa.Array:
        """The numbers of what `plain` made of the texts."""
        numbers = plain.cast(self.type)
        if self.is_whole:
            return numbers
        is_infinite = pc.match_substring_regex(texts, INFINITE)
        return pc.if_else(is_infinite, pa.scalar(float("inf")), numbers)

    def plain(self, texts: pa.StringArray) -> pa.StringArray:
        """The numbers in plain digits with a point, null where there is none."""
        if self.decimal == "." and pc.all(pc.match_substring_regex(texts, PLAIN_NUMBER)).as_py():
            return texts
        parts = parts_of(texts)
        bare = pc.and_(pc.equal(parts.prefix, ""), pc.equal(parts.suffix, ""))
        ours = pc.and_(pc.equal(parts.prefix, self.prefix), pc.equal(parts.suffix, self.suffix))
        body = pc.if_else(pc.or_(bare, ours), parts.body, pa.scalar(None, pa.string()))
        return in_plain_digits(body, self.decimal)


@dataclass(frozen=True, slots=True)
class Truths:
    """Two words for true and false, in capital letters or not."""

    words: tuple[str, str] = TRUE_FALSE

    @property
    def type(self) -> pa.DataType:
        return pa.bool_()

    def read(self, texts: pa.StringArray) -> pa.Array:
        lower = pc.utf8_lower(texts)
        is_truth = pc.is_in(lower, pa.array(self.words))
        return pc.if_else(is_truth, pc.equal(lower, self.words[0]), pa.scalar(None, pa.bool_()))


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates, or moments in UTC where the texts name a zone."""

    reader: MomentReader
    is_date: bool

    @property
    def type(self) -> pa.DataType:
        return pa.date32() if self.is_date else pa.timestamp("us")

    def read(self, texts: pa.StringArray) -> pa.Array:
        return self.values(self.reader.read(texts))

    def values(self, read: Read) -> pa.Array:
        """What was read, in UTC."""
        if self.is_date:
            return pa.array((read.micros // DAY).astype(np.int32), pa.date32(), mask=~read.fits)
        return pa.array(read.micros - read.offsets * _MINUTE, pa.timestamp("us"), mask=~read.fits)


@dataclass(frozen=True, slots=True)
class Times:
    """Times of day as seconds since midnight."""

    reader: MomentReader
    is_whole: bool

    @property
    def type(self) -> pa.DataType:
        return pa.int64() if self.is_whole else pa.float64()

    def read(self, texts: pa.StringArray) -> pa.Array:
        return self.values(self.reader.read(texts))

    def values(self, read: Read) -> pa.Array:
        """What was read, in seconds."""
        if self.is_whole:
            return pa.array(read.micros // 1_000_000, pa.int64(), mask=~read.fits)
        return pa.array(read.micros / 1e6, pa.float64(), mask=~read.fits)
