"""A text as words and back: in small letters, punctuation apart, each entity a slot such as `<person>`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

Words = tuple[str, ...]

SLOT = re.compile(r"<[a-z_]+>")
# Apostrophes and hyphens hold a word together; a number keeps its own points and colons (12.50, 11:30).
_WORD = re.compile(r"<[a-z_]+>|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*|[^\w\s]|_+", re.UNICODE)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\u00a0": " "})
_CLOSING = frozenset(".,!?;:)]}%…")
_OPENING = frozenset("([{£$€#")
_ENDS_SENTENCE = frozenset(".!?")
_I = re.compile(r"i(?='|$)")


def words_of(text: str) -> Words:
    """The words of a text in order.

    >>> words_of("I’m <PERSON>, it cost £12.50!")
    ("i'm", '<person>', ',', 'it', 'cost', '£', '12.50', '!')
    """
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()))


def text_of(words: Sequence[str]) -> str:
    """Words as a person would write them: capitals where sentences begin and for "I", punctuation closed up.

    >>> text_of(("can", "i", "pay", "£", "12.50", "?", "thanks", "."))
    'Can I pay £12.50? Thanks.'
    """
    written, opens, is_new = [], True, True
    for word in words:
        if not (opens or word in _CLOSING):
            written.append(" ")
        written.append(_cased(word, is_new=is_new))
        opens = word in _OPENING
        is_new = word in _ENDS_SENTENCE or (is_new and not word[0].isalnum() and not SLOT.fullmatch(word))
    return "".join(written)


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
    if SLOT.fullmatch(word):
        return word
    if is_new or _I.match(word):
        return word[:1].upper() + word[1:]
    return word
