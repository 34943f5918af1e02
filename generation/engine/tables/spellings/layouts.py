"""Layouts of dates and times in LDML's pattern letters ("dd.MM.yyyy HH:mm"): texts read by one, and written by it.

Source: Unicode Technical Standard 35, part 4 (Dates), Date Format Patterns. Of its letters: y M d H h m s S a X x; a
single X is read as any offset and written as XXX. A zone's usual abbreviation in apostrophes ('CET') says the offset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.months import LANGUAGES, names_in, numbers_of
from generation.engine.tables.spellings.zones import offset_of

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DAY = 86_400_000_000
# So many S or more stand for a fraction of any length.
ANY_FRACTION = 7
# A two-digit year is the one that is at most this many years ahead of the day on which the table is read.
YEARS_AHEAD = 10
_TOKEN = re.compile(r"y+|M+|d+|H+|h+|m+|s+|S+|a+|X+|x+|'[^']*'|[^A-Za-z']")
# What each token looks like in a text, and the part of the moment it gives.
_PARTS: dict[str, tuple[str, str]] = {
    "yyyy": ("year", "[0-9]{4}"),
    "yy": ("short_year", "[0-9]{2}"),
    "MMMM": ("month_name", "[^0-9 .,/-]{3,12}"),
    "MMM": ("month_name", "[^0-9 .,/-]{3,5}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "dd": ("day", "[0-9]{2}"),
    "d": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "hh": ("half_hour", "[0-9]{2}"),
    "h": ("half_hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
    "a": ("half", "[AaPp][.]?[Mm][.]?"),
    "X": ("zone", "Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}"),
    "XX": ("zone", "Z|[+-][0-9]{4}"),
    "XXX": ("zone", "Z|[+-][0-9]{2}:[0-9]{2}"),
    "x": ("zone", "[+-][0-9]{2}"),
    "xx": ("zone", "[+-][0-9]{4}"),
    "xxx": ("zone", "[+-][0-9]{2}:[0-9]{2}"),
}
_BOUNDS = {"month": (1, 12), "hour": (0, 23), "half_hour": (1, 12), "minute": (0, 59), "second": (0, 59)}


@dataclass(frozen=True, slots=True)
class Read:
    """Microseconds since 1970 as they are written, the offset from UTC in minutes, and which texts fit."""

    micros: Ints
    offsets: Ints
    fits: Flags


class Layout:
    """A pattern, compiled. ValueError for a pattern with letters it does not know, or without a year, month or hour."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.tokens = _TOKEN.findall(pattern)
        if "".join(self.tokens) != pattern or not pattern:
            raise ValueError("unknown letters")
        self._parts = [part for token in self.tokens if (part := _part(token))]
        self.names = frozenset(name for name, _ in self._parts)
        if len(self.names) < len(self._parts) or not (self.has_date or self.has_time):
            raise ValueError("a part twice, or neither a date nor a time")
        self.offset = next((found for token in self.tokens if (found := offset_of(token)) is not None), None)
        self.expression = "^" + "".join(map(_expression, self.tokens)) + "$"

    @property
    def has_date(self) -> bool:
        return bool(self.names & {"year", "short_year"} and self.names & {"month", "month_name"})

    @property
    def has_time(self) -> bool:
        return bool(self.names & {"hour", "half_hour"} and "minute" in self.names)

    @property
    def has_day(self) -> bool:
        return "day" in self.names or not self.has_date

    @property
    def is_zoned(self) -> bool:
        """Whether its texts say how far from UTC they are."""
        return "zone" in self.names or self.offset is not None

    @property
    def has_names(self) -> bool:
        return "month_name" in self.names

    def read(self, texts: pa.StringArray, language: str = "", this_year: int = 0) -> Read:
        """The texts that fit, as moments; `this_year` is what two-digit years are read against."""
        found = pc.extract_regex(texts, self.expression)
        fits = np.asarray(pc.is_valid(found))
        parts = {name: _column(found, name) for name in self.names}
        numbers: dict[str, Ints] = {name: _numbers(column, fits) for name, column in parts.items() if _is_number(name)}
        fits = fits & _within(numbers, len(texts))
        if "month_name" in parts:
            numbers["month"] = _months(parts["month_name"], language)
            fits &= numbers["month"] > 0
        if "half" in parts:
            is_pm = np.asarray(pc.fill_null(pc.match_substring_regex(parts["half"], "^[Pp]"), False))
            numbers["hour"] = numbers["half_hour"] % 12 + 12 * is_pm
        days, real = _days(numbers, len(texts), this_year)
        micros = days * DAY + _clock(numbers, parts, fits, len(texts))
        own = np.full(len(texts), self.offset or 0, dtype=np.int64)
        offsets = _offsets(parts["zone"]) if "zone" in parts else own
        return Read(micros, offsets, fits & real)

    def write(self, micros: Ints, language: str = "", offset: int = 0, letters: str = "") -> list[str]:
        """The moments as texts, one for each; `letters` are "upper", "lower" or "", as the language has them."""
        moments = micros.astype("datetime64[us]")
        months = moments.astype("datetime64[M]").astype(np.int64)
        of_day = micros % DAY
        values: dict[str, Ints] = {
            "year": months // 12 + 1970,
            "month": months % 12 + 1,
            "day": ((moments.astype("datetime64[D]") - moments.astype("datetime64[M]")).astype(np.int64)) + 1,
            "hour": of_day // 3_600_000_000,
            "minute": of_day // 60_000_000 % 60,
            "second": of_day // 1_000_000 % 60,
            "fraction": of_day % 1_000_000,
        }
        pieces = [_cased(token, _written(token, values, language, offset), letters) for token in self.tokens]
        return ["".join(row) for row in zip(*(_spread(piece, len(micros)) for piece in pieces), strict=True)]


