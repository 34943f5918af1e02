"""Seeded recall: how much the finder finds of invented people written into copies of the owner's own texts.

Public figures say little about an owner's texts. So values that the finder found there are replaced, each by an
invented one of its kind, in copies that never leave memory, and the finder reads these copies: what share of the
invented values does it find again? The places are those where it found something, so the figure says how it copes with
other values in these texts, and nothing about places that it never finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from generation.engine.pii import find
from generation.engine.pii.entities import ADDRESS, EMAIL, EVERY, LOCATION, PERSON, PHONE, SeededRecall, Span
from generation.engine.pii.learned.fills import Filler

# Values of an entity that are written, at most; fewer than FEWEST give an interval that says nothing.
MOST_SEEDS, FEWEST = 400, 20
# Characters on either side of a value that a finder may need to see.
_NEAR = 300
_Z = 1.959964  # 95 %, two-sided
_LOCALES = ("en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "pt_BR", "sv_SE")

Look = Callable[[Sequence[str]], list[tuple[Span, ...]]]


def seeded_recall(
    texts: Sequence[str],
    seed: int,
    layers: frozenset[str] = EVERY,
    *,
    label: frozenset[str] = frozenset(),
    overruled: frozenset[str] = frozenset(),
    most: int = MOST_SEEDS,
) -> tuple[SeededRecall, ...]:
    """The recall of each entity of which these texts hold FEWEST values or more; the same for the same texts and seed.

    `layers`, `label` and `overruled` as for `find`; at most `most` values of an entity are written. Wilson 1927 for the
    interval.
    """

    def look(some: Sequence[str]) -> list[tuple[Span, ...]]:
        return find(some, layers=layers, label=label, overruled=overruled)

    distinct = sorted(set(texts))
    sites = [(text, span) for text, spans in zip(distinct, look(distinct), strict=True) for span in spans]
    filler = Filler(seed, _LOCALES)
    recalls = []
    for entity in _MAKERS:
        chosen = _chosen([site for site in sites if site[1].entity == entity], seed, most)
        if len(chosen) >= FEWEST:
            recalls.append(_recall(entity, [_seeded(text, span, filler) for text, span in chosen], look))
    return tuple(recalls)


def _chosen(sites: list[tuple[str, Span]], seed: int, most: int) -> list[tuple[str, Span]]:
    return [sites[i] for i in np.random.default_rng(seed).permutation(len(sites))[:most]]


def _seeded(text: str, span: Span, filler: Filler) -> tuple[str, int, int]:
    """A copy of what is near with an invented value, in the case of what it replaces, and where it stands."""
    there, first = text[span.start : span.end], text.rfind(" ", 0, max(0, span.start - _NEAR)) + 1
    value = _MAKERS[span.entity](filler, there)
    value = value.lower() if there.islower() else value.upper() if there.isupper() else value
    start = span.start - first
    last = text.find(" ", span.end + _NEAR)
    after = text[span.end : None if last < 0 else last]
    return text[first : span.start] + value + after, start, start + len(value)


def _recall(entity: str, copies: list[tuple[str, int, int]], look: Look) -> SeededRecall:
    found = look([text for text, _, _ in copies])
    hits = sum(_covers(spans, start, end) for spans, (_, start, end) in zip(found, copies, strict=True))
    return SeededRecall(entity, len(copies), hits / len(copies), *_wilson(hits, len(copies)))


def _covers(spans: Sequence[Span], start: int, end: int) -> bool:
    return 2 * sum(max(0, min(span.end, end) - max(span.start, start)) for span in spans) >= end - start


def _wilson(hits: int, n: int) -> tuple[float, float]:
    share, square = hits / n, _Z**2
    middle, half = share + square / (2 * n), _Z * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    # Rounded, so that all of all is 1 and no binary fraction below it.
    return max(0.0, round((middle - half) / (1 + square / n), 12)), min(
        1.0, round((middle + half) / (1 + square / n), 12)
    )


def _person(filler: Filler, there: str) -> str:
    """As many words as stood there: a given name alone, or a full name."""
    fake = filler.any_fake()
    return filler.first(fake) if len(there.split()) == 1 else f"{filler.first(fake)} {filler.last(fake)}"


_MAKERS: dict[str, Callable[[Filler, str], str]] = {
    PERSON: _person,
    LOCATION: lambda filler, _: filler.city(filler.any_fake()),
    ADDRESS: lambda filler, _: filler.street(filler.any_fake()),
    EMAIL: lambda filler, _: str(filler.any_fake().ascii_email()),
    PHONE: lambda filler, _: str(filler.any_fake().phone_number()),
}
