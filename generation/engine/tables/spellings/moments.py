"""Dates, moments and times of day: in which layouts a column's texts are written, and what they are in microseconds."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.spellings.layouts import ANY_FRACTION, Ints, Layout, Read, layout
from generation.engine.tables.spellings.months import LANGUAGES
from generation.engine.tables.spellings.zones import WORDS_BEHIND

Flags = npt.NDArray[np.bool_]
_SPLIT = "^(?:(?P<date>.*?[^:T, ])(?P<gap>T|,? +))?(?P<time>[0-9]{1,2}:[0-9]{2}.*)$"
# Without colons only behind a date in digits: elsewhere it would be a number.
_SPLIT_BARE = (
    "^(?P<date>[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}|[0-9]{8})(?P<gap>T|,? +)"
    "(?P<time>[0-9]{1,2}[.h][0-9]{2}.*|[0-9]{4}(?:[0-9]{2})?(?:[^0-9].*)?)$"
)
_HAS_DIGITS = "[0-9]"
_WORDY = r"\pL{2}"
_LONGEST = 40
_ORDERS = (
    "yyyy{0}MM{0}dd", "yyyy{0}M{0}d", "dd{0}MM{0}yyyy", "d{0}M{0}yyyy", "MM{0}dd{0}yyyy", "M{0}d{0}yyyy",
    "dd{0}MM{0}yy", "d{0}M{0}yy", "MM{0}dd{0}yy", "M{0}d{0}yy",
)  # fmt: skip
_NAMED = (
    "dd-MMM-yyyy", "d-MMM-yyyy", "dd-MMM-yy", "d-MMM-yy", "dd MMM yyyy", "d MMM yyyy", "dd MMM yy", "d MMM yy",
    "dd MMMM yyyy", "d MMMM yyyy", "dd. MMMM yyyy", "d. MMMM yyyy", "dd. MMM yyyy", "d. MMM yyyy", "dd/MMM/yyyy",
    "d/MMM/yyyy", "ddMMMyyyy", "MMM dd, yyyy", "MMM d, yyyy", "MMMM dd, yyyy", "MMMM d, yyyy", "MMM dd yyyy",
    "MMM d yyyy", "yyyy-MMM-dd", "MMM yyyy", "MMMM yyyy", "MMM-yyyy", "MMM-yy",
    "MMM yy",
    "yyyy MMM dd", "yyyy MMM",
)  # fmt: skip
_MONTH_NAMED = (
    "(?i)^.{0,16}(jan|ene|gen|feb|fév|fev|mar|mär|mrz|mrt|apr|avr|abr|may|mai|mei|mag|maj|jun|giu|jui|jul|lug|aug|aoû|aou"
    "|ago|sep|set|oct|okt|ott|out|nov|dec|dez|déc|dic)"
)
# They look like numbers, so nearly all values must be dates, and many must differ. With how many.
NUMBERLIKE = {
    "yyyyMMddHHmmss": 8,
    "yyyyMMddHHmm": 8,
    "yyyyMMdd": 8,
    "ddMMyyyy": 8,
    "MMddyyyy": 8,
    "yyyyMM": 12,
    "MM.yyyy": 12,
    "yyyy.MM": 12,
    "yyMMdd": 30,
    "ddMMyy": 30,
}
NUMBERLIKE_FORM = r"^([0-9]{6}|[0-9]{8}|[0-9]{12}|[0-9]{14}|[0-9]{2}\.[0-9]{4}|[0-9]{4}\.[0-9]{2})$"
_MONTHS_ONLY = ("yyyy-MM", "yyyy/MM", "MM/yyyy", "M/yyyy", "MM-yyyy")
# Layouts by what their texts look like: only where some text looks so are they tried.
_GATES = (
    *(
        (rf"^[0-9]{{1,4}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{1,4}}$", tuple(o.format(mark) for o in _ORDERS))
        for mark in (r"-", "/", ".")
    ),
    (_MONTH_NAMED, _NAMED),
    ("^[0-9]{1,4}[-/][0-9]{2,4}$", _MONTHS_ONLY),
    (r"^[0-9.]{6,8}$", tuple(NUMBERLIKE)[2:]),
    ("^[0-9]{12,14}$", tuple(NUMBERLIKE)[:2]),
)
NUMBERLIKE_SHARE = 0.99
_FRACTIONS = tuple("S" * length for length in (3, 6, 1, 2, 4, 5, ANY_FRACTION))
# How clocks are written, and what may stand behind, each by its looks.
_CLOCKS = (
    ("[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?", ("HH:mm:ss", "HH:mm", "H:mm:ss", "H:mm")),
    ("[0-9]{1,2}:[0-9]{2}:[0-9]{2}[.][0-9]+", tuple(f"HH:mm:ss.{digits}" for digits in _FRACTIONS)),
    ("[0-9]{1,2}:[0-9]{2}:[0-9]{2},[0-9]+", tuple(f"HH:mm:ss,{digits}" for digits in _FRACTIONS)),
    (".*[AaPp][.]?[Mm][.]?", ("hh:mm:ss a", "hh:mm a", "h:mm:ss a", "h:mm a", "hh:mma", "h:mma")),
    ("[0-9]{1,2}[.][0-9]{2}(?:[.][0-9]{2})?", ("HH.mm.ss", "HH.mm", "H.mm.ss", "H.mm")),
    ("[0-9]{1,2}h[0-9]{2}", ("HH'h'mm", "H'h'mm")),
    ("[0-9]{4}(?:[0-9]{2})?", ("HHmmss", "HHmm")),
)
_BEHIND = (
    ("", ("",)),
    (" ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)", ("xxx", "XXX", "xx", "XX", "x", " xxx", " XXX", " xx", " XX", " x")),
    (" ?[A-Za-z]+", tuple(f"{gap}'{word}'" for word in WORDS_BEHIND for gap in (" ", ""))),
)
TIMES = tuple(
    (f"^{look}{look_behind}$", tuple(clock + one for clock in clocks for one in behind))
    for look_behind, behind in _BEHIND
    for look, clocks in _CLOCKS
)
_DAY_FIRST, _MONTH_FIRST = ("dd{0}MM", "d{0}M"), ("MM{0}dd", "M{0}d")


def swapped(pattern: str) -> str:
    """The same layout with day and month in the other order, or "" where they have no order to doubt."""
    for mark in "-./":
        for one, other in (*zip(_DAY_FIRST, _MONTH_FIRST, strict=True), *zip(_MONTH_FIRST, _DAY_FIRST, strict=True)):
            if pattern.startswith(one.format(mark) + mark):
                return other.format(mark) + pattern.removeprefix(one.format(mark))
    return ""


@dataclass(slots=True)
class Layouts:
    """How many values each of the known layouts fits, over the batches seen."""

    gates: tuple[tuple[str, tuple[str, ...]], ...]
    fits: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    values: int = 0

    def see(self, texts: pa.StringArray, weights: Ints, this_year: int) -> Flags:
        """Count distinct texts; which of them some layout fits.

        A layout that fits nothing is tried again only where those found leave many over.
        """
        self.values += int(weights.sum())
        left = np.ones(len(texts), dtype=bool)
        for pattern in self.fits:
            left &= ~self._count(pattern, texts, weights, this_year)
        if weights[left].sum() * 20 <= weights.sum():
            return ~left
        rest = texts.filter(pa.array(left))
        for gate, patterns in self.gates:
            through = rest.filter(pc.match_substring_regex(rest, gate))
            for pattern in patterns if len(through) else ():
                if pattern not in self.fits and _read(pattern, through, this_year).fits.any():
                    left &= ~self._count(pattern, texts, weights, this_year)
        return ~left

    def _count(self, pattern: str, texts: pa.StringArray, weights: Ints, this_year: int) -> Flags:
        fits = _read(pattern, texts, this_year).fits
        self.fits[pattern] += int(weights[fits].sum())
        if layout(pattern).has_names and fits.any():
            for language in LANGUAGES:
                self.languages[language] += int(weights[_read(pattern, texts, this_year, language).fits].sum())
        return fits

    def best(self) -> tuple[str, ...]:
        """The layouts to read by, the first of which most values have; none takes day and month as another does not."""
        known = [pattern for _, patterns in self.gates for pattern in patterns]
        order = {pattern: place for place, pattern in enumerate(known)}
        ranked = sorted(self.fits, key=lambda pattern: (-self.fits[pattern], order[pattern]))
        families: dict[str, str] = {}
        for pattern in ranked:
            if self.fits[pattern]:
                families.setdefault(_family(pattern), pattern)
        chosen: dict[str, str] = {}
        for family, pattern in families.items():
            if _family(swapped(pattern)) not in chosen:
                chosen[family] = pattern
        return tuple(chosen.values())

    def is_open(self, pattern: str) -> bool:
        """Whether the values say nothing about the order of day and month."""
        other = swapped(pattern)
        return bool(other) and self.fits[other] == self.fits[pattern]


def _family(pattern: str) -> str:
    """Layouts that differ in filling up with zeros, or in the length of names: who fits one may fit the other."""
    return re.sub(r"([dMHh])\1+", lambda found: "MMM" if len(found[0]) > 2 else found[1], pattern)


def _read(pattern: str, texts: pa.StringArray, this_year: int, language: str = "") -> Read:
    return layout(pattern).read(texts, language, this_year)


@dataclass(frozen=True, slots=True)
class Halves:
    """Texts cut into a date and a time of day; "" where there is none."""

    date: pa.StringArray
    gap: pa.StringArray
    time: pa.StringArray


def halves(texts: pa.StringArray) -> Halves:
    """Texts cut where a time of day begins."""
    found = pc.extract_regex(texts, _SPLIT)
    has_time = pc.is_valid(found)
    if not pc.all(has_time).as_py() and pc.any(pc.match_substring_regex(texts, "[T ]")).as_py():
        found = pc.if_else(has_time, found, pc.extract_regex(texts, _SPLIT_BARE))
        has_time = pc.is_valid(found)
    if not pc.any(has_time).as_py():
        nothing = pa.array([""] * len(texts), pa.string())
        return Halves(texts, nothing, nothing)
    date, gap, time = (pc.struct_field(found, name) for name in ("date", "gap", "time"))
    return Halves(pc.if_else(has_time, date, texts), pc.fill_null(gap, ""), pc.fill_null(time, ""))


@dataclass(slots=True)
class MomentTally:
    """What a column of texts says of dates and times, over the batches seen; `whole` are read with all they say."""

    dates: Layouts = field(default_factory=lambda: Layouts(_GATES))
    times: Layouts = field(default_factory=lambda: Layouts(TIMES))
    gaps: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    without_date: int = 0
    whole: int = 0

    def see(self, texts: pa.StringArray, weights: Ints, this_year: int) -> None:
        """Count distinct texts."""
        may_be = pc.and_(pc.match_substring_regex(texts, _HAS_DIGITS), pc.less_equal(pc.utf8_length(texts), _LONGEST))
        if not pc.any(may_be).as_py():
            return
        texts, weights = texts.filter(may_be), weights[np.asarray(may_be)]
        cut = halves(texts)
        with_date, with_time = (np.asarray(pc.not_equal(half, "")) for half in (cut.date, cut.time))
        fits = np.ones(len(texts), dtype=bool)
        if with_date.any():
            fits[with_date] = self.dates.see(cut.date.filter(pa.array(with_date)), weights[with_date], this_year)
        if with_time.any():
            fits[with_time] &= self.times.see(cut.time.filter(pa.array(with_time)), weights[with_time], this_year)
            for gap, weight in zip(cut.gap.filter(pa.array(with_time)).to_pylist(), weights[with_time], strict=True):
                self.gaps[gap] += int(weight)
        self.without_date += int(weights[~with_date].sum())
        self.whole += int(weights[fits].sum())

    def see_letters(self, texts: pa.StringArray, weights: Ints) -> None:
        """In which letters the words of a column of moments are written."""
        if not (self.dates.fits or self.times.fits):
            return
        has_words = np.asarray(pc.match_substring_regex(texts, _WORDY))
        if has_words.any():
            for letters, cased in (("upper", pc.utf8_upper(texts)), ("lower", pc.utf8_lower(texts))):
                self.letters[letters] += int(weights[has_words & np.asarray(pc.equal(texts, cased))].sum())
            self.letters.update({"words": int(weights[has_words].sum())})

    @property
    def usual_letters(self) -> str:
        """ "upper" or "lower" where most words are written so, else ""."""
        return next((one for one in ("upper", "lower") if 2 * self.letters[one] > self.letters["words"]), "")


@dataclass(frozen=True, slots=True)
class MomentReader:
    """How a column's moments are read: as a `whole` if there is such a layout, else dates and times for themselves.

    Of several layouts the first that fits is taken.
    """

    dates: tuple[str, ...]
    times: tuple[str, ...]
    this_year: int
    whole: str = ""

    @property
    def is_zoned(self) -> bool:
        """Whether texts name a zone."""
        return any(layout(pattern).is_zoned for pattern in (*self.dates, *self.times, *filter(None, (self.whole,))))

    def read(self, texts: pa.StringArray) -> Read:
        """Moments as written (in their own zone), and which texts fit."""
        texts = pc.fill_null(texts, "")
        if not self.whole:
            return self._halves(texts)
        read = _read(self.whole, texts, self.this_year)
        return read if read.fits.all() else _either(read, self._halves(texts))

    def _halves(self, texts: pa.StringArray) -> Read:
        cut = halves(texts)
        date = _first_fit(self.dates, cut.date, self.this_year)
        time = _first_fit(self.times, cut.time, self.this_year)
        has_time = np.asarray(pc.not_equal(cut.time, ""))
        has_date = np.asarray(pc.not_equal(cut.date, ""))
        fits = date.fits & has_date if self.dates else ~has_date
        fits &= np.where(has_time, time.fits, bool(self.dates))
        return Read(date.micros + np.where(has_time, time.micros, 0), np.where(has_time, time.offsets, 0), fits)


def _first_fit(patterns: tuple[str, ...], texts: pa.StringArray, this_year: int) -> Read:
    size = len(texts)
    found = Read(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, bool))
    for pattern in patterns:
        if found.fits.all():
            break
        found = _either(found, _read(pattern, texts, this_year))
    return found


def _either(first: Read, second: Read) -> Read:
    """The first, and the second for texts that the first does not fit."""
    micros = np.where(first.fits, first.micros, second.micros)
    return Read(micros, np.where(first.fits, first.offsets, second.offsets), first.fits | second.fits)


def joined(date: str, gap: str, time: str) -> str:
    """One layout of a date's, what stands between, and a time's."""
    return date + ("'T'" if gap == "T" else gap) + time


def cut_layout(pattern: str) -> tuple[str, str]:
    """A layout as its date's and its time's; ValueError when it is no layout."""
    whole = Layout(pattern)
    start = next((at for at, token in enumerate(whole.tokens) if token[0] in "Hh"), len(whole.tokens))
    head = whole.tokens[:start]
    while head and head[-1] in {" ", ",", "'T'"}:
        head.pop()
    return "".join(head), "".join(whole.tokens[start:])
