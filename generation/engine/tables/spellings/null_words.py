"""Words that stand for "no value"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# In a column of numbers, dates or truths these can be nothing else, in capital letters or not.
BESIDE_VALUES = frozenset(
    r"""
    ?|-|--|---|.|..|\n|(null)|[null]|(blank)|none|null|nil|void|n/a|na|#na|n.a.|n.a|nan|nat|missing|unknown|undefined|tbd
    not available|not applicable|not known|no data|unbekannt|k.a.|k.a|keine angabe|keine daten|inconnu|inconnue|nd|n.d.
    n/d|desconocido|sconosciuto|onbekend|desconhecido|s/o|s.o.|***|x|xxx
    """.strip().replace("\n    ", "|").split("|")
)  # fmt: skip
# Signs and abbreviations among them that say so in texts, too, where the same file writes them for a missing number.
SIGNS = frozenset(
    ["?", "-", "--", "---", ".", "..", "***", "\\n", "n.a.", "n.a", "k.a.", "k.a", "n/d", "n.d.", "s/o", "s.o."]
)
# What only a program writes, for no value, wherever it stands.
_OF_PROGRAMS = frozenset(["(null)", "[null]", "(blank)"])
# An answer ("None", "Mild", "Severe") or a name (Ms Null) where it is written as the column's other words are.
_OF_PEOPLE = ("None", "Null")
# Parts of the world as firms abbreviate them: beside these NA is North America.
REGIONS = frozenset(
    """
    EMEA|APAC|LATAM|AMER|AMERS|AMS|EU|EUR|MEA|MENA|APJ|JAPAC|ANZ|DACH|UKI|UKIE|NORAM|NAM|NAMER|LAC|LA|CALA|CIS|CEE|CE
    SEA|SSA|ROW|AP|SA|AF|AS|OC|AN|NORDICS|BENELUX|IBERIA|CEMEA|JAPAN|CHINA|INDIA|ASIA|EUROPE|AFRICA|ASEAN|GCC
    """.strip().replace("\n    ", "|").split("|")
)  # fmt: skip
_FEW_ANSWERS = 20
_REPEATED = 5
_AS_LIST = pa.array(sorted(BESIDE_VALUES))
# A country's or state's code, where its neighbours are such codes too: NA is Namibia.
CODES = "^[A-Z]{2}$"


def beside_values(texts: pa.StringArray) -> pa.BooleanArray:
    """Which trimmed texts say that a number, date or truth is missing."""
    return pc.is_in(pc.utf8_lower(texts), _AS_LIST)


@dataclass(frozen=True, slots=True)
class TextsFound:
    """What a column of texts holds: counts of the `usual` words for no value that its format takes for missing, and of
    `others`, which stand so beside numbers; cells that are `blank`; some of the different `values`, and how many there
    are in all, and how many are codes of two letters.
    """

    usual: Counter[str]
    others: Counter[str]
    blank: int
    values: Collection[str]
    count: int
    codes: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What stands for no value in the file's numbers, dates and truths, in lower case; whether any cell is blank."""

    words: frozenset[str] = frozenset()
    has_blanks: bool = False


def words_among_texts(found: TextsFound, usual: frozenset[str], elsewhere: Elsewhere) -> tuple[frozenset[str], str]:
    """The words for no value of a column of texts, and a predicate on those that it was open about ("": none was).

    NA is a value beside codes of two letters and abbreviated regions; None and Null where they are written as the
    column's other words are and the file says in another way that a value is missing, or None is one of a few answers.
    Signs such as ? and - stand for no value where they do so among the file's numbers or dates.
    """
    kept = [word for word in ("NA",) if found.usual[word] and _is_code(found)]
    kept += [word for word in _OF_PEOPLE if found.usual[word] and _is_answer(word, found, elsewhere)]
    signs = [word for word in found.others if _says_missing(word, found, elsewhere)]
    left = [word for word in found.others if word not in signs and word.lower() in SIGNS and _has_words(found.values)]
    said = [
        _predicate(kept, found.usual, "beside others of its kind" if len(kept) == 1 else "beside others of their kind"),
        _predicate(left, found.others, "where a value may be missing"),
    ]
    return (usual - {*kept}) | {*signs}, "; it also ".join(filter(None, said))


