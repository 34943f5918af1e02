"""How like each other two sets of conversations are in what is done: pairs of turns, and whole sequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from generation.engine.llm.conversations.conversation import Conversation

Kinds = tuple[tuple[str, ...], ...]
_EDGE = ("",)


def act_bigram_distance(one: Iterable[Conversation], other: Iterable[Conversation]) -> float:
    """Half the sum of differences (total variation, 0..1) between how often one kind of turn follows another."""
    first, second = (_bigrams(side) for side in (one, other))
    return sum(abs(first.get(pair, 0) - second.get(pair, 0)) for pair in first.keys() | second.keys()) / 2


def sequences_found(made: Sequence[Conversation], source: Iterable[Conversation]) -> int:
    """How many of the conversations do, from first to last, what one of the source does."""
    known = {one.kinds for one in source}
    return sum(one.kinds in known for one in made)


def _bigrams(conversations: Iterable[Conversation]) -> dict[tuple[tuple[str, ...], tuple[str, ...]], float]:
    counts: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    for one in conversations:
        kinds = (_EDGE, *one.kinds, _EDGE)
        counts.update(pairwise(kinds))
    total = sum(counts.values())
    return {pair: count / total for pair, count in counts.items()}
