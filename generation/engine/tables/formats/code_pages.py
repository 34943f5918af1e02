"""Old code pages, told apart by whether the words they give are those of one language. Standard library only.

A word counts for a language when its letters beyond ASCII are in that language's alphabet and its capitals stand where
capitals stand. The alphabets are the exemplar characters of Unicode's CLDR.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from string import ascii_letters

WESTERN = "cp1252"
_LATIN = {
    "western": (
        "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àèéìíîòóùú", "áâãàçéêíóôõúü", "áéèêëïíóöúü", "åäöéæøè", "áæéíðóöúýþ",
        "àçèéíïòóúü",
    ),
    "central": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "äöüß",
    ),
    "turkish": ("âçğıîöşüûİ",),
}  # fmt: skip
_CYRILLIC = ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдђежзијклљмнњопрстћуфхцчџш")
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
# By how common they are; of those that fit equally well the first is taken.
PAGES = {
    WESTERN: _LATIN["western"],
    "iso8859-15": _LATIN["western"],
    "cp1250": _LATIN["central"],
    "iso8859-2": _LATIN["central"],
    "cp1254": _LATIN["turkish"],
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC[:1],
    "cp1253": _GREEK,
    "iso8859-7": _GREEK,
    "mac_roman": _LATIN["western"],
    "cp850": _LATIN["western"],
}
# The commonest letters of languages whose alphabet two code pages hold in another order.
_COMMON = frozenset("оеаинтсрвл")
# So many of the words have to be a language's.
FITTING = 0.9
_MOST_WORDS = 2_000
_WORDS = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
# Marks that stand at words and between them, and signs that stand behind them.
_MARKS = re.compile(r"[„“”‘’‚«»‹›–—…·•\u00a0\u00ad]")
_SIGNS = re.compile(r"[€£§©®°ºª²³¹½¼¾±µ×™†‡%]+|[cdkm]?m[²³]|°[CF]|[¿¡]\w*")


@dataclass(frozen=True, slots=True)
class CodePage:
    """A code page, and whether its words are those of a language; else it is only the likeliest."""

    name: str
    is_sure: bool


def code_page(data: bytes) -> CodePage:
    """The code page of a text that is neither ASCII nor Unicode."""
    words = Counter(dict(Counter(_WORDS.findall(data)).most_common(_MOST_WORDS)))
    fits = {page: _fit(words, page, alphabets) for page, alphabets in PAGES.items()}
    best = max(fits, key=lambda page: fits[page])
    # Several western languages beside each other fit none of them alone.
    together = ("".join(PAGES[WESTERN]),)
    if fits[best][0] < FITTING or (fits[WESTERN] < fits[best] and fits[WESTERN][0] >= FITTING):
        return CodePage(WESTERN, _fit(words, WESTERN, together)[0] >= FITTING)
    return CodePage(best, True)


def _fit(words: Counter[bytes], page: str, alphabets: tuple[str, ...]) -> tuple[float, float]:
    """The share of words that are of the language which most are of, and that of common letters in them."""
    try:
        texts = Counter({word.decode(page): count for word, count in words.items()})
    except UnicodeDecodeError:
        return 0.0, 0.0
    letters = {text: count for text, count in texts.items() if not _SIGNS.fullmatch(text) and _MARKS.sub("", text)}
    most = sum(letters.values())
    if not most:
        return 1.0, 0.0
    best = max(
        sum(count for text, count in letters.items() if _is_word(text, alphabet)) for alphabet in map(_full, alphabets)
    )
    signs = [sign for text in letters for sign in text.lower() if not sign.isascii()]
    return best / most, sum(sign in _COMMON for sign in signs) / max(1, len(signs))


@cache
def _full(alphabet: str) -> frozenset[str]:
    """With its capitals, and with the letters of ASCII if it is a Latin one."""
    is_latin = not set(alphabet) & {_CYRILLIC[0][0], _GREEK[0][0]}
    return frozenset(alphabet + alphabet.upper() + (ascii_letters if is_latin else ""))


def _is_word(text: str, alphabet: frozenset[str]) -> bool:
    """Whether a text is of words in an alphabet, with marks at them or between, and capitals only in front or all."""
    return all(_is_cased(part) and alphabet.issuperset(part) for part in _MARKS.split(text) if part)


def _is_cased(word: str) -> bool:
    return word.isupper() or word[1:].islower() or len(word) == 1