@cache
def layout(pattern: str) -> Layout:
    """The compiled pattern; ValueError when it is none."""
    return Layout(pattern)


def _part(token: str) -> tuple[str, str] | None:
    if token.startswith("S"):
        return ("fraction", f"[0-9]{{{len(token)}}}" if len(token) < ANY_FRACTION else "[0-9]{1,9}")
    if token in _PARTS:
        return _PARTS[token]
    if token[0].isalpha():
        raise ValueError("unknown letters")
    return None


def _expression(token: str) -> str:
    part = _part(token)
    if part:
        return f"(?P<{part[0]}>{part[1]})"
    # A point after a short month's name is often left out, and blanks may be several.
    return {" ": "[ \u00a0]+"}.get(token, re.escape(token.strip("'") if len(token) > 1 else token))


def _is_number(name: str) -> bool:
    return name not in {"month_name", "half", "zone", "fraction"}


def _column(found: pa.StructArray, name: str) -> pa.StringArray:
    return pc.struct_field(found, name)


def _numbers(column: pa.StringArray, fits: Flags) -> Ints:
    texts = pc.if_else(pa.array(fits), column, "0")
    return np.asarray(pc.fill_null(texts, "0").cast(pa.int64()))


def _within(numbers: Mapping[str, Ints], size: int) -> Flags:
    inside = np.ones(size, dtype=bool)
    for name, (low, high) in _BOUNDS.items():
        if name in numbers:
            inside &= (numbers[name] >= low) & (numbers[name] <= high)
    return inside


def _months(column: pa.StringArray, language: str) -> Ints:
    named = [numbers_of(one) for one in ([language] if language else LANGUAGES)]
    coded = column.dictionary_encode()
    words = [str(word).casefold() for word in coded.dictionary.to_pylist()]
    return _decoded(coded, [next((names[word] for names in named if word in names), 0) for word in words])


