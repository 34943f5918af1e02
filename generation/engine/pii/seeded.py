"""Seeded recall: how much the finder finds of invented people written into copies of the owner's own texts.

Public figures say little about an owner's texts. So values that the finder found there are replaced, each by an
invented one of its kind, in copies that never leave memory, and the finder reads these copies: what share of the
invented values does it find again? The places are those where it found something, so the figure says how it copes with
other values in these texts, and nothing about places that it never finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generation.engine.pii import find
from generation.engine.pii.entities import ADDRESS, EMAIL, EVERY, LOCATION, PERSON, PHONE, Span
from generation.engine.pii.learned.fills import Filler

# Values of an entity that are written, at most; fewer than FEWEST give an interval that says nothing.
MOST_SEEDS, FEWEST = 400, 20
_Z = 1.959964  # 95 %, two-sided
_LOCALES = ("en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "pt_BR", "sv_SE")


@dataclass(frozen=True, slots=True)
class SeededRecall:
    """Of `n` invented values, the share (0..1) of which half or more is found, with Wilson's interval at 95 %."""

    entity: str
    n: int
    share: float
    lower: float
    upper: float


def seeded_recall(texts: Sequence[str], seed: int, layers: frozenset[str] = EVERY) -> tuple[SeededRecall, ...]:
    """The recall of each entity of which these texts hold FEWEST values or more; the same for the same texts and seed.

    Wilson 1927 for the interval.
    """
    distinct = sorted(set(texts))
    sites = [
        (text, span) for text, spans in zip(distinct, find(distinct, layers=layers), strict=True) for span in spans
    ]
    filler = Filler(seed, _LOCALES)
    recalls = []
    for entity in _MAKERS:
        chosen = _chosen([site for site in sites if site[1].entity == entity], seed)
        if len(chosen) >= FEWEST:
            recalls.append(_recall(entity, [_seeded(text, span, filler) for text, span in chosen], layers))
    return tuple(recalls)


def _chosen(sites: list[tuple[str, Span]], seed: int) -> list[tuple[str, Span]]:
    return [sites[i] for i in np.random.default_rng(seed).permutation(len(sites))[:MOST_SEEDS]]


def _seeded(text: str, span: Span, filler: Filler) -> tuple[str, int, int]:
    """A copy with an invented value, in the case of what it replaces, and where it stands."""
    there = text[span.start : span.end]
    value = _MAKERS[span.entity](filler, there)
    value = value.lower() if there.islower() else value.upper() if there.isupper() else value
    return text[: span.start] + value + text[span.end :], span.start, span.start + len(value)


def _recall(entity: str, copies: list[tuple[str, int, int]], layers: frozenset[str]) -> SeededRecall:
    found = find([text for text, _, _ in copies], layers=layers)
    hits = sum(_covers(spans, start, end) for spans, (_, start, end) in zip(found, copies, strict=True))
    return SeededRecall(entity, len(copies), hits / len(copies), *_wilson(hits, len(copies)))


def _covers(spans: Sequence[Span], start: int, end: int) -> bool:
    return 2 * sum(max(0, min(span.end, end) - max(span.start, start)) for span in spans) >= end - start


def _wilson(hits: int, n: int) -> tuple[float, float]:
    share, square = hits / n, _Z**2
    middle, half = share + square / (2 * n), _Z * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    return max(0.0, (middle - half) / (1 + square / n)), min(1.0, (middle + half) / (1 + square / n))


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
