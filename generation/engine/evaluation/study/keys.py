"""Whole-number keys for combinations of columns, so that equal records have equal keys."""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable

Keys = npt.NDArray[np.int64]
# Below this, a key may index an array of counters directly.
DENSE = 1 << 20


def combine(parts: Sequence[npt.NDArray[np.integer]]) -> tuple[Keys, int]:
    """(keys, size): one key in [0, size) per position, equal exactly where all parts are equal.

    Parts are codes >= -1. Keys are renumbered as soon as they grow, so that they never overflow.
    """
    keys, size = np.zeros(len(parts[0]), dtype=np.int64), 1
    for part in parts:
        codes = part.astype(np.int64) + 1
        width = int(codes.max(initial=0)) + 1
        keys, size = keys * width + codes, size * width
        if size > DENSE:
            renumbered, distinct = pd.factorize(keys)
            keys, size = renumbered.astype(np.int64), len(distinct)
    return keys, size


def people_by_key(keys: Keys, size: int, table: EncodedTable) -> npt.NDArray[np.int64]:
    """Per key in [0, size) how many people of the table have it, where each row of the table has the key beside it."""
    if table.persons is None:
        return np.bincount(keys, minlength=size)
    found: npt.NDArray[np.int64] = _people_by_key(keys, size, table.whose, np.argsort(table.whose, kind="stable"))
    return found


@numba.njit(cache=True)
def _people_by_key(keys, size, whose, order):  # type: ignore[no-untyped-def]
    last, found = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    for row in order:
        if last[keys[row]] != whose[row]:
            last[keys[row]] = whose[row]
            found[keys[row]] += 1
    return found


def record_keys(tables: Sequence[EncodedTable], columns: Sequence[EncodedColumn]) -> tuple[list[Keys], int]:
    """One array of keys per table over the given columns, numbered alike, and how many keys there may be."""
    parts = [np.concatenate([table.codes(column) for table in tables]) for column in columns]
    keys, size = combine(parts)
    return np.split(keys, np.cumsum([len(table) for table in tables])[:-1]), size
