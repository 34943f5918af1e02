"""Values as the texts of a CSV: each column as its source writes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.layouts import Ints, layout
from generation.engine.tables.spellings.spelling import Spelling, Written

_MICROS_PER_MINUTE = 60_000_000
# Where the digits stand in what a number below nought is written in.
DIGITS = "#"


def spelled_numbers(values: pa.Array, spelling: Spelling) -> pa.StringArray:
    """Numbers with the marks, places, prefix and suffix of the source."""
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    return _mapped(values, lambda number: _number(number, spelling))


def _number(number: float, spelling: Spelling) -> str:
    digits = _digits(abs(number), spelling)
    if spelling.is_in_lakhs:
        whole, point, fraction = digits.partition(".")
        digits = _in_lakhs(whole.replace(",", "")) + point + fraction
    marked = digits.replace(",", "\0").replace(".", spelling.decimal).replace("\0", spelling.thousands)
    if number < 0 and spelling.negative:
        return spelling.negative.replace(DIGITS, marked)
    return f"{'-' if number < 0 else ''}{spelling.prefix}{marked}{spelling.suffix}"


def _digits(number: float, spelling: Spelling) -> str:
    """A number that is not below nought, with a point for decimals and commas for thousands."""
    grouping = "," if spelling.thousands else ""
    if spelling.exponent:
        is_always = spelling.is_fixed and spelling.places is not None
        digits = f"{number:.{spelling.places}e}" if is_always else _trimmed(repr(float(number)), spelling.fewest)
        return digits.replace("e", spelling.exponent)
    if isinstance(number, int) or (spelling.places == 0 and float(number).is_integer()):
        return f"{int(number):{grouping}d}"
    if spelling.places is None:
        return _trimmed(f"{number:{grouping}}" if grouping else repr(number), spelling.fewest)
    fewest = spelling.places if spelling.is_fixed else spelling.fewest
    return _trimmed(f"{number:{grouping}.{spelling.places}f}", fewest)


def _in_lakhs(digits: str) -> str:
    """12,34,567: the last three digits, and pairs before them."""
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def _trimmed(digits: str, fewest: int) -> str:
    """Without the noughts at the end of its fraction, but for so many digits of it."""
    whole, _, fraction = digits.partition(".")
    if "e" in digits:
        return digits
    kept = fraction.rstrip("0").ljust(fewest, "0")
    return f"{whole}.{kept}" if kept else whole


def spelled_moments(values: pa.Array, spelling: Spelling) -> pa.StringArray:
    """Dates, moments (in UTC) or times of day (as moments of 1970-01-01) in the source's layout and offset."""
    moments = values.cast(pa.timestamp("us", getattr(values.type, "tz", None)), safe=False)
    offset = spelling.offset or 0

    def texts(micros: Ints) -> list[str]:
        return layout(spelling.layout).write(
            micros + offset * _MICROS_PER_MINUTE, spelling.language, offset, spelling.letters
        )

    counted = np.asarray(pc.fill_null(moments.cast(pa.int64()), 0))
    distinct, codes = np.unique(counted, return_inverse=True)
    written = pa.array(texts(distinct), pa.string()).take(pa.array(codes))
    return pc.if_else(pc.is_valid(moments), written, pa.scalar(None, pa.string()))


def spelled_truths(values: pa.BooleanArray, spelling: Spelling) -> pa.StringArray:
    """true and false in the source's words."""
    truth, lie = spelling.words or ("true", "false")
    return pc.if_else(values, truth, lie)


def spelled(values: pa.Array, spelling: Spelling) -> pa.StringArray:
    """The cells of a column as its source writes them; null where a value is missing."""
    if pa.types.is_string(values.type):
        return values
    if spelling.layout and (pa.types.is_temporal(values.type)):
        if pa.types.is_time(values.type):
            values = values.cast(pa.time64("us"), safe=False).cast(pa.int64()).cast(pa.timestamp("us"))
        return spelled_moments(values, spelling)
    if pa.types.is_boolean(values.type):
        return spelled_truths(values, spelling)
    if spelling.written is Written.NUMBER:
        return spelled_numbers(values, spelling)
    return values.cast(pa.string())


def spelled_cell(value: object, spelling: Spelling) -> object:
    """One value as its source writes it, for a person to read: 1.80 and not 1.8. What is no such value stays itself.

    Dates and moments come as ISO 8601 texts or as Python has them.
    """
    if isinstance(value, bool):
        return (spelling.words or ("true", "false"))[not value]
    if isinstance(value, int | float) and spelling.written is Written.NUMBER and np.isfinite(value):
        return _number(value, spelling)
    if spelling.layout and spelling.written in {Written.DATE, Written.MOMENT}:
        return _spelled_moment(value, spelling) or value
    return value


def _spelled_moment(value: object, spelling: Spelling) -> str | None:
    try:
        moment = np.datetime64(str(value).removesuffix("Z"), "us")
    except ValueError:
        return None
    offset = spelling.offset or 0
    micros = np.array([moment.astype(np.int64) + offset * _MICROS_PER_MINUTE])
    return layout(spelling.layout).write(micros, spelling.language, offset, spelling.letters)[0]


def _mapped(values: pa.Array, text: Callable[[float], str]) -> pa.StringArray:
    coded = values.dictionary_encode()
    texts = [None if value is None else text(value) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)
