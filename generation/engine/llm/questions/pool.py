"""Every question that documents allow, by form, before any is chosen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.documents.versions import Names
from generation.engine.llm.questions.absent import unanswerable
from generation.engine.llm.questions.adversarial import adversarial
from generation.engine.llm.questions.candidates import Candidate, Facts, facts_of
from generation.engine.llm.questions.corpus import Corpus, flat
from generation.engine.llm.questions.gaps import gaps_of
from generation.engine.llm.questions.grammar.frames import with_source
from generation.engine.llm.questions.grammar.language import foreign
from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.hops import comparisons, multi_hop
from generation.engine.llm.questions.question import Form, Question
from generation.engine.llm.questions.structures import structured
from generation.engine.llm.questions.turns import conversational
from generation.engine.progress import Progress

SEVERAL = "Their answer stands in several passages."
COPIED = "They repeat a question of the owner."
TAKEN_OUT = "They ask about personal data that was taken out."
SAME = "They repeat another question."
_PLACEHOLDER = re.compile(r"<[A-Z_]{3,}>")
# Two questions that share this part of all their words are one.
_SAME_SHARE = 0.85
# The last wording of a candidate is the one that is least like its passage.
_LAST_WORDING = 0.75
_PARSED_AT_ONCE = 200
# Of each sentence that is parsed, about this many questions can be kept.
_WANTED = 3


@dataclass
class Pool:
    """Questions by form, sentences with gaps as the last resort, and why others were left out. `read` counts the
    passages that were searched: it ends when there is enough to choose from."""

    corpus: Corpus
    forms: dict[Form, list[Question]] = field(default_factory=lambda: defaultdict(list))
    gaps: list[Question] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    read: int = 0
    foreign: dict[str, str] = field(default_factory=dict)


def fill_pool(
    corpus: Corpus, names: Names, count: int, rng: np.random.Generator, own: Sequence[str], progress: Progress
) -> Pool:
    """A pool that holds `count` questions several times over, or everything that the passages allow.

    `own` are the owner's real questions: what repeats one of them is left out.
    """
    pool = Pool(corpus, foreign=foreign(corpus.passages))
    facts = Facts([], [], [])
    waiting = _in_turns(corpus.passages, rng)
    made: list[Candidate] = []
    usable = 0
    documents = len({passage.document for passage in corpus.passages})
    for at in range(0, len(waiting), _PARSED_AT_ONCE):
        progress("reading passages", at, len(waiting))
        some = waiting[at : at + _PARSED_AT_ONCE]
        more = facts_of([passage for passage in some if passage.id not in pool.foreign])
        facts.descriptions.extend(more.descriptions)
        facts.dated.extend(more.dated)
        found = [*structured(some, pool.foreign), *more.candidates]
        made += found
        pool.read += len(some)
        usable += sum(corpus.is_unique(candidate.evidence.text) for candidate in found)
        if usable >= _WANTED * count and at + len(some) >= min(documents, count):
            break
    progress("wording questions", 0, 0)
    kept = _kept(_named(made, names), pool, own)
    facts.candidates.extend(kept)
    _add_forms(pool, kept, facts, count, rng)
    pool.gaps = list(gaps_of(waiting[: max(count, documents)], corpus, names.labels))
    return pool


def _in_turns(passages: Sequence[Passage], rng: np.random.Generator) -> list[Passage]:
    """The passages so that every document comes once before any comes twice."""
    own: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        own[passage.document].append(passage)
    shuffled = [[mine[at] for at in rng.permutation(len(mine))] for mine in own.values()]
    most = max(map(len, shuffled), default=0)
    return [mine[turn] for turn in range(most) for mine in shuffled if turn < len(mine)]


def _named(candidates: Sequence[Candidate], names: Names) -> list[Candidate]:
    """The candidates; those that another document answers otherwise, or a version of theirs may, name their document.

    What one document answers in two ways is left out.
    """
    answers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in candidates:
        for text in one.wordings:
            answers[flat(text)].add((one.evidence.document, flat(one.evidence.text)))
    found = []
    for one in candidates:
        document = one.evidence.document
        known = set().union(*(answers[flat(text)] for text in one.wordings))
        if sum(own == document for own, _ in known) == 1:
            is_one_of_several = len(known) > 1 or document in names.versions
            found.append(_told_apart(one, names.labels[document]) if is_one_of_several else one)
    return found


def _told_apart(candidate: Candidate, label: str) -> Candidate:
    """The candidate with the name of its document; without it no other question can be made of it."""
    texts = tuple(with_source(text, label, candidate.language) for text in candidate.wordings)
    return replace(candidate, wordings=texts, is_anchored=True, follow_up="", names=(), spot=None)


def _kept(candidates: Iterable[Candidate], pool: Pool, own: Sequence[str]) -> list[Candidate]:
    copied = Copies(own)
    found, seen = [], set()
    for candidate in candidates:
        key = (flat(candidate.wordings[0]), candidate.evidence.passage)
        if key in seen:
            pool.rejected[SAME] += 1
        elif any(copied.has(text) for text in candidate.wordings):
            pool.rejected[COPIED] += 1
        elif any(_PLACEHOLDER.search(text) for text in (candidate.evidence.text, *candidate.wordings)):
            pool.rejected[TAKEN_OUT] += 1
        elif not pool.corpus.is_unique(candidate.evidence.text):
            pool.rejected[SEVERAL] += 1
        else:
            seen.add(key)
            found.append(candidate)
    return found


def _add_forms(pool: Pool, kept: list[Candidate], facts: Facts, count: int, rng: np.random.Generator) -> None:
    corpus = pool.corpus
    single = [_single(candidate, corpus, rng) for candidate in kept]
    pool.forms[Form.SINGLE] = single
    pool.forms[Form.MULTI] = list(multi_hop(facts, corpus))
    pool.forms[Form.COMPARISON] = list(comparisons(facts, corpus, rng))
    pool.forms[Form.UNANSWERABLE] = list(unanswerable(kept, corpus, rng))
    pool.forms[Form.CONVERSATIONAL] = list(conversational(kept, corpus))
    plain = [single[at] for at in rng.permutation(len(single)) if not single[at].verdict][: _WANTED * count]
    rules = [candidate for candidate in kept if candidate.verdict]
    pool.forms[Form.ADVERSARIAL] = list(adversarial(plain, corpus, rng, rules))


def _single(candidate: Candidate, corpus: Corpus, rng: np.random.Generator) -> Question:
    """The candidate in one of its wordings, mostly the last, and with what it is about where no name says so."""
    text = candidate.wordings[-1] if rng.random() < _LAST_WORDING else candidate.wordings[0]
    said = candidate.in_full(text, corpus.passage(candidate.evidence.passage).title)
    return Question(
        said,
        candidate.evidence.text,
        Form.SINGLE,
        candidate.kind,
        (candidate.evidence,),
        verdict=candidate.verdict,
        language=candidate.language,
    )


class Copies:
    """Questions that must not be repeated."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._words: list[frozenset[str]] = []
        self._with: dict[str, list[int]] = defaultdict(list)
        for question in questions:
            self.add(question)

    def add(self, question: str) -> None:
        """One more."""
        self._words.append(frozenset(words_of(question)))
        for word in self._words[-1]:
            self._with[word].append(len(self._words) - 1)

    def has(self, question: str) -> bool:
        """Whether one of them has nearly the same words."""
        words = frozenset(words_of(question))
        # Who shares that part of all words has at least one of the rarest ones: the others need not be looked up.
        rarest = sorted(words, key=lambda word: len(self._with.get(word, ())))
        spare = len(words) - ceil(_SAME_SHARE * len(words)) + 1
        places = {at for word in rarest[:spare] for at in self._with.get(word, ())}
        return any(len(words & self._words[at]) >= _SAME_SHARE * len(words | self._words[at]) for at in places)
