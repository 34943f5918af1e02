"""A text as words and back: in small letters, punctuation apart, each entity a slot such as `<person>`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

Words = tuple[str, ...]

SLOT = re.compile(r"<[a-z_]+>")
# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces: each character is a word.
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_LETTERS = rf"[^\W\d_{_ALONE}]+(?:[{_MARKS}]+[^\W\d_{_ALONE}]*)*"
# Apostrophes and hyphens hold a word together; a number keeps its own points and colons (12.50, 11:30).
_WORD = re.compile(
    rf"<[A-Za-z_]+>|\d+(?:[.,:]\d+)*|{_LETTERS}(?:['-]{_LETTERS})*|[{_ALONE}][{_MARKS}]*|[^\w\s]|_+", re.UNICODE
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\u00a0": " "})
_CLOSING = frozenset(".,!?;:)]}%…。、」』】》")
_OPENING = frozenset("([{£$€#「『【《")
_ENDS_SENTENCE = frozenset(".!?。")
_UNSPACED = re.compile(f"[{_ALONE}。、「」『』【】《》]")
ENGLISH = {word: word.capitalize() for word in ("i", "i'm", "i'd", "i'll", "i've")}


def words_of(text: str) -> Words:
    """The words of a text in order.

    >>> words_of("I’m <PERSON>, it cost £12.50!")
    ("i'm", '<person>', ',', 'it', 'cost', '£', '12.50', '!')
    """
    return tuple(word.lower() for word in written(text))


def written(text: str) -> Words:
    """The same, as they are written.

    >>> written("PINを忘れた")
    ('PIN', 'を', '忘', 'れ', 'た')
    """
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)))


def text_of(words: Sequence[str], casing: Mapping[str, str] = ENGLISH) -> str:
    """Words as a person would write them: capitals where sentences begin, else as `casing` says; punctuation closed up.

    >>> text_of(("can", "i", "pay", "£", "12.50", "?", "thanks", "."))
    'Can I pay £12.50? Thanks.'
    >>> text_of(("meine", "pin", "per", "iphone"), {"pin": "PIN", "iphone": "iPhone"})
    'Meine PIN per iPhone'
    """
    parts, before = list[str](), ""
    for word, is_new in zip(words, _begins(words), strict=True):
        if not (not before or before in _OPENING or word in _CLOSING or _is_close(before, word)):
            parts.append(" ")
        parts.append(_cased(casing.get(word, word), is_new=is_new))
        before = word
    return "".join(parts)


def inside_sentences(words: Sequence[str]) -> Iterator[str]:
    """The words, less those with which a sentence begins."""
    return (word for word, is_new in zip(words, _begins(words), strict=True) if not is_new)


def _begins(words: Sequence[str]) -> Iterator[bool]:
    """Whether a sentence begins with each word, or with a sign before its first one."""
    is_new = True
    for word in words:
        yield is_new
        is_new = word in _ENDS_SENTENCE or (is_new and not word[0].isalnum() and not SLOT.fullmatch(word))


def _is_close(before: str, word: str) -> bool:
    """Whether no space stands between the two in scripts that have none."""
    return bool(_UNSPACED.match(before[-1]) or _UNSPACED.match(word[0]))


def spoken(words: Sequence[str]) -> Words:
    """The words without punctuation: what copies are told by.

    >>> spoken(("help", ",", "please", "!"))
    ('help', 'please')
    """
    return tuple(word for word in words if word[0].isalnum() or word[0] == "<")


def plain(words: Sequence[str]) -> str:
    """The normal form that matching compares: spoken words with one space between them."""
    return " ".join(spoken(words))


def _cased(word: str, *, is_new: bool) -> str:
    """A word that has capitals of its own keeps them where a sentence begins."""
    return word[:1].upper() + word[1:] if is_new and word.islower() and not SLOT.fullmatch(word) else word
