"""Personal data in a column: distinct values, a seeded sample of them, shares and scores, never a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from generation.engine.pii.entities import ADDRESS, LOCATION, PERSON, Finding, label_words, word_set
from generation.engine.pii.gazetteer import gazetteer
from generation.engine.pii.patterns import CHANCE_ENTITIES
from generation.engine.pii.text import find_spans

SCAN_VALUES = 1_000
SCAN_CHARACTERS = 200_000
TEXT_WORDS = 4.0
# A value longer than this is read only so far: a share of cells needs no second find in the same cell.
CELL_CHARACTERS = 2_000

_NAME_LABELS = word_set(
    """name names surname forename lastname firstname fullname fname lname player customer patient client employee
    person contact author nom prenom apellido nachname vorname"""
)
_NOT_PEOPLE = word_set("file product company country city street state brand team school event column table")
_PLACE_LABELS = word_set("city country town state region place location birthplace county province nation")
_LISTED_SHARE = 0.3
_LISTED_SHARE_UNLABELLED = 0.5
_FEWEST_NAMES_UNLABELLED = 20


@dataclass(slots=True)
class _Tally:
    cells: int = 0
    scores: list[float] = field(default_factory=list)

    def add(self, cells: int, score: float) -> None:
        self.cells += cells
        self.scores.append(score)


def find_pii(values: Sequence[str], counts: Sequence[int], label: str, seed: int) -> tuple[Finding, ...]:
    """What a column's distinct values hold; `counts[i]` cells hold `values[i]`.

    At most SCAN_VALUES values or SCAN_CHARACTERS characters are read, chosen by `seed` whatever the order of rows.
    Most frequent finding first.
    """
    scanned = _sample(values, counts, seed)
    cells = sum(count for _, count in scanned)
    if not cells:
        return ()
    is_text = np.mean([len(value.split()) for value, _ in scanned]) >= TEXT_WORDS
    tallies = _scan(scanned, label_words(label), names=bool(is_text))
    if not is_text:
        _add_names(tallies, scanned, label_words(label))
        _drop_chance(tallies, cells, label)
    findings = [
        Finding(entity, min(1.0, tally.cells / cells), float(np.mean(tally.scores)), len(scanned))
        for entity, tally in tallies.items()
    ]
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


def _scan(scanned: list[tuple[str, int]], label: frozenset[str], *, names: bool) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for value, count in scanned:
        best: dict[str, float] = {}
        for span in find_spans(value, label, names=names):
            best[span.entity] = max(span.score, best.get(span.entity, 0.0))
        for entity, score in best.items():
            tallies[entity].add(count, score)
    return tallies


def _add_names(tallies: dict[str, _Tally], scanned: list[tuple[str, int]], label: frozenset[str]) -> None:
    """A column of names is judged as a whole: enough of its values are listed, and the rest have a name's shape."""
    shaped = [(value, count) for value, count in scanned if _is_name_shaped(value)]
    if not shaped:
        return
    people = float(np.mean([_names_person(value) for value, _ in shaped]))
    places = float(np.mean([gazetteer().is_place(value) for value, _ in shaped]))
    labelled = bool(label & _NAME_LABELS) and not label & _NOT_PEOPLE
    needed = _LISTED_SHARE if labelled else _LISTED_SHARE_UNLABELLED
    enough = labelled or len(shaped) >= _FEWEST_NAMES_UNLABELLED
    if places >= _LISTED_SHARE and (places >= people or label & _PLACE_LABELS):
        _add_all(tallies, LOCATION, shaped, 0.5 + places / 2)
    elif (people >= needed and enough) or (labelled and people >= _LISTED_SHARE / 2):
        _add_all(tallies, PERSON, shaped, min(1.0, 0.5 + people / 2))
    if "address" in label and not label & {"email", "mail", "ip", "mac", "web"}:
        _add_all(tallies, ADDRESS, [pair for pair in scanned if any(c.isdigit() for c in pair[0])], 0.6)


def _add_all(tallies: dict[str, _Tally], entity: str, pairs: list[tuple[str, int]], score: float) -> None:
    tallies[entity] = _Tally()
    for _, count in pairs:
        tallies[entity].add(count, score)
    if not pairs:
        del tallies[entity]


def _is_name_shaped(value: str) -> bool:
    words = value.replace(",", " ").split()
    return 0 < len(words) <= 5 and value[:1].isalpha() and not any(c.isdigit() or c in "@/_:<>" for c in value)


def _names_person(value: str) -> bool:
    return any(gazetteer().is_name(word.strip(".,")) for word in value.replace(",", " ").split())


def _drop_chance(tallies: dict[str, _Tally], cells: int, label: str) -> None:
    """Codes pass a single check digit by chance: below half the cells, and unspoken for by the label, it means that."""
    spoken = label_words(label)
    for entity in CHANCE_ENTITIES & set(tallies):
        named = bool(spoken & {word.casefold() for word in entity.split("_")})
        if not named and tallies[entity].cells < cells / 2:
            del tallies[entity]
