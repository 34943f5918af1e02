"""Known values: what the source's own identifier columns hold, found in its texts in whatever form people write them.

The strongest finder there is: it needs no list of names and no language. One pass over the words of a text with
dictionaries keyed by first word or by signs alone, so its cost does not grow with the number of known values.

Codes that were given out in one form, such as KD-004711, tell the form: others of it are found as well.
A value is found as it stands, whatever its case and punctuation; as its signs alone, however spaces cut them
("4155550132", "4155 550 132", "jlee 30@mail.example"); a street by its number and first word, with what follows of it.
Weak forms count only beside another value of the same row: a postal code, a name with one wrong letter, a given name
in small letters (which an announcement such as "i am" speaks for as well).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat

from generation.engine.pii.codes import form_of_codes
from generation.engine.pii.entities import KNOWN, PERSON, SOURCE, Span, word_set
from generation.engine.pii.gazetteer import gazetteer
from generation.engine.pii.names import ANNOUNCES_NAME
from generation.engine.pii.patterns.phones import national_number
from generation.engine.pii.patterns.reading import UNSPACED

_TOKEN = re.compile(r"[^\W_]+")
_MINIMUM_LENGTH = 3
_MINIMUM_DIGITS = 5
_FEWEST_SIGNS, _MOST_WORDS, _PREFIX = 6, 8, 3
_FEWEST_LETTERS = 6
_FEWEST_OF_FORM = 20
_FEWEST_OF_PHONE, _FEWEST_IN_RUN = 9, 3
_RUN = re.compile(f"[{UNSPACED}]+")
_COUNTRY_CODE_DIGITS = 3
# Beyond so many values, no forms that multiply them.
MOST_LOOSE = 200_000
_POSTCODE = re.compile(r"\d{5}")
_STREET_WORDS = {
    long: short
    for pair in word_set(
        """avenue=ave street=st road=rd boulevard=blvd lane=ln drive=dr court=ct place=pl square=sq terrace=ter
        highway=hwy parkway=pkwy circle=cir apartment=apt suite=ste north=n south=s east=e west=w
        straße=str strasse=str"""
    )
    for long, short in [pair.split("=")]
}

Rows = set[int]


class KnownValues:
    """A dictionary of identifiers to find in text. It holds source values: never store or log it."""

    def __init__(self) -> None:
        self._phrases: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}  # of the phrases that start with a word, longest first
        self._signs: dict[str, str] = {}
        self._starts: dict[str, int] = {}  # of the signs that start so, the most there are
        self._streets: dict[tuple[str, ...], tuple[str, set[str]]] = {}
        self._weak: dict[str, str] = {}
        self._misspelt: dict[str, set[str]] = defaultdict(set)
        self._rows: dict[object, Rows] = defaultdict(set)
        self._forms: list[tuple[re.Pattern[str], str]] = []
        self._runs: dict[str, str] = {}
        self._run_lengths: tuple[int, ...] = ()

    def add(self, values: Iterable[object], entity: str = KNOWN, rows: Iterable[int] | None = None) -> None:
        """Know these values as `entity`; for people also each word of a full name.

        `rows`: the row of each value; without them no weak form is known.
        """
        texts = list(map(str, values))
        self._add_form(texts, entity)
        for text, row in zip(texts, rows if rows is not None else repeat(None), strict=False):
            tokens = tuple(_TOKEN.findall(text))
            if not tokens:
                continue
            for key in self._keys(tokens, text, entity, is_loose=row is not None and len(self._phrases) < MOST_LOOSE):
                if row is not None:
                    self._rows[key].add(row)

    def _add_form(self, texts: Sequence[str], entity: str) -> None:
        """The form of codes that nothing else is written in: with letters or marks that all of them have."""
        form = form_of_codes(texts) if entity != PERSON and len(texts) >= _FEWEST_OF_FORM else None
        fixed = [signs for signs in form.places if len(signs) == 1 and signs != " "] if form else []
        if form and form.is_code and len(form.places) >= _FEWEST_SIGNS and any(map(str.isalpha, fixed)):
            places = "".join(re.escape(signs) if len(signs) == 1 else f"[{re.escape(signs)}]" for signs in form.places)
            self._forms.append((re.compile(rf"(?<![^\W_]){places}(?![^\W_])", re.IGNORECASE), entity))

    def _keys(self, tokens: tuple[str, ...], text: str, entity: str, *, is_loose: bool) -> Iterator[object]:
        """Enter a value in all its forms; under what each stands."""
        folded = tuple(map(_folded, tokens))
        if _is_telling(tokens):
            yield self._add_phrase(folded, entity)
            yield from self._add_signs("".join(folded), entity)
            yield from self._add_without_country(text, "".join(folded), entity)
            yield from self._add_run("".join(folded), entity)
        if entity == PERSON and len(tokens) > 1:
            for token in tokens:
                if _is_telling((token,)):
                    yield self._add_phrase((_folded(token),), entity)
        yield from self._add_street(folded, text, entity)
        if is_loose:
            yield from self._add_weak(folded, entity)

    def _add_phrase(self, folded: tuple[str, ...], entity: str) -> object:
        self._phrases.setdefault(folded, entity)
        lengths = self._lengths.get(folded[0], ())
        if len(folded) not in lengths:
            self._lengths[folded[0]] = tuple(sorted({*lengths, len(folded)}, reverse=True))
        return folded

    def _add_signs(self, signs: str, entity: str) -> Iterator[object]:
        """A value with a digit in it, such as a phone number or an e-mail address, by its signs alone."""
        if len(signs) >= _FEWEST_SIGNS and any(sign.isdigit() for sign in signs):
            self._signs.setdefault(signs, entity)
            start = signs[:_PREFIX]
            self._starts[start] = max(len(signs), self._starts.get(start, 0))
            yield signs

    def _add_without_country(self, text: str, signs: str, entity: str) -> Iterator[object]:
        """A phone number with and without the code of its country, as libphonenumber reads it: 0170 for +49 170."""
        if signs.isdecimal() and (text.lstrip().startswith(("+", "00", "0"))) and len(signs) >= _FEWEST_OF_PHONE:
            national = national_number(text.strip()) or signs.lstrip("0")
            for form in (national, f"0{national}"):
                yield from self._add_signs(form, entity)

    def _add_run(self, signs: str, entity: str) -> Iterator[object]:
        """A value in a script without spaces, which no space cuts in a text either."""
        if len(signs) >= _FEWEST_IN_RUN and _RUN.fullmatch(signs):
            self._runs.setdefault(signs, entity)
            self._run_lengths = tuple(sorted({*self._run_lengths, len(signs)}, reverse=True))
            yield signs

    def _add_street(self, folded: tuple[str, ...], text: str, entity: str) -> Iterator[object]:
        """House number and first word of a street, with the words that may follow."""
        if len(folded) > 2 and folded[0].isdigit() and text.strip()[:1].isdigit() and not folded[1].isdigit():
            self._streets.setdefault(folded[:2], (entity, set()))[1].update(map(_short, folded[2:]))
            yield folded[:2]

    def _add_weak(self, folded: tuple[str, ...], entity: str) -> Iterator[object]:
        for token in folded:
            if len(folded) > 2 and _POSTCODE.fullmatch(token):
                self._weak.setdefault(token, entity)
                yield token
            if entity == PERSON and len(token) >= _FEWEST_LETTERS and token.isalpha():
                for shorter in _shorter(token):
                    self._misspelt[shorter].add(token)

    def find(self, text: str, row: int | None = None) -> Iterator[Span]:
        """Spans of known values, the longest at each place, and of weak forms beside another value of the same row.

        `row`: that of the text itself, if it has one; its values count as beside it.
        """
        for form, entity in self._forms:
            yield from (self._span(match.start(), match.end(), entity) for match in form.finditer(text))
        if not self._phrases and not self._streets:
            return
        yield from self._runs_in(text)
        tokens = list(_TOKEN.finditer(text))
        folded = [_folded(token.group()) for token in tokens]
        rows: Rows = set() if row is None else {row}
        lone: list[tuple[int, Rows, str]] = []
        for i, word in enumerate(folded):
            for key, entity, last in self._at(text, folded, i):
                is_small = last == i and word.isalpha() and text[tokens[i].start()].islower()
                if is_small and not ANNOUNCES_NAME.search(text[: tokens[i].start()]):
                    lone.append((i, self._rows.get(key, set()), entity))  # "will" is a word where "Will" is a name
                    continue
                rows |= self._rows.get(key, set())
                start = tokens[i].start()
                opens = word[0].isdigit() and text[start - 1 : start] in ("(", "+")
                yield self._span(start - opens, tokens[last].end(), entity)
        weak = [*lone, *self._weak_in(folded)]
        for i, of, entity in weak:
            if of & rows or any(i != other and of & beside for other, beside, _ in weak):
                yield self._span(tokens[i].start(), tokens[i].end(), entity)

    def _runs_in(self, text: str) -> Iterator[Span]:
        """The longest known value at each place of a stretch without spaces."""
        for stretch in _RUN.finditer(text) if self._runs else ():
            place = stretch.start()
            while place < stretch.end():
                lengths = (length for length in self._run_lengths if text[place : place + length] in self._runs)
                length = next(lengths, 0)
                if length:
                    yield self._span(place, place + length, self._runs[text[place : place + length]])
                place += length or 1

    def _at(self, text: str, folded: list[str], i: int) -> Iterator[tuple[object, str, int]]:
        """What starts at a word: under what it stands, as what, and its last word."""
        word = folded[i]
        for length in self._lengths.get(word, ()):
            key = tuple(folded[i : i + length])
            if len(key) == length and key in self._phrases:
                yield key, self._phrases[key], i + length - 1
                break
        if longest := self._starts.get(word[:_PREFIX]) if len(word) >= _PREFIX else self._any_start(folded, i):
            yield from self._signs_at(folded, i, longest)
        yield from self._with_country_code(word, i)
        street = tuple(folded[i : i + 2])
        if len(street) == 2 and street in self._streets:
            entity, following = self._streets[street]
            last = i + 1
            while last + 1 < len(folded) and _short(folded[last + 1]) in following:
                last += 1
            yield street, entity, last

    def _any_start(self, folded: Sequence[str], i: int) -> int:
        return self._starts.get("".join(folded[i : i + _PREFIX])[:_PREFIX], 0)

    def _signs_at(self, folded: Sequence[str], i: int, longest: int) -> Iterator[tuple[object, str, int]]:
        joined = ""
        for last in range(i, min(len(folded), i + _MOST_WORDS)):
            joined += folded[last]
            if len(joined) > longest:
                return
            if entity := self._signs.get(joined):
                yield joined, entity, last

    def _with_country_code(self, word: str, i: int) -> Iterator[tuple[object, str, int]]:
        if len(word) > _FEWEST_SIGNS + 2 and word.isdigit():
            for digits in range(1, _COUNTRY_CODE_DIGITS + 1):
                if entity := self._signs.get(word[digits:]):
                    yield word[digits:], entity, i

    def _weak_in(self, folded: Sequence[str]) -> Iterator[tuple[int, Rows, str]]:
        for i, word in enumerate(folded):
            if word in self._weak:
                yield i, self._rows[word], self._weak[word]
            if len(word) >= _FEWEST_LETTERS - 1 and word.isalpha() and self._misspelt:
                for shorter in (word, *_shorter(word)):
                    for token in self._misspelt.get(shorter, ()):
                        yield i, self._rows.get((token,), set()), PERSON

    def _span(self, start: int, end: int, entity: str) -> Span:
        return Span(entity, start, end, 1.0, (SOURCE,))


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    """Without case and accents: "Núñez" is written "nunez" as often."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f"))


def _short(word: str) -> str:
    return _STREET_WORDS.get(word, word)


def _shorter(word: str) -> set[str]:
    """The word, and it without one letter: two words of distance 1 share one of these (Garbe 2012)."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _is_telling(tokens: tuple[str, ...]) -> bool:
    """A value worth matching: long enough, not an ordinary word, not a short number that would match by chance."""
    joined = "".join(tokens)
    if joined.isdigit():
        return len(joined) >= _MINIMUM_DIGITS
    return len(joined) >= _MINIMUM_LENGTH and (len(tokens) > 1 or joined.casefold() not in gazetteer().ordinary)
