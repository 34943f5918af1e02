"""Whether texts are too much alike: each figure beside real texts, as many of them and of about the same labels.

Distinct pairs of words (Li et al. 2016), self-BLEU (Zhu et al. 2018, Texygen), how far gzip gets, and how many texts
are there once. Means of distances are blind to duplication, so none of these is one.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, log

import numpy as np

from generation.engine.evaluation.llm.texts.sides import Side, Sides, sides_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.texts.support import runs_of
from generation.engine.llm.texts.words import Words

DISTINCT, SELF_BLEU, COMPRESSION, UNIQUE = "text_distinct_2", "text_self_bleu", "text_compression", "text_unique"
MOST_TEXTS = 2_000
MOST_HYPOTHESES = 200
HALVES = 20
_LONGEST = 4

Texts = Sequence[Words]


def distinct_2(texts: Texts) -> float:
    """Different pairs of neighbouring words per pair. Compare texts of one number only.

    >>> distinct_2([("my", "card"), ("my", "card")])
    0.5
    """
    pairs = [pair for words in texts for pair in runs_of(words, 2)]
    return len(set(pairs)) / max(1, len(pairs))


def self_bleu(texts: Texts, most: int = MOST_HYPOTHESES) -> float:
    """Mean BLEU-4 of texts against all others: 1 says that every text is made of parts of the others."""
    hypotheses = [words for words in texts[:: max(1, len(texts) // most)] if len(words) >= _LONGEST][:most]
    holders = Counter(
        run for words in texts for length in range(1, _LONGEST + 1) for run in set(runs_of(words, length))
    )
    scores = [_bleu(words, holders) for words in hypotheses]
    return float(np.mean(scores)) if scores else 0.0


def _bleu(words: Words, holders: Counter[Words]) -> float:
    """Geometric mean of the shares of runs of 1 to 4 words that another text holds; an empty share counts as half."""
    total = 0.0
    for length in range(1, _LONGEST + 1):
        runs = list(runs_of(words, length))
        total += log(max(0.5, sum(holders[run] > 1 for run in runs)) / len(runs))
    return exp(total / _LONGEST)


def compression(texts: Texts) -> float:
    """How many times smaller gzip makes the texts."""
    plain = "\n".join(" ".join(words) for words in texts).encode()
    return len(plain) / max(1, len(gzip.compress(plain, mtime=0)))


def unique(texts: Texts) -> float:
    """Share of texts that are not a repetition."""
    return len(set(texts)) / max(1, len(texts))


Figure = Callable[[Texts], float]
# What each is called, how it is computed, which way is better, and whether it is set beside the real one as a ratio.
FIGURES: dict[str, tuple[str, Figure, Direction, bool]] = {
    DISTINCT: ("Different pairs of words", distinct_2, Direction.HIGHER, True),
    SELF_BLEU: ("Likeness of the texts to each other (self-BLEU)", self_bleu, Direction.LOWER, False),
    COMPRESSION: ("How far gzip compresses the texts", compression, Direction.LOWER, True),
    UNIQUE: ("Texts that are no repetition", unique, Direction.HIGHER, True),
}


def text_variety(study: Study) -> Findings:
    """Every figure, with an interval from random halves of the synthetic texts."""
    return variety_of(study, sides_of(study), "text", "texts")


def variety_of(study: Study, sides: Sides, prefix: str, what: str) -> Findings:
    """The figures of texts of any kind, under names that begin with `prefix`; `what` is their plural."""
    rng = study.rng("variety")
    size = min(len(sides.made), len(sides.source), MOST_TEXTS)
    made, real = (side.sample(size, rng) for side in (sides.made, sides.source))
    halves = [made.sample(size // 2, rng) for _ in range(HALVES)]
    beside = real.sample(size // 2, rng)
    found = (_metric(study, name, (made, real), (halves, beside)) for name in FIGURES)
    return Findings(tuple(_called(metric, prefix, what) for metric in found))


def _called(metric: Metric, prefix: str, what: str) -> Metric:
    sentence = metric.sentence.replace("texts", what).replace("Texts", what.capitalize())
    return replace(metric, name=metric.name.replace("text_", f"{prefix}_", 1), sentence=sentence)


def _metric(study: Study, name: str, whole: tuple[Side, Side], sampled: tuple[list[Side], Side]) -> Metric:
    words, figure, direction, is_ratio = FIGURES[name]
    found, real = (figure(side.spoken) for side in whole)
    half = figure(sampled[1].spoken)

    def beside(one: float, other: float) -> float:
        return one / max(other, 1e-9) if is_ratio else one - other

    value = beside(found, real)
    draws = np.array([beside(figure(each.spoken), half) for each in sampled[0]])
    # Halves spread by the square root of two more than wholes do.
    lower, upper = percentile_interval(value + (draws - draws.mean()) / 2**0.5)
    return Metric(
        Group.DIVERSITY, name, f"{words}: {found:.2f}, beside {real:.2f} of as many real texts.", direction,
        value, lower, upper, n=len(whole[0]), ceiling=1.0 if is_ratio else 0.0, seed=study.seed,
        details={"synthetic": found, "real": real},
    )  # fmt: skip
