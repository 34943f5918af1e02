"""Words for what is done: a phrase grammar for each kind of turn, held against the turns that only few have said.

A turn that k holders said word for word ("Have a great day.") may come again: it tells of nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from zlib import crc32

import numpy as np

from generation.engine.llm.conversations.conversation import Act, Conversation
from generation.engine.llm.conversations.masking import masked
from generation.engine.llm.matching.ratios import is_near
from generation.engine.llm.texts.casing import casing_of
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.grammar import fit_grammar
from generation.engine.llm.texts.guard import LONGEST_RUN
from generation.engine.llm.texts.ranking import Trigrams
from generation.engine.llm.texts.support import holders_of_runs, runs_of, supported
from generation.engine.llm.texts.words import Words, plain, text_of, words_of
from generation.engine.progress import Progress, silent

# Fewer holders than so many times k give no grammar of their own.
ENOUGH = 3
POOL = 150
DRAWN = 4 * POOL
# Turns of so many words and tags are whole ones of k people, or they are scraps; longer ones are never those of few.
FEW_WORDS = 3
KEEP = 0.4
LONGEST_PHRASE = 12


@dataclass(frozen=True)
class Wording:
    """Texts with tags, by what they do, none of them a turn of few; and the words of each topic.

    What is filed under no topic may be said of any that has all its words.
    """

    pools: Mapping[str, tuple[str, ...]]
    vocabulary: Mapping[str, frozenset[str]]
    _fitting: dict[tuple[str, str], list[str]] = field(default_factory=dict, compare=False, repr=False)

    def said(self, topic: str, role: str, acts: Sequence[Act], rng: np.random.Generator) -> str:
        """Words for a turn; "" where too few people said anything like it.

        The whole turn as it is about these things, else as it does these things, else act by act.
        """
        if whole := self._drawn(topic, role, acts, rng):
            return whole
        parts = [self._drawn(topic, role, [act], rng) for act in acts]
        return " ".join(parts) if all(parts) else ""

    def _drawn(self, topic: str, role: str, acts: Sequence[Act], rng: np.random.Generator) -> str:
        for key in keys_of(topic, role, acts):
            if key in self.pools and (pool := self._fitting_of(topic, key)):
                return pool[int(rng.integers(len(pool)))]
        return ""

    def _fitting_of(self, topic: str, key: str) -> list[str]:
        """What is filed under the key and has no word that the topic lacks; looked up once."""
        if (topic, key) not in self._fitting:
            known = self.vocabulary.get(topic, frozenset())
            self._fitting[topic, key] = [text for text in self.pools[key] if known.issuperset(words_of(text))]
        return self._fitting[topic, key]


def keys_of(topic: str, role: str, acts: Sequence[Act]) -> list[str]:
    """What a turn's words are filed under, the most telling first: what it is about or does, of its topic or any."""
    about = ", ".join(f"{name} {about}" for name, about in sorted(acts))
    does = ", ".join(sorted({name for name, _ in acts}))
    return [f"{role} of {topic}: {about}", f"{role} of {topic}: {does}", f"{role}: {about}", f"{role}: {does}"]


def fit_wording(
    conversations: Sequence[Conversation],
    decoys: Sequence[Conversation],
    k: int,
    seed: int,
    progress: Progress = silent,
) -> Wording:
    """Grammars of all kinds of turns that enough holders have, and what they say."""
    filed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    known: list[tuple[str, str]] = []
    topics: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in conversations:
        for turn in one.turns:
            said = (masked(turn.text), one.holder)
            known.append(said)
            topics[one.topic].append(said)
            for key in keys_of(one.topic, turn.role, turn.acts):
                filed[key].append(said)
    known += [(masked(turn.text), one.holder) for one in decoys for turn in one.turns]
    everything = _corpus(known)
    teller = _Teller(Refusal.of(known, k), Trigrams.of(everything, k), casing_of(everything, k), k)
    wanted = sorted(key for key, turns in filed.items() if len({holder for _, holder in turns}) >= ENOUGH * k)
    pools = {}
    for done, key in enumerate(wanted):
        progress("learning what is said", done, len(wanted))
        rng = np.random.default_rng([seed, crc32(key.encode())])
        pools[key] = teller.pool(_corpus(filed[key]), rng)
    return Wording(pools, {topic: _vocabulary(_corpus(turns), k) for topic, turns in topics.items()})


def _vocabulary(texts: Corpus, k: int) -> frozenset[str]:
    """The words that k holders say."""
    return frozenset(run[0] for run in supported(holders_of_runs(texts, [1]), k))


@dataclass(frozen=True)
class Refusal:
    """What no turn may be: what few said, nearly so, or a run of eight words that few said."""

    few: tuple[str, ...]
    common: frozenset[str]
    rare_runs: frozenset[Words]

    @classmethod
    def of(cls, turns: Sequence[tuple[str, str]], k: int) -> Refusal:
        """Of all turns with their holders, decoys among them."""
        corpus = _corpus(turns)
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for words, holder in zip(corpus.words, corpus.holders, strict=True):
            holders[plain(words)].add(holder)
        common = frozenset(text for text, who in holders.items() if len(who) >= k)
        few = tuple(text for text in holders if text not in common and len(text.split()) > FEW_WORDS)
        runs = holders_of_runs(corpus, [LONGEST_RUN])
        return cls(few, common, frozenset(run for run, who in runs.items() if who < k))

    def passed(self, turns: Sequence[Words]) -> list[Words]:
        """Those that may be said."""
        open_ = [words for words in turns if not any(run in self.rare_runs for run in runs_of(words, LONGEST_RUN))]
        texts = [plain(words) for words in open_]
        near = is_near(texts, self.few).tolist()
        return [
            words
            for words, text, is_bad in zip(open_, texts, near, strict=True)
            if text in self.common or not (is_bad or len(text.split()) <= FEW_WORDS)
        ]


@dataclass(frozen=True)
class _Teller:
    """What decides which drawn turns are said, and how their words are written."""

    refusal: Refusal
    ranker: Trigrams
    casing: Mapping[str, str]
    k: int

    def pool(self, said: Corpus, rng: np.random.Generator) -> tuple[str, ...]:
        """Of what may be said the part with the least seams, each text as often as it was drawn."""
        grammar = fit_grammar(said, "", frozenset(), self.k, longest=LONGEST_PHRASE)
        drawn = Counter(islice(grammar.walks(rng), DRAWN))
        passed = self.refusal.passed(list(drawn)[:POOL])
        scores = self.ranker.weakest(passed)
        order = np.argsort(-scores, kind="stable").tolist()[: ceil(KEEP * len(passed))]
        return tuple(text_of(passed[place], self.casing) for place in order for _ in range(drawn[passed[place]]))


def _corpus(turns: Sequence[tuple[str, str]]) -> Corpus:
    return Corpus.of([text for text, _ in turns], persons=[holder for _, holder in turns])
