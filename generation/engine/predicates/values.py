"""The cells of a table as numbers and as texts, read once each, from a DataFrame or from Arrow. Needs no pandas.

Texts are canonical: 1, 1.0 and "1" are one category, and so are true, True and 1 in a boolean column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generation.engine.predicates.predicate import bounds_of
from generation.engine.schema import Schema, Sdtype

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TRUTH = {"true": "True", "1": "True", "yes": "True", "false": "False", "0": "False", "no": "False"}


@dataclass(frozen=True, slots=True)
class Texts:
    """`codes` into `categories`; -1 where missing."""

    codes: Codes
    categories: tuple[str, ...]

    def code_of(self, text: str) -> int:
        """The code of a category, or -2 when there is none."""
        return self.categories.index(text) if text in self.categories else -2


@dataclass(frozen=True)
class Values:
    """The columns of a table that are asked for, each read once."""

    schema: Schema
    rows: int
    _read: Callable[[str], pa.Array]
    _known: dict[tuple[str, str], object] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The columns there are."""
        return frozenset(spec.name for spec in self.schema)

    def sdtype(self, name: str) -> Sdtype:
        return next(spec.sdtype for spec in self.schema if spec.name == name)

    def numbers(self, name: str) -> Floats:
        """Numbers, or seconds since 1970 for dates; NaN where missing or not to be read as such."""
        found = self._once("numbers", name, lambda: _numbers(self._array(name), self.sdtype(name)))
        assert isinstance(found, np.ndarray)  # noqa: S101  what was put there a line above
        return found

    def texts(self, name: str) -> Texts:
        """Canonical texts."""
        found = self._once("texts", name, lambda: _texts(self._array(name), self.sdtype(name)))
        assert isinstance(found, Texts)  # noqa: S101  what was put there a line above
        return found

    def missing(self, name: str) -> Flags:
        """Where nothing stands."""
        return np.asarray(pc.is_null(self._array(name), nan_is_null=True).to_numpy(zero_copy_only=False))

    def _array(self, name: str) -> pa.Array:
        return self._once("array", name, lambda: self._read(name))

    def _once(self, kind: str, name: str, make: Callable[[], object]) -> object:
        if (kind, name) not in self._known:
            self._known[kind, name] = make()
        return self._known[kind, name]


def of_frame(frame: pd.DataFrame, schema: Schema) -> Values:
    """The values of a DataFrame; columns of the schema that it lacks are left out."""
    kept = tuple(spec for spec in schema if spec.name in frame.columns)
    return Values(kept, len(frame), lambda name: _from_pandas(frame[name]))


def of_parquet(source: BinaryIO, schema: Schema, columns: Sequence[str]) -> Values:
    """Some columns of a sealed table; the rest is not read."""
    with pq.ParquetFile(source) as file:
        table = file.read(list(columns), use_threads=False)
        rows = file.metadata.num_rows
    kept = tuple(spec for spec in schema if spec.name in columns)
    return Values(kept, rows, lambda name: table.column(name).combine_chunks())


def _from_pandas(series: pd.Series) -> pa.Array:
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # several types in one column: as texts
        return pa.array([None if value is None or value != value else str(value) for value in series], pa.string())


def _numbers(array: pa.Array, sdtype: Sdtype) -> Floats:
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _seconds(array)
    if pa.types.is_boolean(kind):
        array = array.cast(pa.uint8())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return _read_numbers(_texts(array, Sdtype.CATEGORICAL), sdtype)
    numbers = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _seconds(array: pa.Array) -> Floats:
    micros = array.cast(pa.timestamp("us", tz=getattr(array.type, "tz", None)), safe=False).cast(pa.int64())
    present = ~pc.is_null(micros).to_numpy(zero_copy_only=False)
    whole = pc.fill_null(micros, 0).to_numpy(zero_copy_only=False).astype(np.float64) / 1e6
    return np.where(present, whole, np.nan)


def _read_numbers(texts: Texts, sdtype: Sdtype) -> Floats:
    read = np.full(len(texts.categories) + 1, np.nan)
    for code, text in enumerate(texts.categories):
        try:
            read[code] = bounds_of(text, sdtype if sdtype is Sdtype.DATETIME else Sdtype.NUMERICAL)[0]
        except ValueError:
            continue
    return np.asarray(read[texts.codes])


def _texts(array: pa.Array, sdtype: Sdtype) -> Texts:
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    raw = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    distinct = [_text(value, sdtype) for value in coded.dictionary.to_pylist()]
    categories = tuple(dict.fromkeys(distinct))
    place = {text: code for code, text in enumerate(categories)}
    codes = np.array([*(place[text] for text in distinct), -1], dtype=np.int64)
    return Texts(codes[raw], categories)


def _text(value: object, sdtype: Sdtype) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        value = str(int(value)) if float(value).is_integer() else repr(float(value))
    text = str(value)
    return _TRUTH.get(text.lower(), text) if sdtype is Sdtype.BOOLEAN else text
