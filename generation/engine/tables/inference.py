"""Which type fits every value of a text column: candidates are tried batch by batch until only true ones are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
FLOAT = r"^-?((0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]+)?|inf|Inf|infinity|Infinity)$"
# More digits than a double keeps: an identifier, not a measurement.
LONG_DIGITS = r"^-?[0-9]{19,}$"
DECIMAL_COMMA = r"^-?(0|[1-9][0-9]*),[0-9]+$"
BOOLEAN = r"(?i)^(true|false)$"
ISO_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
ISO_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0{0,3})?)?"
ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
TIME = r"( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)"
YEAR, ONE_OR_TWO = "([0-9]{4})", "([0-9]{1,2})"
# name: how it is written, and its parts in ISO order.
DATE_ORDERS = {
    "year first": (f"{YEAR}/{ONE_OR_TWO}/{ONE_OR_TWO}", r"\1-\2-\3"),
    "dotted": (rf"{ONE_OR_TWO}\.{ONE_OR_TWO}\.{YEAR}", r"\3-\2-\1"),
    "day first": (f"{ONE_OR_TWO}[/-]{ONE_OR_TWO}[/-]{YEAR}", r"\3-\2-\1"),
    "month first": (f"{ONE_OR_TWO}[/-]{ONE_OR_TWO}[/-]{YEAR}", r"\3-\1-\2"),
}
ANY_DATE = f"^({ISO_DATE}|{'|'.join(written for written, _ in DATE_ORDERS.values())})([T ].*)?$"

Convert = Callable[[pa.Array], pa.Array | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A type a column may have. `convert` gives the typed values, or None when one of the texts is not of the type.

    Whatever fits the candidate named by `includes` fits this one too, and need not be tried.
    """

    name: str
    kind: Literal["number", "boolean", "moment"]
    type: pa.DataType
    convert: Convert
    includes: str = ""


def _has_shape(pattern: str, texts: pa.Array) -> bool:
    return pc.all(pc.match_substring_regex(texts, pattern)).as_py() is not False


def _cast(texts: pa.Array, wanted: pa.DataType) -> pa.Array | None:
    # Arrow's message quotes the value, so it ends here.
    try:
        return texts.cast(wanted)
    except pa.ArrowInvalid:
        return None


def _shaped(pattern: str, wanted: pa.DataType, texts: pa.Array) -> pa.Array | None:
    return _cast(texts, wanted) if _has_shape(pattern, texts) else None


def _floats(texts: pa.Array) -> pa.Array | None:
    is_identifier = pc.any(pc.match_substring_regex(texts, LONG_DIGITS)).as_py()
    return None if is_identifier else _shaped(FLOAT, pa.float64(), texts)


def _comma_floats(texts: pa.Array) -> pa.Array | None:
    if not _has_shape(f"{DECIMAL_COMMA}|{INTEGER}", texts):
        return None
    return _cast(pc.replace_substring(texts, ",", "."), pa.float64())


def _timestamps(texts: pa.Array) -> pa.Array | None:
    if not _has_shape(f"^{ISO_DATE}({ISO_TIME})?$", texts):
        return None
    return _cast(_to_microseconds(texts), pa.timestamp("us"))


def _zoned_timestamps(texts: pa.Array) -> pa.Array | None:
    """Naive timestamps in UTC."""
    if not _has_shape(f"^{ISO_DATE}{ISO_TIME}{ZONE}$", texts):
        return None
    zoned = _cast(_to_microseconds(texts), pa.timestamp("us", "UTC"))
    return None if zoned is None else zoned.cast(pa.timestamp("us"))


def _to_microseconds(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, r"(\.[0-9]{6})0*", r"\1")


def _ordered_moments(written: str, to_iso: str, time: str, wanted: pa.DataType, texts: pa.Array) -> pa.Array | None:
    pattern = f"^{written}({time})$"
    if not _has_shape(pattern, texts):
        return None
    padded = pc.replace_substring_regex(texts, r"\b([0-9])\b", r"0\1")
    return _cast(pc.replace_substring_regex(padded, pattern, to_iso + r"\4"), wanted)


