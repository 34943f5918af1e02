"""Entities carried over: names, places, dates and numbers of the source that come again, and secrets of any kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from generation.engine.evaluation.llm.texts.copies import MOST_NAMED, PROOF
from generation.engine.evaluation.llm.texts.sides import Side, Sides, sides_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.intervals import difference_of_shares
from generation.engine.evaluation.study.study import Study
from generation.engine.pii import find
from generation.engine.pii.entities import CRF, LIGHT

CARRIED = "text_entities_carried"
FEWEST_LETTERS = 3
_LAYERS = LIGHT | {CRF}

Values = list[frozenset[str]]


def text_entities(study: Study) -> Findings:
    """Synthetic texts with a value that the source has and the holdout has not, less what k people write.

    Beside it stand those with a value that the holdout alone has, as if both sides had as many values. The classifier
    of entities is not asked: it would take longer than everything else.
    """
    return entities_carried(study, sides_of(study), CARRIED, "texts")


def entities_carried(study: Study, sides: Sides, name: str, what: str) -> Findings:
    """The rare values that synthetic texts of any kind hold; `what` is what a text is, in the plural."""
    real = [_values(side) for side in (sides.source, sides.holdout)]
    rare = _rare([sides.source, sides.holdout], real, study.policy.minimum_cell)
    mine, other = (rare & set(chain(*values)) for values in real)
    own, mirror = mine - other, other - mine
    held = _values(sides.made)
    carried = [row for row, values in zip(sides.made.rows.tolist(), held, strict=True) if values & own]
    chance = sum(bool(values & mirror) for values in held) * len(own) / max(1, len(mirror))
    metric = _metric(study, name, carried, min(chance, float(len(held))), len(held))
    return Findings((replace(metric, sentence=_sentence(metric, len(carried), what, len(own))),))


def _rare(sides: Sequence[Side], found: Sequence[Values], k: int) -> frozenset[str]:
    """Values that fewer than k holders have, of both sides together."""
    holders: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    for place, (side, texts) in enumerate(zip(sides, found, strict=True)):
        # Texts that nobody is named for are numbered anew on each side.
        for holder, values in zip(side.corpus.holders, texts, strict=True):
            for value in values:
                holders[value].add((place, holder))
    return frozenset(value for value, who in holders.items() if len(who) < k)


def _sentence(metric: Metric, carried: int, what: str, values: int) -> str:
    if not values:
        return (
            f"The minimised source has no name, place, date or number that only a few {what} hold: there was none to "
            "carry over."
        )
    chance = carried - (metric.value or 0.0) * metric.n
    return (
        f"{carried:,} of {metric.n:,} synthetic {what} hold one of {values:,} rare values of the source; likeness "
        f"alone would explain {chance:.0f}."
    )


def _metric(study: Study, name: str, carried: list[int], chance: float, texts: int) -> Metric:
    lower, upper = difference_of_shares((float(len(carried)), float(texts)), (chance, float(texts)), PROOF)
    return Metric(
        Group.PRIVACY,
        name,
        "",
        Direction.LOWER,
        (len(carried) - chance) / texts,
        lower,
        upper,
        n=texts,
        baseline=0.0,
        seed=study.seed,
        named=tuple(
            NamedRecord(row, "holds a value that few source records have", 0.9) for row in carried[:MOST_NAMED]
        ),
    )


def _values(side: Side) -> Values:
    """The values of each text in small letters."""
    texts = side.corpus.texts
    return [
        frozenset(
            value
            for span in spans
            if len(value := text[span.start : span.end].casefold()) >= FEWEST_LETTERS and not value.startswith("<")
        )
        for text, spans in zip(texts, find(texts, layers=_LAYERS), strict=True)
    ]
