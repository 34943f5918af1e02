"""Identifier columns: numbered anew, never modelled, never equal to a source identifier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LETTERS_THEN_DIGITS = re.compile(r"(\D*)(\d+)")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """How new identifiers look: `prefix` and a number from `start` on, or a UUID.

    `start` has one digit more than the longest source number, so no new identifier equals a source one; only the
    number of digits is told. The prefix is kept only when every source identifier shares it.
    """

    name: str
    prefix: str
    start: int
    style: str
    dtype: Any

    def values(self, rows: int, first_row: int, rng: np.random.Generator) -> pd.Series:
        """Identifiers of the records `first_row` to `first_row + rows - 1`; distinct across shards."""
        if self.style == "uuid":
            return pd.Series([str(UUID(bytes=rng.bytes(16), version=4)) for _ in range(rows)], dtype=object)
        numbers = pd.Series(np.arange(rows, dtype=np.int64) + (self.start + first_row))
        if self.style == "number":
            return numbers.astype(self.dtype)
        return (self.prefix + numbers.astype(str)).astype(object)


def identifiers_of(column: pd.Series) -> Identifiers:
    """Learn the shape of an identifier column, and nothing else of it."""
    name = str(column.name)
    present = column.dropna()
    if pd.api.types.is_numeric_dtype(column.dtype):
        largest = float(present.abs().max()) if len(present) else 0.0
        start = min(10 ** len(str(int(largest))), 10**18)
        wide = "Int64" if str(column.dtype)[0].isupper() else "int64"
        return Identifiers(name, "", start, "number", wide)
    texts = present.astype(str)
    if len(texts) and texts.str.fullmatch(_UUID).all():
        return Identifiers(name, "", 0, "uuid", object)
    return _text_identifiers(name, texts)


def _text_identifiers(name: str, texts: pd.Series) -> Identifiers:
    matches = [match for match in map(_LETTERS_THEN_DIGITS.fullmatch, texts) if match]
    prefixes = {match.group(1) for match in matches}
    shared = len(matches) == len(texts) > 1 and len(prefixes) == 1
    longest = max((len(match.group(2)) if shared else len(match.string) for match in matches), default=5)
    return Identifiers(name, prefixes.pop() if shared else "", 10 ** min(longest, 17), "text", object)