def _predicate(words: list[str], counts: Counter[str], where: str) -> str:
    if not words:
        return ""
    named = " and ".join(f"“{word}”" for word in words)
    cells = sum(counts[word] for word in words)
    return (
        f"holds {named} in {cells:,} {'cell' if cells == 1 else 'cells'}, {where}: read as a value. "
        "If it stands for no value, name it among the words for no value"
    )


def _is_code(found: TextsFound) -> bool:
    is_pair = 0 < found.count <= 2 * found.codes
    regions = sum(value.upper() in REGIONS for value in found.values)
    return is_pair or 0 < len(found.values) <= 2 * regions


def _is_answer(word: str, found: TextsFound, elsewhere: Elsewhere) -> bool:
    if word.lower() in elsewhere.words or 2 * sum(map(_is_titled, found.values)) < max(1, len(found.values)):
        return False
    is_said_otherwise = found.blank or elsewhere.has_blanks or elsewhere.words
    is_few = len(found.values) <= _FEW_ANSWERS and found.count >= _REPEATED * len(found.values)
    return bool(is_said_otherwise) or (word == "None" and is_few)


def _is_titled(value: str) -> bool:
    return value[:1].isupper() and (not value[1:2] or not value[1].isupper())


def _says_missing(word: str, found: TextsFound, elsewhere: Elsewhere) -> bool:
    lower = word.lower()
    return lower in _OF_PROGRAMS or (lower in elsewhere.words & SIGNS and _has_words(found.values))


def _has_words(values: Collection[str]) -> bool:
    """Whether most values have a letter or a digit: beside + and ++ a - is a value."""
    return 2 * sum(any(map(str.isalnum, value)) for value in values) > len(values)


# Numbers that stand for no value in data of surveys, sensors and old systems.
_CODES = np.array(
    [-1, -2, -7, -8, -9, -66, -77, -88, -98, -99, -888, -999, -9998, -9999, -99_999, -999.9, -999.99, -9999.9,
     99, 999, 9_999, 99_999, 999_999, 9_999_999, 999.9, 999.99, 9999.9, 9999.99]
)  # fmt: skip
_ENOUGH = 20


@dataclass(slots=True)
class CodeTally:
    """How often a column of numbers holds one that may stand for no value, and where its others lie."""

    counts: Counter[float] = field(default_factory=Counter)
    low: float = np.inf
    high: float = -np.inf
    others: int = 0

    def see(self, numbers: pa.Array, weights: npt.NDArray[np.int64]) -> None:
        """Count distinct numbers, null for what is none."""
        there = np.asarray(pc.is_valid(numbers))
        values, weights = np.asarray(pc.drop_null(numbers), float), weights[there]
        is_code = np.isin(values, _CODES)
        for value, weight in zip(values[is_code], weights[is_code], strict=True):
            self.counts[float(value)] += int(weight)
        values, weights = values[~is_code & np.isfinite(values)], weights[~is_code & np.isfinite(values)]
        self.others += int(weights.sum())
        if len(values):
            self.low, self.high = min(self.low, values.min()), max(self.high, values.max())

    def apart(self) -> list[float]:
        """Those apart from the others: below nought where no other is, or beyond them by their whole range."""
        if self.others < _ENOUGH:
            return []
        return sorted(code for code, count in self.counts.items() if count > 1 and self._is_apart(code))

    def _is_apart(self, code: float) -> bool:
        if code > 0:
            return code > self.high + (self.high - self.low)
        return self.low >= 0 and (code <= -9 or len([one for one in self.counts if one < 0]) == 1)
