"""Personal data in a column: distinct values, a seeded sample of them, shares and scores, never a value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from generation.engine.pii import find
from generation.engine.pii.entities import (
    ADDRESS,
    EVERY,
    LIST,
    LOCATION,
    PATTERN,
    PERSON,
    PHONE,
    Finding,
    Span,
    is_validated,
    word_set,
)
from generation.engine.pii.gazetteer import gazetteer
from generation.engine.pii.labels import (
    NOT_PEOPLE_WORDS,
    PEOPLE_WORDS,
    PLACE_WORDS,
    label_words,
    names_firm,
    names_quantity,
)
from generation.engine.pii.patterns.presidio import CHANCE_ENTITIES
from generation.engine.pii.patterns.reading import count_words

SCAN_VALUES = 1_000
SCAN_CHARACTERS = 200_000
TEXT_WORDS = 4.0
# A value longer than this is read only so far: a share of cells needs no second find in the same cell.
CELL_CHARACTERS = 2_000

_LISTED_SHARE = 0.3
_LISTED_SHARE_UNLABELLED = 0.5
_FEWEST_NAMES_UNLABELLED = 20
_SURE_NAME = 0.7
_LEGAL_FORMS = word_set(
    "gmbh inc ltd llc llp plc corp corporation ag kg sarl srl spa bv nv oy ab sons holding group company"
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CODE_LETTERS = 2
_WEAK = 0.5


@dataclass(slots=True)
class _Tally:
    cells: int = 0
    scores: list[float] = field(default_factory=list)
    found_by: set[str] = field(default_factory=set)
    validated: bool = False
    is_written: bool = False

    def add(self, cells: int, span: Span, *, is_written: bool = False) -> None:
        self.cells += cells
        self.scores.append(span.score)
        self.found_by.update(span.found_by)
        self.validated |= is_validated(span)
        self.is_written |= is_written

    def finding(self, entity: str, cells: int, n_scanned: int) -> Finding:
        share, sure = min(1.0, self.cells / cells), float(np.mean(self.scores))
        return Finding(entity, share, sure, n_scanned, tuple(sorted(self.found_by)), self.validated)


def find_pii(
    values: Sequence[str], counts: Sequence[int], label: str, seed: int, layers: frozenset[str] = EVERY
) -> tuple[Finding, ...]:
    """What a column's distinct values hold; `counts[i]` cells hold `values[i]`. `layers` are asked about running text.

    At most SCAN_VALUES values or SCAN_CHARACTERS characters are read, chosen by `seed` whatever the order of rows.
    Most frequent finding first.
    """
    scanned = _sample(values, counts, seed)
    cells = sum(count for _, count in scanned)
    if not cells:
        return ()
    is_text = np.mean([count_words(value) for value, _ in scanned]) >= TEXT_WORDS
    tallies = _scan(scanned, label_words(label), layers if is_text else frozenset({PATTERN}))
    if not is_text:
        _add_names(tallies, scanned, label_words(label))
        _drop_chance(tallies, cells, label)
        _drop_unspoken(tallies, label)
    findings = [tally.finding(entity, cells, len(scanned)) for entity, tally in tallies.items()]
    return tuple(sorted(findings, key=lambda f: (-f.share, f.entity)))


def _sample(values: Sequence[str], counts: Sequence[int], seed: int) -> list[tuple[str, int]]:
    """A simple random sample of distinct values, the same for any order of them."""
    pairs = sorted(zip(values, counts, strict=True))
    order = np.random.default_rng(seed).permutation(len(pairs)) if len(pairs) > SCAN_VALUES else range(len(pairs))
    sample, characters = [], 0
    for i in order:
        value, count = pairs[i]
        sample.append((value[:CELL_CHARACTERS], int(count)))
        characters += len(sample[-1][0])
        if len(sample) == SCAN_VALUES or characters >= SCAN_CHARACTERS:
            break
    return sample


def _scan(scanned: list[tuple[str, int]], label: frozenset[str], layers: frozenset[str]) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    found = find([value for value, _ in scanned], layers=layers, label=label)
    for (value, count), spans in zip(scanned, found, strict=True):
        best: dict[str, Span] = {}
        for span in spans if LIST in layers else (span for span in spans if not _is_inside_code(value, span)):
            best[span.entity] = max(span, best.get(span.entity, span), key=lambda one: one.score)
        for entity, span in best.items():
            tallies[entity].add(count, span, is_written=_is_among_words(value, span))
    return tallies


def _is_among_words(value: str, span: Span) -> bool:
    """Whether two words or more stand beside the span: somebody wrote a sentence, and no code."""
    return len(_WORDS.findall(f"{value[: span.start]} {value[span.end :]}")) > 1


def _is_inside_code(value: str, span: Span) -> bool:
    """Digits after letters, such as in INV/2024/00017, are no phone number unless more than their grouping says so."""
    return span.entity == PHONE and span.score <= _WEAK and any(sign.isalpha() for sign in value[: span.start])


def _add_names(tallies: dict[str, _Tally], scanned: list[tuple[str, int]], label: frozenset[str]) -> None:
    """A column of names is judged as a whole: enough of its values and of its cells are listed, and the rest have a
    name's shape. In any other the cells that name somebody among other words count, and no more.
    """
    shaped = [(value, count) for value, count in scanned if _is_name_shaped(value)]
    if not shaped:
        return
    named = [not names_firm(label) and _names_person(value) for value, _ in shaped]
    people = float(min(np.mean(named), np.average(named, weights=[count for _, count in shaped])))
    places = _share_of_places([value for value, _ in shaped], labelled=bool(label & PLACE_WORDS))
    labelled = bool(label & PEOPLE_WORDS) and not label & NOT_PEOPLE_WORDS
    needed = _LISTED_SHARE if labelled else _LISTED_SHARE_UNLABELLED
    enough = labelled or len(shaped) >= _FEWEST_NAMES_UNLABELLED
    if places >= _LISTED_SHARE and (places >= people or label & PLACE_WORDS):
        _add_all(tallies, LOCATION, shaped, 0.5 + places / 2)
    elif (people >= needed and enough) or (labelled and people >= _LISTED_SHARE / 2):
        _add_all(tallies, PERSON, shaped, min(1.0, 0.5 + people / 2))
    elif not names_firm(label):
        _add_some(tallies, scanned)
    if "address" in label and not label & {"email", "mail", "ip", "mac", "web"}:
        _add_all(tallies, ADDRESS, [pair for pair in scanned if any(c.isdigit() for c in pair[0])], 0.6)


def _add_all(tallies: dict[str, _Tally], entity: str, pairs: list[tuple[str, int]], score: float) -> None:
    tallies[entity] = _Tally()
    for value, count in pairs:
        tallies[entity].add(count, Span(entity, 0, len(value), score, (LIST,)))
    if not pairs:
        del tallies[entity]


def _add_some(tallies: dict[str, _Tally], scanned: list[tuple[str, int]]) -> None:
    """People whom a cell names with a title, in full or after an announcement, and other words beside."""
    found = find([value for value, _ in scanned], layers=frozenset({LIST}))
    for (value, count), spans in zip(scanned, found, strict=True):
        sure = [
            span for span in spans if span.entity == PERSON and span.score >= _SURE_NAME and _is_beside(value, span)
        ]
        if sure and not _LEGAL_FORMS.intersection(label_words(value)):
            tallies[PERSON].add(count, max(sure, key=lambda span: span.score))


def _is_beside(value: str, span: Span) -> bool:
    """Whether words stand beside the span: a cell that is a name and nothing else says nothing by itself."""
    return any(map(str.isalpha, value[: span.start] + value[span.end :]))


def _is_name_shaped(value: str) -> bool:
    words = value.replace(",", " ").split()
    return 0 < len(words) <= 5 and value[:1].isalpha() and not any(c.isdigit() or c in "@/_:<>" for c in value)


def _names_person(value: str) -> bool:
    return not _LEGAL_FORMS.intersection(label_words(value)) and any(
        gazetteer().is_name(word.strip(".,")) for word in value.replace(",", " ").split()
    )


def _share_of_places(values: list[str], *, labelled: bool) -> float:
    """Without a label that says so, one place among other words is an accident, such as Essen beside Trinken."""
    places = [_names_place(value) for value in values]
    return float(np.mean(places)) if labelled or sum(places) > 1 else 0.0


def _names_place(value: str) -> bool:
    """Ja, NO, IN and OK are codes of states and words of every day, as Man and Reading are: no place by themselves."""
    is_code = len(value) <= _CODE_LETTERS and value.isascii()
    return not is_code and value.casefold() not in gazetteer().ordinary and gazetteer().is_place(value)


def _drop_unspoken(tallies: dict[str, _Tally], label: str) -> None:
    """A weak form counts because the label speaks for it; a label that names a quantity speaks against it."""
    if names_quantity(label):
        for entity in [entity for entity, tally in tallies.items() if np.mean(tally.scores) < _WEAK]:
            del tallies[entity]


def _drop_chance(tallies: dict[str, _Tally], cells: int, label: str) -> None:
    """Codes pass a single check digit by chance: below half the cells, unspoken for by the label and among no words,
    it means that.
    """
    spoken = label_words(label)
    for entity in CHANCE_ENTITIES & set(tallies):
        named = bool(spoken & {word.casefold() for word in entity.split("_")})
        if not named and not tallies[entity].is_written and tallies[entity].cells < cells / 2:
            del tallies[entity]
