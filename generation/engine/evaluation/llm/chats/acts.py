"""What conversations do and teach: how acts follow each other, and what comes next learned from synthetic ones."""

from __future__ import annotations

from collections import Counter

import numpy as np

from generation.engine.evaluation.llm.chats.sides import Chats, ChatSides, chat_sides
from generation.engine.evaluation.llm.texts.sides import Side, Sides
from generation.engine.evaluation.llm.texts.teaching import ratio_of, trial_of
from generation.engine.evaluation.llm.texts.variety import variety_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.conversations.likeness import act_bigram_distance
from generation.engine.llm.conversations.masking import masked
from generation.engine.llm.texts.corpus import Corpus

DISTANCE, NEXT = "chat_act_distance", "chat_next_act_ratio"
DRAWS = 20
FEWEST = 20
LEAST_OF_AN_ACT = 20


def chat_acts(study: Study) -> Findings:
    """How differently acts follow each other, synthetic from real, over how differently two real parts do."""
    sides, rng = chat_sides(study), study.rng(DISTANCE)
    size = min(len(sides.made), len(sides.holdout)) // 2
    if size < FEWEST:
        raise NotAssessable(f"Fewer than {FEWEST} conversations on one side are too few to compare what they do.")
    real = [_distance(sides.holdout.sample(size, rng), sides.source) for _ in range(DRAWS)]
    found = np.array([_distance(sides.made.sample(size, rng), sides.source) for _ in range(DRAWS)])
    beside = max(float(np.mean(real)), 1e-9)
    value, (lower, upper) = float(found.mean()) / beside, percentile_interval(found / beside)
    sentence = (
        f"Pairs of acts lie {found.mean():.2f} from those of the source, beside {beside:.2f} of as many real "
        "conversations that nobody learned from."
    )
    metric = Metric(
        Group.FIDELITY, DISTANCE, sentence, Direction.LOWER, value, lower, upper,
        n=size, baseline=1.0, seed=study.seed,
    )  # fmt: skip
    return Findings((metric,))


def _distance(some: Chats, others: Chats) -> float:
    return act_bigram_distance(some.talks, others.talks)


def chat_teaching(study: Study) -> Findings:
    """A classifier of what comes next, learned from synthetic conversations, on real ones nobody learned from."""
    sides = chat_sides(study)
    kept = _common_acts(sides.source)
    trial = trial_of(study, Sides(*(_next_acts(side, kept) for side in (sides.source, sides.holdout, sides.made))))
    return Findings((ratio_of(study, trial, NEXT),))


def _common_acts(chats: Chats) -> frozenset[str]:
    counts = Counter(label for _, label, _ in _steps(chats))
    return frozenset(label for label, count in counts.items() if count >= LEAST_OF_AN_ACT)


def _next_acts(chats: Chats, kept: frozenset[str]) -> Side:
    """Each turn with what the next one does, where that is common enough to be learned."""
    found = [(text, label, row) for text, label, row in _steps(chats) if label in kept]
    if not found:
        raise NotAssessable("No act comes often enough to be learned.")
    texts, labels, rows = zip(*found, strict=True)
    return Side(Corpus.of(texts, labels), np.array(rows, dtype=np.int64))


def _steps(chats: Chats) -> list[tuple[str, str, int]]:
    """(a turn with values as tags, the acts of the next, its row)."""
    return [
        (f"{turn.role}: {masked(turn.text)}", " ".join(following.kind), int(row))
        for one, row in zip(chats.talks, chats.rows, strict=True)
        for turn, following in zip(one.turns, one.turns[1:], strict=False)
        if turn.text
    ]


def chat_variety(study: Study) -> Findings:
    """Whether turns are too much alike."""
    sides: ChatSides = chat_sides(study)
    return variety_of(study, sides.of(lambda chats: chats.turns), "chat", "turns")
