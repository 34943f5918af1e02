"""Identifiers of no known form, told by the words before them as a column is by its label. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generation.engine.pii.entities import IDENTIFIER, MINIMUM_SCORE, USERNAME, Span
from generation.engine.pii.labels import DIRECT_WORDS, LOGIN_WORDS, names_holder, names_identifier, words_in
from generation.engine.pii.patterns.national_ids import NATIONAL_IDS
from generation.engine.pii.patterns.reading import Reading

_CODE = re.compile(
    r"(?<![^\W_])(?<![.,/$€£-])(?=[A-Za-z./-]*\d)[A-Za-z0-9](?:[./-]?[A-Za-z0-9]){4,29}(?![^\W_]|[.,]\d)"
)
_FEWEST_DIGITS, _CERTAINLY_NUMBERED = 4, 6
# What numbers with check digits are called: one whose check fails is none.
_CHECKED = DIRECT_WORDS & {word for one in NATIONAL_IDS for phrase in one.context for word in words_in(phrase)}
# A day, a time or an amount is no number of anybody.
_MEASURED = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d+[.-]\d{1,2}|\d+(?:st|nd|rd|th|[a-z]{1,3})", re.IGNORECASE)
# The words before, and what stands between them and the value.
_BEFORE = re.compile(
    r"(?P<words>(?:[^\W\d_]++[ ._-]?){1,4})(?P<mark>[ .]*[#:=№]*[ \"'(]*(?:(?:is|was|ist|est|es|è)\b:?)?[ \"'(#]*)$",
    re.IGNORECASE,
)
_BEFORE_CHARACTERS, _MOST_WORDS = 40, 3
_LOGIN = re.compile(
    r"(?P<words>(?:[^\W\d_]++[ _-]?){1,2})[ ]?(?:[:=][ ]?|\b(?:is|was|ist|est|es|è)[ ](?=\S*[\d._]))[\"'@]?"
    r"(?P<name>[^\W_][\w.-]{1,29}[^\W_])(?![@\w]|\.\w)",
    re.IGNORECASE,
)


def find_announced(reading: Reading) -> Iterator[Span]:
    """Spans of numbers that words before them say were given out, and of names to log in with."""
    if reading.digits >= _FEWEST_DIGITS:
        for match in _CODE.finditer(reading.text):
            before = reading.text[max(0, match.start() - _BEFORE_CHARACTERS) : match.start()]
            if _is_number(match.group()) and (said := _BEFORE.search(before.rpartition("\n")[2])):
                digits = sum(map(str.isdigit, match.group()))
                if _is_announced(said["words"], said["mark"].strip(" .\"'("), digits >= _CERTAINLY_NUMBERED):
                    # Whoever knows what kind of number it is knows better.
                    yield Span(IDENTIFIER, match.start(), match.end(), MINIMUM_SCORE)
    if reading.has(_FIRST_OF_LOGIN):
        for match in _LOGIN.finditer(reading.text):
            is_assigned = words_in(match["words"])[-1] in _ASSIGNED_LOGIN and "=" in match.group()
            if is_assigned or _names_login(match["words"]):
                yield Span(USERNAME, *match.span("name"), 0.6)


def _is_number(code: str) -> bool:
    return sum(map(str.isdigit, code)) >= _FEWEST_DIGITS and not _MEASURED.fullmatch(code)


@lru_cache(maxsize=16_384)
def _is_announced(words: str, mark: str, is_long: bool) -> bool:
    """Whether the last of these words name what is numbered; a bare "account" does before a mark or a long number.

    >>> _is_announced("my passport no.", "", True), _is_announced("acct", "#", True), _is_announced("gate", "", True)
    (True, True, False)
    """
    said = [*words_in(words), *["number"] * ("#" in mark or "№" in mark)]
    if _CHECKED.intersection(said[-_MOST_WORDS:]):
        return False
    ends = [" ".join(said[-count:]) for count in range(1, 1 + min(_MOST_WORDS, len(said)))]
    return any(map(names_identifier, ends)) or ((bool(mark) or is_long) and names_holder(ends[0]))


# A line of a log says so: "user=jsmith".
_ASSIGNED_LOGIN = frozenset({"user", "usr", "uname", "account", "acct", "owner", "ruser"})
# "user name" is two words, of which the reading has each.
_FIRST_OF_LOGIN = LOGIN_WORDS | {"user", "screen", "nom"} | _ASSIGNED_LOGIN


def _names_login(words: str) -> bool:
    said = words_in(words)
    return said[-1] in LOGIN_WORDS or "".join(said[-2:]) in LOGIN_WORDS
