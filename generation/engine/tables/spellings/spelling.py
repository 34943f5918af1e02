"""What is known of how a column is written. Standard library only, so that a page can read it without Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Written(StrEnum):
    """What the cells of a column are, whatever they mean."""

    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    BOOLEAN = "boolean"
    TEXT = "text"


class Quoted(StrEnum):
    """Which cells of a column a CSV quotes without need, beside those that have to be."""

    NEEDED = ""
    VALUES = "values"
    MISSING = "missing"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the cells of one column are written.

    `type` is the logical type in Parquet as Arrow spells it, "" for the plain one of what is `written`. `layout` is a
    date's or time's in the pattern letters of Unicode's LDML ("dd.MM.yyyy HH:mm"), with `language` for month names and
    `offset` in minutes where the cells name a zone; `letters` says whether those names, AM and PM are all in "upper"
    or "lower" case. Numbers have a `decimal` mark, a `thousands` mark or none (above the
    thousands in pairs when `is_in_lakhs`), at most `places` digits after the mark
    (None: as many as it takes) and at least `fewest`, all of them when `is_fixed`, and a `prefix` or `suffix` such as a
    currency; `negative` is how one below nought is written around its digits, # ("": a minus before all of it). With an
    `exponent` ("e" or "E") `places` are those after the first digit that counts; all numbers have one when `is_fixed`,
    else those that are very large or small. `words` are those for true and false, `missing` is what stands for no
    value. `varied` counts cells that the source writes otherwise. `step` is the width of the bins a plan made (0:
    none), `middle` how far above a bin's lower end its middle lies, and `is_drawn` whether values are drawn within
    their bin. `period` is what a plan cut dates down to ("month"; "": nothing). `quoted` are the cells that stand in
    quotation marks whatever they hold, `form` is the number format of a sheet. `stands_in` names the column of numbers,
    dates or truths in whose cells these words stand (in an artefact by its label), where its owner made them categories
    of their own.
    """

    written: Written = Written.TEXT
    type: str = ""
    layout: str = ""
    language: str = ""
    letters: str = ""
    offset: int | None = None
    decimal: str = "."
    thousands: str = ""
    is_in_lakhs: bool = False
    places: int | None = None
    fewest: int = 0
    is_fixed: bool = False
    exponent: str = ""
    negative: str = ""
    prefix: str = ""
    suffix: str = ""
    words: tuple[str, ...] = ()
    missing: str = ""
    varied: int = 0
    step: float = 0.0
    middle: float = 0.0
    is_drawn: bool = False
    period: str = ""
    quoted: Quoted = Quoted.NEEDED
    form: str = ""
    stands_in: str = ""

    @property
    def decimals(self) -> int | None:
        """To how many digits after the point values are exact; None where that is not a number of them."""
        return None if self.exponent else self.places

    def as_json(self) -> dict[str, Any]:
        """What differs from a plain text, in JSON's types; `from_json` reads it back equal."""
        plain = Spelling()
        return {name: value for name, value in asdict(self).items() if value != getattr(plain, name)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Spelling:
        """The spelling that `as_json` wrote; what a later version added is left out."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        kept["written"] = Written(kept.get("written", Written.TEXT))
        kept["words"] = tuple(kept.get("words", ()))
        kept["quoted"] = Quoted(kept.get("quoted", Quoted.NEEDED))
        return cls(**kept)
