"""What the tagger sees of a word: its own form, what the lists say of it, and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from generation.engine.pii.entities import word_set
from generation.engine.pii.gazetteer import Gazetteer, gazetteer

TOKEN = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|\d+|\n+|[^\w\s]|_")
_STREET_WORDS = word_set(
    """
    street st avenue ave road rd boulevard blvd lane ln drive dr court ct way place pl square terrace highway
    hwy parkway circle close crescent grove gardens row mews walk trail alley plaza hill rue chemin impasse quai
    calle avenida av paseo via viale piazza corso rua travessa ul ulica al os strada str jalan apt suite unit
    flat floor room box
    """
)
_STREET_ENDS = (
    "straße",
    "strasse",
    "gasse",
    "weg",
    "platz",
    "allee",
    "straat",
    "laan",
    "plein",
    "gatan",
    "vägen",
    "vej",
    "gade",
    "katu",
)
_COMPANY_WORDS = word_set(
    """
    inc ltd llc gmbh ag sa spa bv corp corporation group holdings partners bank university hospital college
    school foundation company co plc institute agency department ministry council airlines insurance systems
    solutions
    """
)
_TITLES = word_set(
    """
    mr mrs ms miss mx dr prof professor sir madam herr frau mme monsieur señor señora
    """
)


def tokens(text: str) -> list[tuple[int, int]]:
    """Start and end of each word, number, mark and line end."""
    return [match.span() for match in TOKEN.finditer(text)]


@lru_cache(maxsize=65_536)
def _of_word(word: str) -> tuple[str, tuple[str, ...]]:
    """The short kind of a word, and what is said of it where it stands."""
    folded = word.casefold()
    lists = _lists(folded, gazetteer())
    shape = _shape(word)
    said = [
        f"w={folded}",
        f"s={shape}",
        f"p={folded[:3]}",
        f"e={folded[-3:]}",
        f"e2={folded[-2:]}",
        f"n={min(len(word), 8)}",
    ]
    said += [f"l={one}" for one in lists]
    if len(lists) > 1:
        said.append("L=" + "".join(lists))
    return f"{shape}|{''.join(lists)}", tuple(said)


def _lists(folded: str, words: Gazetteer) -> list[str]:
    kinds = (
        ("F", folded in words.first),
        ("G", folded in words.last),
        ("P", folded in words.places),
        ("B", folded in words.place_starts),
        ("O", folded in words.ordinary),
        ("S", folded in _STREET_WORDS or folded.endswith(_STREET_ENDS)),
        ("C", folded in _COMPANY_WORDS),
        ("T", folded in _TITLES),
    )
    return [sign for sign, holds in kinds if holds]


def _shape(word: str) -> str:
    if word.isdigit():
        return f"9{min(len(word), 6)}"
    if not word[0].isalpha():
        return "\\n" if word[0] == "\n" else word
    if word.islower():
        return "a"
    if word.isupper():
        return "A" if len(word) > 1 else "A1"
    return "Aa" if word[0].isupper() else "aA"


def features(text: str, spans: Sequence[tuple[int, int]]) -> list[list[str]]:
    """For each token the facts the tagger weighs."""
    words = [text[start:end] for start, end in spans]
    kinds, said = zip(*map(_of_word, words), strict=True) if words else ((), ())
    folded = ["<", "<", *(word.casefold() for word in words), ">", ">"]
    around = ["<", "<", *kinds, ">", ">"]
    case = "c=lower" if text.islower() else "c=upper" if text.isupper() else "c=mixed"
    return [_at(i, folded, around, said[i], case) for i in range(len(words))]


def _at(i: int, folded: list[str], kinds: list[str], said: tuple[str, ...], case: str) -> list[str]:
    before2, before, here, after, after2 = kinds[i : i + 5]
    return [
        *said,
        case,
        f"{case}{here}",
        f"-1={folded[i + 1]}",
        f"+1={folded[i + 3]}",
        f"-2={folded[i]}",
        f"+2={folded[i + 4]}",
        f"-12={folded[i]} {folded[i + 1]}",
        f"k-1={before}",
        f"k+1={after}",
        f"k-2={before2}",
        f"k+2={after2}",
        f"k-10={before}/{here}",
        f"k01={here}/{after}",
        f"k-11={before}/{here}/{after}",
        f"wk-1={folded[i + 1]}/{here}",
        f"wk+1={here}/{folded[i + 3]}",
    ]
