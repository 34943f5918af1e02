"""The types of the source and those of the engine, in both directions. A field's metadata says how it was written."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generation.engine.tables.spellings.layouts import layout
from generation.engine.tables.spellings.moments import MomentReader
from generation.engine.tables.spellings.readers import Moments
from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.writing import spelled_moments

SPELLING = b"spelling"
_DECIMAL = re.compile(r"decimal(32|64|128|256)\((\d+), (-?\d+)\)")
_ZONED = re.compile(r"timestamp\[(s|ms|us|ns), tz=([A-Za-z0-9_+:/ -]+)\]")
_DICTIONARY = re.compile(r"dictionary<values=(\w+), indices=(\w+), ordered=([01])>")
_DECIMALS = {"32": pa.decimal32, "64": pa.decimal64, "128": pa.decimal128, "256": pa.decimal256}
_MICROS_PER_SECOND = 1_000_000
_MINUTE = 60 * _MICROS_PER_SECOND


def logical_type(words: str) -> pa.DataType:
    """The type that Arrow spells so; ValueError for one that no column here can have."""
    if found := _DECIMAL.fullmatch(words):
        return _DECIMALS[found[1]](int(found[2]), int(found[3]))
    if found := _ZONED.fullmatch(words):
        return pa.timestamp(found[1], found[2])
    if found := _DICTIONARY.fullmatch(words):
        return pa.dictionary(pa.type_for_alias(found[2]), pa.type_for_alias(found[1]), found[3] == "1")
    return pa.type_for_alias(words)


def spelled_field(label: str, kind: pa.DataType, spelling: Spelling | None) -> pa.Field:
    """A field of the artefact: of the source's type where values of `kind` can have it, with its spelling."""
    if spelling is None or not _agrees(kind, spelling):
        return pa.field(label, kind)
    return pa.field(label, _wanted(kind, spelling.type), metadata=_metadata(spelling))


def _wanted(kind: pa.DataType, words: str) -> pa.DataType:
    """The source's type, or `kind` where that is no type a column can be given."""
    try:
        found = logical_type(words) if words else kind
    except ValueError:
        return kind
    return kind if pa.types.is_null(found) else found


def _metadata(spelling: Spelling) -> dict[bytes, bytes]:
    return {SPELLING: json.dumps(spelling.as_json(), ensure_ascii=False, sort_keys=True).encode()}


def spelling_of(field: pa.Field) -> Spelling | None:
    """How a field of an artefact was written in the source; None where that is not known."""
    kept = (field.metadata or {}).get(SPELLING)
    return Spelling.from_json(json.loads(kept)) if kept else None


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _agrees(kind: pa.DataType, spelling: Spelling) -> bool:
    match spelling.written:
        case Written.NUMBER | Written.TIME:
            return _is_number(kind)
        case Written.DATE | Written.MOMENT:
            return bool(pa.types.is_temporal(kind))
        case Written.BOOLEAN:
            return bool(pa.types.is_boolean(kind))
        case _:
            return bool(pa.types.is_string(kind))


def plain_fields(artefact: BinaryIO) -> frozenset[int]:
    """The places of the columns of an artefact that say nothing of how the source wrote them."""
    return frozenset(at for at, field in enumerate(pq.read_schema(artefact)) if spelling_of(field) is None)


def to_logical(values: pa.Array, field: pa.Field) -> pa.Array:
    """Values of the engine as those of the source's type: rounded to its places, in its zone, of its day."""
    spelling = spelling_of(field)
    if spelling is None:
        return values.cast(field.type)
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    match spelling.written:
        case Written.NUMBER:
            return _number(values, field.type, spelling)
        case Written.TIME:
            return _time(values, field.type, spelling)
        case Written.DATE | Written.MOMENT if pa.types.is_string(field.type):
            return spelled_moments(values, spelling)
        case Written.DATE | Written.MOMENT:
            return _moment(values, field.type, spelling)
        case _:
            return _text(values, field.type)


def _number(values: pa.Array, wanted: pa.DataType, spelling: Spelling) -> pa.Array:
    if pa.types.is_integer(wanted):
        if pa.types.is_floating(values.type):
            values = pc.round(values, round_mode="half_to_even")
        return _within(values, wanted).cast(wanted, safe=False)
    if pa.types.is_decimal(wanted):
        scaled = pc.round(values.cast(pa.float64()), wanted.scale)
        most = 10.0 ** (wanted.precision - wanted.scale) - 10.0**-wanted.scale
        return pc.max_element_wise(pc.min_element_wise(scaled, most, skip_nulls=False), -most, skip_nulls=False).cast(
            wanted, safe=False
        )
    return _exact(values.cast(pa.float64()), spelling).cast(wanted, safe=False)


