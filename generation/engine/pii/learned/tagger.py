"""The trained tagger of people, places, addresses and companies; off where it was not built (`built.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pycrfsuite

from generation.engine.pii import built
from generation.engine.pii.entities import ADDRESS, CRF, LOCATION, ORGANIZATION, PERSON, POSTCODE, Span
from generation.engine.pii.learned.features import features, tokens

ENTITIES = (PERSON, LOCATION, ADDRESS, ORGANIZATION, POSTCODE)
OUTSIDE = "O"


@cache
def tagger() -> pycrfsuite.Tagger | None:
    """The tagger of this process, or None where none was built."""
    path = built.part(built.TAGGER)
    if path is None:
        return None
    opened = pycrfsuite.Tagger()
    opened.open(str(path))
    return opened


def find_tagged(text: str) -> Iterator[Span]:
    """Spans with the mean of their words' probabilities as score; none where no tagger was built."""
    trained = tagger()
    places = tokens(text)
    if trained is None or not places:
        return
    labels = trained.tag(features(text, places))
    for first, last in _stretches(labels):
        entity = labels[first][2:]
        sure = [trained.marginal(labels[i], i) for i in range(first, last + 1)]
        yield Span(entity, places[first][0], places[last][1], sum(sure) / len(sure), (CRF,))


def _stretches(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of each labelled stretch."""
    first = 0
    for i, label in enumerate(labels):
        if label == OUTSIDE:
            continue
        if label.startswith("B-") or i == 0 or labels[i - 1][2:] != label[2:]:
            first = i
        if i + 1 == len(labels) or labels[i + 1] != f"I-{label[2:]}":
            yield first, i
