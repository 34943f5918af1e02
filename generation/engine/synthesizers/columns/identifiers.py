"""Identifier columns: never modelled. New values of the same form are drawn, whatever the source holds.

They are drawn independently of the source's values, so one of them may be a source's value by chance, as often as the
room of the form says: a promise that none ever is would tell who is absent.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from generation.engine.pii.codes import CodeForm, digits_of, form_of_codes, form_of_numbers
from generation.engine.synthesizers.columns.permutation import Numbers, mixed, permuted

# The form has room for so many times the source's values, and for so many times those that are made of it.
ROOM_FOR_SOURCE = 10
ROOM_FOR_MADE = 4
# What a 64-bit whole number holds whatever its digits.
MOST_DIGITS = 18
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNKNOWN = CodeForm(digits_of(6), 0.0)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """How new identifiers look: values of `form`, or UUIDs (form None); `key` decides which, with the record's number.

    It holds signs that all source values share and how many signs follow, and nothing that one of them has alone.
    """

    name: str
    form: CodeForm | None
    key: int
    dtype: Any
    is_upper: bool = False

    def values(self, rows: int, first_row: int) -> pd.Series:
        """Identifiers of the records `first_row` to `first_row + rows - 1`; distinct, across shards too.

        They have one form until a quarter of its values are made; the next ones have one digit more.
        """
        records = np.arange(first_row, first_row + rows, dtype=np.uint64)
        if self.form is None:
            return pd.Series([self._uuid(int(record)) for record in records], dtype=object)
        made = pd.Series(self._codes(self.form, records), dtype=object)
        return made if self.dtype is object else made.astype("int64").astype(self.dtype)

    def _codes(self, form: CodeForm, records: Numbers) -> np.ndarray:
        made = np.empty(len(records), dtype=object)
        start, left = 0, records >= 0
        while left.any():
            room = max(1, form.room // ROOM_FOR_MADE)
            inside = left & (records < np.uint64(start + room))
            made[inside] = self._written(form, records[inside] - np.uint64(start))
            left &= ~inside
            start, form = start + room, form.widened()
        return made

    def _written(self, form: CodeForm, places: Numbers) -> np.ndarray:
        key = self.key + len(form.places)
        return form.written(permuted(places, form.room, key), mixed(places, ~key)).astype(object)

    def _uuid(self, record: int) -> str:
        digest = hashlib.blake2b(f"{self.key}:{record}".encode(), digest_size=16).digest()
        made = str(UUID(bytes=digest, version=4))
        return made.upper() if self.is_upper else made


def identifiers_of(column: pd.Series, seed: int = 0, least: int = 1) -> Identifiers | None:
    """Learn the form of an identifier column, and nothing else of it; `seed` decides what is drawn.

    None when fewer than `least` records share a form.
    """
    present, name = column.dropna(), str(column.name)
    if pd.api.types.is_numeric_dtype(column.dtype):
        form = form_of_numbers([int(number) for number in present.to_numpy()])
        return of_numbers(name, form.holding(ROOM_FOR_SOURCE * present.nunique()), column.dtype, seed)
    texts = present.astype(str)
    if len(texts) and texts.str.fullmatch(_UUID).all():
        return Identifiers(name, None, key_of(name, seed), object, bool((texts == texts.str.upper()).all()))
    found = form_of_codes(texts.tolist(), least)
    if found is None:
        return None
    return Identifiers(name, found.holding(ROOM_FOR_SOURCE * texts.nunique()), key_of(name, seed), object)


def of_numbers(name: str, form: CodeForm, dtype: Any, seed: int) -> Identifiers:
    """Whole numbers of a form, in a type that holds them: pandas' own where the source has it, numpy's otherwise."""
    wide = "Int64" if str(dtype)[0].isupper() else "int64"
    return Identifiers(name, form if len(form.places) <= MOST_DIGITS else _LONGEST, key_of(name, seed), wide)


def of_persons(column: pd.Series, seed: int) -> Identifiers:
    """Identifiers for a column that must be there, since records hang together by it: plain digits without a form."""
    return identifiers_of(column, seed) or Identifiers(
        str(column.name), _UNKNOWN, key_of(str(column.name), seed), object
    )


def key_of(name: str, seed: int) -> int:
    """What decides the order in which a column's values are drawn."""
    return int.from_bytes(hashlib.blake2b(f"identifiers:{seed}:{name}".encode(), digest_size=7).digest(), "big")


_LONGEST = CodeForm(digits_of(MOST_DIGITS), 0.0, is_tight=True)
