"""Questions that take two passages: a name that another passage describes, and two years that have to be compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from generation.engine.llm.questions.candidates import Candidate, Dated, Description, Facts
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Form, Kind, Question

# A name in more passages than this says little; one that stands in a single passage joins nothing.
FEWEST_PASSAGES, MOST_PASSAGES = 2, 5
MOST_WORDS = 34
_PARTNERS = 5
_DIGITS = re.compile(r"\d{3}")


def multi_hop(facts: Facts, corpus: Corpus) -> Iterator[Question]:
    """Questions in which a name is replaced by what another passage alone says of it."""
    described: dict[str, list[Description]] = defaultdict(list)
    for description in facts.descriptions:
        if FEWEST_PASSAGES <= len(corpus.holding(description.name)) <= MOST_PASSAGES:
            described[description.name.lower()].append(description)
    for candidate in facts.candidates:
        for name, _ in candidate.names:
            bare = re.sub(r"^the ", "", name.lower())
            for description in described.get(bare, []):
                if question := _bridged(candidate, name, description):
                    yield question


def _bridged(candidate: Candidate, name: str, description: Description) -> Question | None:
    own, other = candidate.evidence, description.evidence
    if own.passage == other.passage or candidate.kind is Kind.RULE or own.text.lower() in description.words.lower():
        return None
    pattern = rf"(?:\b[Tt]he )?(?<!\w){re.escape(re.sub(r'^[Tt]he ', '', name))}(?!['’\w])"
    text, replaced = re.subn(pattern, description.words, candidate.wordings[-1], count=1)
    if not replaced or description.name.lower() in text.lower() or len(text.split()) > MOST_WORDS:
        return None
    return Question(text, own.text, Form.MULTI, candidate.kind, (own, other))


def comparisons(facts: Facts, corpus: Corpus, rng: np.random.Generator) -> Iterator[Question]:
    """Which of two things that different passages date came first: the answer is its year."""
    known = [one for one in facts.dated if corpus.is_unique(one.evidence.text) and not _DIGITS.search(one.happening)]
    dated = [known[at] for at in rng.permutation(len(known))]
    for step in range(1, _PARTNERS + 1):
        for one, other in zip(dated, dated[step:], strict=False):
            if question := _compared(one, other, is_earlier=bool(rng.integers(2))):
                yield question


def _compared(one: Dated, other: Dated, *, is_earlier: bool) -> Question | None:
    years = int(one.evidence.text), int(other.evidence.text)
    if one.evidence.passage == other.evidence.passage or years[0] == years[1]:
        return None
    first, second = (one, other) if (years[0] < years[1]) == is_earlier else (other, one)
    word = "earlier" if is_earlier else "later"
    happenings = [one.happening, other.happening]
    text = f"Which year is the {word} one: the year in which {happenings[0]}, or the year in which {happenings[1]}?"
    return Question(text, first.evidence.text, Form.COMPARISON, Kind.YEAR, (first.evidence, second.evidence))