def _ordered_candidates(name: str, written: str, to_iso: str) -> list[Candidate]:
    days = partial(_ordered_moments, written, to_iso, "", pa.date32())
    times = partial(_ordered_moments, written, to_iso, f"{TIME}?", pa.timestamp("us"))
    return [
        Candidate(f"{name} date", "moment", pa.date32(), days),
        Candidate(f"{name} time", "moment", pa.timestamp("us"), times, includes=f"{name} date"),
    ]


# In order of preference: the first one that fits every value is the column's type.
CANDIDATES = (
    Candidate("integer", "number", pa.int64(), partial(_shaped, INTEGER, pa.int64())),
    Candidate("float", "number", pa.float64(), _floats, includes="integer"),
    Candidate("boolean", "boolean", pa.bool_(), partial(_shaped, BOOLEAN, pa.bool_())),
    Candidate("date", "moment", pa.date32(), partial(_shaped, f"^{ISO_DATE}$", pa.date32())),
    Candidate("timestamp", "moment", pa.timestamp("us"), _timestamps, includes="date"),
    Candidate("zoned timestamp", "moment", pa.timestamp("us"), _zoned_timestamps),
    *(candidate for name, order in DATE_ORDERS.items() for candidate in _ordered_candidates(name, *order)),
)
# Only where the semicolon separates cells is a comma surely a decimal one; elsewhere 1,234 may be a thousand.
DECIMAL_COMMA_FLOAT = Candidate("decimal comma", "number", pa.float64(), _comma_floats, includes="integer")


def typed(texts: pa.Array, candidate: Candidate) -> pa.Array | None:
    """The texts as the candidate's type, or None where one does not fit.

    Outer spaces are ignored, and "?" is a missing value: only in a column of numbers, booleans or dates can it be
    nothing else.
    """
    return candidate.convert(_bare(texts))


def _bare(texts: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, "?"), pa.scalar(None, pa.string()), trimmed)


@dataclass(slots=True)
class Guess:
    """What a text column may still be, after the batches it has seen."""

    candidates: list[Candidate] = field(default_factory=lambda: list(CANDIDATES))
    resembles_dates: bool = True
    has_values: bool = False

    def see(self, texts: pa.Array) -> None:
        if not (self.candidates or self.resembles_dates) or texts.null_count == len(texts):
            return
        bare = _bare(texts)
        self.has_values = self.has_values or bare.null_count < len(bare)
        self.candidates = _fitting(self.candidates, bare)
        self.resembles_dates = self.resembles_dates and _has_shape(ANY_DATE, bare)

    def settle(self, is_explicit_text: bool) -> tuple[Candidate | None, str]:
        """The type (None: text) and what has to be said about it; the note is a predicate without its subject."""
        fitting = [one for one in self.candidates if one.kind == "moment" or not is_explicit_text]
        names = {one.name for one in fitting}
        if not self.has_values:
            return None, ""
        if {"day first time", "month first time"} <= names:
            return None, (
                "holds dates whose day and month cannot be told apart, so it stays text; write them as YYYY-MM-DD"
            )
        if not fitting and self.resembles_dates:
            return None, (
                "holds dates in more than one format, or impossible ones, so it stays text; "
                "write them all as YYYY-MM-DD"
            )
        return (fitting[0], _remark(fitting[0])) if fitting else (None, "")


def _fitting(candidates: list[Candidate], bare: pa.Array) -> list[Candidate]:
    names: set[str] = set()
    fitting = []
    for candidate in candidates:
        if candidate.includes in names or candidate.convert(bare) is not None:
            names.add(candidate.name)
            fitting.append(candidate)
    return fitting


def _remark(candidate: Candidate) -> str:
    if candidate.name == "zoned timestamp":
        return "holds times with a time zone; they are kept in UTC"
    return "holds numbers with a decimal comma" if candidate.name == "decimal comma" else ""
