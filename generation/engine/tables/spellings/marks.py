"""Which of . and , marks decimals and which thousands: told by a column's own numbers, else by the other columns'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# Blanks inside a number, plain, no-break and narrow, and apostrophes, group thousands and nothing else.
BLANKS = " \u00a0\u202f"
SPACERS = BLANKS + "'’"
_HEAD = "^[-−(]?"
_TAIL = r"\)?$"
_GROUPS = "[1-9][0-9]{{0,2}}"
# 12,34,567: above the thousands in pairs, as in India.
LAKHS = "[1-9][0-9]?(?:{mark}[0-9]{{2}})+{mark}[0-9]{{3}}"
# How a number may be written, and what that says. {0} is one mark, {1} the other one.
_SHAPES = {
    "whole": "(0|[1-9][0-9]*)",
    "fraction": "([0-9]*{0}[0-9]+|[0-9]+{0})",
    "unsure": _GROUPS + "{0}[0-9]{{3}}",
    "grouped": "(" + _GROUPS + "({0}[0-9]{{3}}){{2,}}|" + LAKHS.replace("{mark}", "{0}") + ")",
    "both": "(" + _GROUPS + "({1}[0-9]{{3}})+|" + LAKHS.replace("{mark}", "{1}") + "){0}[0-9]+",
}
POINT, COMMA = ".", ","
OTHER = {POINT: COMMA, COMMA: POINT}
# Among so many numbers with decimals some end in a nought, which bare numbers beside them would leave out.
_ENOUGH = 20


def _pattern(shape: str, mark: str) -> str:
    marks = [rf"\{mark}", rf"\{OTHER[mark]}"]
    return _HEAD + _SHAPES[shape].format(*marks) + _TAIL


@dataclass(slots=True)
class Marks:
    """How often a column's numbers were written in which way; `evidence` for a mark as the decimal one is a count."""

    whole: int = 0
    longest_whole: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def see(self, texts: pa.StringArray, weights: pa.Int64Array) -> None:
        """Count distinct texts that hold nothing but a number."""
        for mark in (POINT, COMMA):
            unsure = self._add("unsure", mark, texts, weights)
            for shape in ("fraction", "grouped", "both"):
                self._add(shape, mark, texts, weights)
            # What is unsure has the shape of a fraction too.
            self.counts["fraction", mark] -= unsure
        is_whole = pc.match_substring_regex(texts, _HEAD + _SHAPES["whole"] + _TAIL)
        self.whole += _sum(weights, is_whole)
        length = pc.max(pc.utf8_length(pc.filter(pc.utf8_ltrim(texts, "-−("), is_whole))).as_py()
        self.longest_whole = max(self.longest_whole, length or 0)

    def see_plain(self, texts: pa.StringArray, wholes: pa.StringArray, weights: Ints, has_point: Flags) -> int:
        """The same for texts in plain digits with a point or without; how many of them are unsure."""
        unsure = _sum(pa.array(weights), pc.match_substring_regex(texts, _pattern("unsure", POINT)))
        for shape, count in (("unsure", unsure), ("fraction", int(weights[has_point].sum()) - unsure)):
            self.counts[shape, POINT] = self.counts.get((shape, POINT), 0) + count
        self.whole += int(weights[~has_point].sum())
        length = pc.max(pc.utf8_length(pc.utf8_ltrim(wholes, "-"))).as_py()
        self.longest_whole = max(self.longest_whole, length or 0)
        return unsure

    def _add(self, shape: str, mark: str, texts: pa.StringArray, weights: pa.Int64Array) -> int:
        count = _sum(weights, pc.match_substring_regex(texts, _pattern(shape, mark)))
        self.counts[shape, mark] = self.counts.get((shape, mark), 0) + count
        return count

    def _count(self, shape: str, mark: str) -> int:
        return self.counts.get((shape, mark), 0)

    def evidence(self, mark: str) -> int:
        """Numbers that can only be read with this decimal mark."""
        return self._count("fraction", mark) + self._count("both", mark) + self._count("grouped", OTHER[mark])

    def unsure(self) -> str:
        """The mark of which it is open what it means, or ""."""
        if self.evidence(POINT) or self.evidence(COMMA):
            return ""
        open_marks = [mark for mark in (POINT, COMMA) if self._count("unsure", mark)]
        if len(open_marks) != 1:
            return ""
        return open_marks[0]

    def groups_by_wholes(self) -> bool:
        """Whether whole numbers below 1,000, and none above, beside an unsure mark say that it groups thousands."""
        unsure = sum(self._count("unsure", mark) for mark in (POINT, COMMA))
        return 0 < self.longest_whole <= 3 and (unsure >= _ENOUGH or self.whole > 1)


def _sum(weights: pa.Int64Array, flags: pa.BooleanArray) -> int:
    return int(pc.sum(pc.if_else(flags, weights, 0)).as_py() or 0)


def decimal_mark(column: Marks, all_columns: Iterable[Marks], delimiter: str | None) -> tuple[str, str]:
    """The decimal mark of a column, and a predicate that says on what evidence where a reader could doubt it."""
    point, comma = column.evidence(POINT), column.evidence(COMMA)
    if point != comma:
        return (POINT, "") if point > comma else (COMMA, "")
    unsure = column.unsure()
    if not unsure:
        return POINT, ""
    example = "1.234 and 522" if unsure == POINT else "1,234 and 522"
    if column.groups_by_wholes():
        return OTHER[unsure], f"is written like {example}: the mark was read as one of thousands"
    votes = sum((each.evidence(POINT) > 0) - (each.evidence(COMMA) > 0) for each in all_columns)
    if votes:
        decimal = POINT if votes > 0 else COMMA
        meaning = "decimals" if decimal == unsure else "thousands"
        return decimal, f"has one mark before three digits, read as one of {meaning}, as the other columns are written"
    # Semicolons separate cells where commas mark decimals.
    decimal = COMMA if delimiter == ";" else POINT
    meaning = "decimals" if decimal == unsure else "thousands"
    return decimal, f"has one mark before three digits, read as one of {meaning}; no other column says which"