def _exact(numbers: pa.DoubleArray, spelling: Spelling) -> pa.DoubleArray:
    """Rounded to as many digits as the source has."""
    if spelling.places is None:
        return numbers
    if not spelling.exponent:
        return pc.round(numbers, spelling.places)
    rounded = (number if number is None else float(f"{number:.{spelling.places}e}") for number in numbers.to_pylist())
    return pa.array(list(rounded), pa.float64())


def _within(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    limits = np.iinfo(str(wanted))
    if wanted.bit_width == 64:
        return values
    low, high = pa.scalar(limits.min).cast(values.type), pa.scalar(limits.max).cast(values.type)
    return pc.max_element_wise(pc.min_element_wise(values, high, skip_nulls=False), low, skip_nulls=False)


def _time(values: pa.Array, wanted: pa.DataType, spelling: Spelling) -> pa.Array:
    micros = pc.round(pc.multiply(values.cast(pa.float64()), float(_MICROS_PER_SECOND)))
    last = 86_400 * _MICROS_PER_SECOND - 1
    micros = pc.max_element_wise(
        pc.min_element_wise(micros, float(last), skip_nulls=False), 0.0, skip_nulls=False
    ).cast(pa.int64())
    if pa.types.is_string(wanted):
        return spelled_moments(micros.cast(pa.timestamp("us")), spelling)
    return micros.cast(pa.time64("us")).cast(wanted, safe=False)


def _moment(values: pa.Array, wanted: pa.DataType, spelling: Spelling) -> pa.Array:
    if spelling.layout and not layout(spelling.layout).has_day:
        values = pc.floor_temporal(values, unit="month")
    if pa.types.is_timestamp(wanted) and wanted.tz:
        return values.cast(pa.timestamp("us"), safe=False).cast(pa.timestamp("us", "UTC")).cast(wanted, safe=False)
    return values.cast(wanted, safe=False)


def _text(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(wanted):
        return values.dictionary_encode().cast(pa.dictionary(pa.int32(), values.type)).cast(wanted)
    if pa.types.is_integer(wanted):
        # Digits that a double does not hold went as text; invented ones of the same length may be beyond 64 bits.
        limits = np.iinfo(str(wanted))
        numbers = (None if text is None else min(max(int(text), limits.min), limits.max) for text in values.to_pylist())
        return pa.array(list(numbers), wanted)
    return values.cast(wanted)


def to_engine(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    """A column of an artefact as the engine reads it: see `load_table`."""
    return pa.chunked_array(
        [_to_engine(chunk, field) for chunk in column.chunks] or [_to_engine(pa.array([], column.type), field)]
    )


def _to_engine(values: pa.Array, field: pa.Field) -> pa.Array:
    kind, spelling = values.type, spelling_of(field)
    if spelling and spelling.is_drawn:
        return middles(values, spelling)
    if pa.types.is_dictionary(kind):
        return values.dictionary_decode()
    if pa.types.is_decimal(kind):
        return values.cast(pa.float64())
    if pa.types.is_time(kind):
        micros = values.cast(pa.time64("us"), safe=False).cast(pa.int64())
        is_whole = "S" not in (spelling or Spelling()).layout
        seconds = pc.divide(micros.cast(pa.float64()), float(_MICROS_PER_SECOND))
        return seconds.cast(pa.int64()) if is_whole else seconds
    if pa.types.is_timestamp(kind) and kind.tz:
        return values.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.timestamp(kind.unit))
    if spelling and pa.types.is_string(kind) and spelling.written in {Written.DATE, Written.MOMENT}:
        reader = MomentReader((), (), dt.datetime.now(dt.UTC).year, spelling.layout)
        return Moments(reader, spelling.written is Written.DATE).read(values)
    return values


def middles(values: pa.Array, spelling: Spelling) -> pa.Array:
    """The middles of the bins that values lie in, as minimised records have them."""
    numbers = values.cast(pa.float64())
    found = pc.add(pc.multiply(pc.floor(pc.divide(numbers, spelling.step)), spelling.step), spelling.middle)
    return found.cast(pa.int64()) if is_whole(spelling) else found


def is_whole(spelling: Spelling) -> bool:
    """Whether the column holds whole numbers, in bins of whole width if it has bins."""
    return spelling.type.startswith(("int", "uint")) and spelling.step.is_integer()


def dialect_of(schema: pa.Schema) -> Mapping[str, Any]:
    """How the source's file was written: {} where that is not known."""
    kept = (schema.metadata or {}).get(b"dialect")
    found: Mapping[str, Any] = json.loads(kept) if kept else {}
    return found