def _decoded(coded: pa.DictionaryArray, numbers: list[int]) -> Ints:
    """The number of each distinct text where it stands, 0 for none."""
    codes = np.asarray(pc.fill_null(coded.indices, len(numbers)).cast(pa.int64()))
    found: Ints = np.array([*numbers, 0], dtype=np.int64)[codes]
    return found


def _days(numbers: Mapping[str, Ints], size: int, this_year: int) -> tuple[Ints, Flags]:
    """Days since 1970, and which of them are in the calendar. Without a day: the first of the month."""
    if "month" not in numbers:
        return np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    year = numbers["year"] if "year" in numbers else _full_year(numbers["short_year"], this_year)
    month, day = numbers["month"], numbers.get("day", np.ones(size, dtype=np.int64))
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    real = (day >= 1) & (day <= length) & (year >= 1)
    return first.astype("datetime64[D]").astype(np.int64) + day - 1, real


def _full_year(short: Ints, this_year: int) -> Ints:
    latest = this_year + YEARS_AHEAD
    return latest - (latest - short) % 100


def _clock(numbers: Mapping[str, Ints], parts: Mapping[str, pa.StringArray], fits: Flags, size: int) -> Ints:
    seconds = np.zeros(size, dtype=np.int64)
    for name, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        seconds += numbers.get(name, 0) * length
    if "fraction" not in parts:
        return seconds * 1_000_000
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(parts["fraction"], "0"), 6, "0"), 0, 6)
    return seconds * 1_000_000 + _numbers(digits, fits)


def _offsets(zones: pa.StringArray) -> Ints:
    coded = zones.dictionary_encode()
    return _decoded(coded, [_minutes(str(zone)) for zone in coded.dictionary.to_pylist()])


def _minutes(zone: str) -> int:
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (
        0
        if zone == "Z" or not digits.isdigit()
        else (1 - 2 * (zone[0] == "-")) * (60 * int(digits[:2]) + int(digits[2:]))
    )


def _offset_text(minutes: int, token: str) -> str:
    """+01:00, and Z for none where the letters are capitals; two of them write it without a colon, an x the hours."""
    if not minutes and token.startswith("X"):
        return "Z"
    hours, rest = divmod(abs(minutes), 60)
    mark = "" if token in {"xx", "XX", "x"} else ":"
    return f"{'-' if minutes < 0 else '+'}{hours:02d}" + (f"{mark}{rest:02d}" if rest or token != "x" else "")


def _cased(token: str, piece: str | list[str], letters: str) -> str | list[str]:
    """Names of months, AM and PM in the letters that the column has."""
    if isinstance(piece, str) or not letters or token[0] not in "Ma":
        return piece
    return [one.upper() if letters == "upper" else one.lower() for one in piece]


def _written(token: str, values: Mapping[str, Ints], language: str, offset: int) -> str | list[str]:
    part = _part(token)
    if part is None:
        return token.strip("'") if len(token) > 1 else token
    name = part[0]
    if name == "zone":
        return _offset_text(offset, token)
    if name == "month_name":
        names = names_in(language or "en", is_short=token == "MMM")
        return [names[month - 1] for month in values["month"]]
    if name == "half":
        return ["PM" if hour >= 12 else "AM" for hour in values["hour"]]
    if name == "fraction":
        digits = [f"{micros:06d}" for micros in values["fraction"]]
        return (
            [one.rstrip("0") or "0" for one in digits]
            if len(token) >= ANY_FRACTION
            else [one[: len(token)] for one in digits]
        )
    numbers = {"short_year": values["year"] % 100, "half_hour": (values["hour"] + 11) % 12 + 1}.get(
        name, values.get(name)
    )
    assert numbers is not None  # noqa: S101  every other part is in the table above
    return [f"{number:0{len(token)}d}" for number in numbers]


def _spread(piece: str | list[str], size: int) -> list[str]:
    return [piece] * size if isinstance(piece, str) else piece
