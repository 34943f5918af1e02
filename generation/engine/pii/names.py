"""People and places in running text: gazetteer, capitals, titles and the phrases that announce a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generation.engine.pii.entities import LIST, LOCATION, PERSON, Span, word_set
from generation.engine.pii.gazetteer import Gazetteer, gazetteer
from generation.engine.pii.patterns.reading import Reading

# A possessive ends a word: "Sumaya's" is read as "Sumaya".
_WORD = re.compile(r"[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*\.?")
_CAPITAL = re.compile(r"(?<![^\W\d_])[^\W\d_a-z][^\W\d_]*")
_TITLES = word_set("mr mrs ms miss mx dr prof sir madam mme mlle herr frau señor señora sr sra rev capt sgt")
_PARTICLES = word_set("de da di del della der den van von la le el al bin ibn ben dos das du mc o y ter ten st")
_INNER_PARTICLES = _PARTICLES - {"van", "von", "de", "el", "al"}
ANNOUNCES_NAME = re.compile(
    r"(?i)\b(?:my name is|name is|name[:?]|i am|i'm|this is|dear|hi|hello|hey|signed|regards,?|sincerely,?|cheers,?"
    r"|thanks,?|called|call|ask for|speak to|spoke to|spoke with|named|contact|attn:?|patient|customer)[\s,]+$"
)
_ANNOUNCES_PLACE = re.compile(r"(?i)\b(?:in|from|to|at|near|city of|town of|lives in|born in|located in|visit)\s+$")


def find_names(reading: Reading) -> Iterator[Span]:
    """Spans of people and places in a text, best guesses with their scores; they may overlap."""
    words, text = gazetteer(), reading.text
    rest = reading.words - words.ordinary
    if rest.isdisjoint(words.starts) and not any(match.casefold() in rest for match in _CAPITAL.findall(text)):
        return
    for run in _runs(text):
        if len(run) == 1 and run[0].group().rstrip(".").casefold() in words.ordinary:
            continue
        yield from _people(text, run, words)
        yield from _places(text, run, words)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Stretches of neighbouring words on one line that could be a name: capitalised, listed or particles."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if not run and not _may_name(match.group()):
            continue
        if run and not _continues(text, run, match):
            yield run
            run = []
        if _may_name(match.group()):
            run.append(match)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _continues(text: str, run: list[re.Match[str]], match: re.Match[str]) -> bool:
    """Neighbours on a line belong together; a lower-case word does not continue a capitalised name, a particle does."""
    if _ends_sentence(run[-1].group()):
        return False
    word = match.group().rstrip(".")
    lower_after_capital = word[0].islower() and run[-1].group()[0].isupper() and word.casefold() not in _PARTICLES
    between = text[run[-1].end() : match.start()]
    return not lower_after_capital and len(between) in (1, 2) and not between.strip(" \t")


def _ends_sentence(word: str) -> bool:
    """A dot after an initial, a title or a short form ("St.") does not."""
    return word.endswith(".") and len(word) > 3 and word.rstrip(".").casefold() not in _TITLES


@lru_cache(maxsize=65_536)
def _may_name(word: str) -> bool:
    words = gazetteer()
    bare = word.rstrip(".").casefold()
    listed = bare in words.first or bare in words.last or bare in words.places or bare in words.place_starts
    return word[0].isupper() or bare in _TITLES or bare in _PARTICLES or (listed and bare not in words.ordinary)


def _people(text: str, run: list[re.Match[str]], words: Gazetteer) -> Iterator[Span]:
    names = list(run)
    titled = names[0].group().rstrip(".").casefold() in _TITLES
    while names and _opens(names[0].group(), len(names) > 1):
        del names[0]
    while names and _closes(names[-1].group()):
        del names[-1]
    if not names or len(names) > 5:
        return
    before = text[max(0, names[0].start() - 24) : names[0].start()]
    score = _person_score([n.group().rstrip(".") for n in names], words, titled=titled, before=before, text=text)
    if score:
        last = names[-1]
        yield Span(PERSON, names[0].start(), last.end() - last.group().endswith("."), score, (LIST,))


@lru_cache(maxsize=65_536)
def _opens(word: str, first_of_many: bool) -> bool:
    """Whether the first word of a run is not part of the name itself."""
    words, bare = gazetteer(), word.rstrip(".").casefold()
    return (
        bare in _TITLES
        or bare in _INNER_PARTICLES
        or (bare in words.ordinary and (not first_of_many or bare not in words.first))
    )


@lru_cache(maxsize=65_536)
def _closes(word: str) -> bool:
    words, bare = gazetteer(), word.rstrip(".").casefold()
    return bare in _PARTICLES or bare in _TITLES or (bare in words.ordinary and bare not in words.last)


def _is_cased(text: str) -> bool:
    """Whether capitals mean something here: in a text all in lower case they do not."""
    return not text.islower()


def _person_score(names: list[str], words: Gazetteer, *, titled: bool, before: str, text: str) -> float:
    """0 = not a person. Capitals alone never make one, nor a lower-case name alone ("made", "boss" are names too).

    `before` is what stands before the names in their text; it is searched only where it decides.
    """
    folded = [name.casefold() for name in names]
    listed = any(map(words.is_name, names))
    capital = all(name[0].isupper() or name.casefold() in _PARTICLES for name in names) or not _is_cased(text)
    full = len(names) > 1 and folded[0] in words.first and (folded[-1] in words.last or capital)
    if titled and (capital or listed):
        return 0.85
    if full and listed:
        return 0.85 if capital else 0.6
    if (listed or (capital and len(names) in {2, 3})) and ANNOUNCES_NAME.search(before):
        return 0.7
    if listed and capital:
        return 0.55 if len(names) == 1 and folded[0] not in words.first else 0.6
    return 0.0


def _places(text: str, run: list[re.Match[str]], words: Gazetteer) -> Iterator[Span]:
    start = 0
    while start < len(run):
        length = _longest_place(text, run[start:], words) if _starts_place(run[start].group()) else 0
        if length:
            yield _place(text, run[start], run[start + length - 1], words)
        start += length or 1


@lru_cache(maxsize=65_536)
def _starts_place(word: str) -> bool:
    return word.rstrip(".").casefold().partition("-")[0] in gazetteer().place_starts


def _longest_place(text: str, run: list[re.Match[str]], words: Gazetteer) -> int:
    for length in range(min(4, len(run)), 0, -1):
        place = text[run[0].start() : run[length - 1].end()].rstrip(".").casefold()
        if place in words.places and place not in words.ordinary and len(place) > 2:
            return length
    return 0


def _place(text: str, first: re.Match[str], last: re.Match[str], words: Gazetteer) -> Span:
    announced = bool(_ANNOUNCES_PLACE.search(text[max(0, first.start() - 12) : first.start()]))
    also_name = first is last and words.is_name(first.group())
    capital = first.group()[0].isupper()
    score = 0.4 * (capital or not _is_cased(text)) + 0.25 * announced + 0.25 * (capital and not also_name)
    return Span(LOCATION, first.start(), last.end() - last.group().endswith("."), score, (LIST,))
