"""What texts are, before anything is learned from them: lengths, labels, repetitions, entities, shared phrases.

Counts and shares alone: no text is in it, and labels are display data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from generation.engine.llm.matching.ratios import NEAR
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.grammar import fit_grammar, shared_phrases
from generation.engine.llm.texts.model import ENOUGH
from generation.engine.llm.texts.words import plain
from generation.engine.pii import find
from generation.engine.pii.entities import EVERY

MOST_COMPARED = 5_000
LENGTH_EDGES = (0, 5, 10, 15, 20, 30, 50, 100, 200, 500)
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class LabelProfile:
    """One label: its texts, and the share of their words that phrases of k holders hold."""

    label: str
    texts: int
    held_share: float
    is_scarce: bool


@dataclass(frozen=True, slots=True)
class TextProfile:
    """`lengths` counts texts by words, from each of `LENGTH_EDGES` to the next; `repeated` those equal to one before;
    `near_clusters` groups of nearly equal texts and `near_texts` those in them, among `compared`; `entities` texts by
    what is found in them; `held_share` the share of words that a phrase of k holders holds."""

    texts: int
    holders: int
    lengths: tuple[int, ...]
    median_words: float
    labels: tuple[LabelProfile, ...]
    repeated: int
    near_clusters: int
    near_texts: int
    compared: int
    entities: dict[str, int]
    held_share: float
    k: int

    def as_json(self) -> dict[str, Any]:
        """The profile in JSON's types."""
        return asdict(self)


def profile_texts(corpus: Corpus, k: int = 5, *, layers: frozenset[str] = EVERY, seed: int = 0) -> TextProfile:
    """The profile of a corpus. At most `MOST_COMPARED` texts, chosen by `seed`, are compared with each other."""
    lengths = np.array([len(words) for words in corpus.words] or [0])
    counts = np.bincount(np.searchsorted(LENGTH_EDGES, lengths, side="right") - 1, minlength=len(LENGTH_EDGES))
    labels = _labels(corpus, k)
    clusters, near, compared = _near(corpus, seed)
    found = find(corpus.texts, layers=layers)
    return TextProfile(
        texts=len(corpus),
        holders=len(set(corpus.holders)),
        lengths=tuple(counts.tolist()),
        median_words=float(np.median(lengths)),
        labels=labels,
        repeated=len(corpus) - len({plain(words) for words in corpus.words}),
        near_clusters=clusters,
        near_texts=near,
        compared=compared,
        entities=dict(Counter(entity for spans in found for entity in sorted({span.entity for span in spans}))),
        held_share=sum(label.held_share * label.texts for label in labels) / max(1, len(corpus)),
        k=k,
    )


def _labels(corpus: Corpus, k: int) -> tuple[LabelProfile, ...]:
    shared, found = shared_phrases(corpus, k), []
    for label in corpus.classes:
        grammar = fit_grammar(corpus.of_label(label), label, shared, k)
        found.append(LabelProfile(label, grammar.texts, grammar.held_share, grammar.texts < ENOUGH * k))
    return tuple(sorted(found, key=lambda each: (-each.texts, each.label)))


def _near(corpus: Corpus, seed: int) -> tuple[int, int, int]:
    """(clusters, texts in them, texts compared) of nearly equal texts that are not quite equal."""
    distinct = sorted({plain(words) for words in corpus.words})
    if len(distinct) > MOST_COMPARED:
        places = np.random.default_rng([seed, 3]).choice(len(distinct), MOST_COMPARED, replace=False)
        distinct = [distinct[place] for place in np.sort(places).tolist()]
    pairs = _pairs(distinct)
    size = len(distinct)
    links = coo_matrix((np.ones(len(pairs)), pairs.T), shape=(size, size)) if len(pairs) else coo_matrix((size, size))
    _, member = connected_components(links, directed=False)
    sizes = np.bincount(member, minlength=1)
    return int((sizes > 1).sum()), int(sizes[sizes > 1].sum()), size


def _pairs(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Places of two texts that are nearly equal, each pair once."""
    found = []
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        scores = process.cdist(some, texts, scorer=fuzz.ratio, score_cutoff=100 * NEAR, dtype=np.float32)
        rows, columns = np.nonzero(scores)
        kept = columns > rows + start
        found.append(np.column_stack([rows[kept] + start, columns[kept]]))
    return np.concatenate(found).astype(np.int64) if found else np.empty((0, 2), dtype=np.int64)
