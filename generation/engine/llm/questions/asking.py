"""Documents and a number in, exactly so many questions out, or what is missing and why. The door of this room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.counts import counted
from generation.engine.llm.documents.document import Document, digest
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.documents.versions import Names
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_closed
from generation.engine.llm.questions.personas import compared, compared_own, styled
from generation.engine.llm.questions.pool import COPIED, SAME, Copies, Pool, fill_pool
from generation.engine.llm.questions.question import Form, Kind, Question, QuestionSet
from generation.engine.progress import Progress, silent

SHARES: Mapping[Form, float] = {
    Form.SINGLE: 0.55,
    Form.MULTI: 0.08,
    Form.COMPARISON: 0.05,
    Form.UNANSWERABLE: 0.12,
    Form.ADVERSARIAL: 0.12,
    Form.CONVERSATIONAL: 0.08,
}
MOST_QUESTIONS = 100_000
# No document gets more than this many times its share of all words.
MOST_TIMES_SHARE = 3
# Of all that are asked at most this part are sentences with a gap, where nothing else is left.
_MOST_GAPS = 0.2
# Which kinds are worth more when there is a choice; a phrase can always be asked for.
_WORTH = {Kind.PHRASE: 0.5, Kind.ITEM: 0.7, Kind.RULE: 0.8, Kind.LIST: 0.8}
_MOST_USES = 3
# What there is too little of where a form lacks questions.
_NEEDS = {
    Form.SINGLE: "facts whose answer stands in one passage alone",
    Form.MULTI: "pairs of facts that share a name",
    Form.COMPARISON: "pairs of events with different years",
    Form.UNANSWERABLE: "names, years, rows, items or rules that something untold can be asked about",
    Form.ADVERSARIAL: "facts that a question can mislead about",
    Form.CONVERSATIONAL: "pairs of facts about one subject, one list or one table",
}
_SPENT = "The documents allow no more questions whose answer stands in one passage alone."
_OVERUSED = "Their answer is asked for three times already."
_READ_OFF = "They hold their own answer."
_CAPPED = "The other documents are asked three times their share already."


def ask_questions(
    documents: Sequence[Document],
    count: int,
    *,
    seed: int,
    shares: Mapping[Form, float] = SHARES,
    own: Sequence[str] = (),
    progress: Progress = silent,
) -> QuestionSet:
    """`count` questions over the documents; the same documents, count and seed give the same questions.

    `shares` says which part of them has which form: where documents allow too few of one, single-hop questions take
    their place. `own` are real questions of the owner, each as `real_question` reads it: none is repeated. SuiteError
    where the documents have no passage, the count is out of range, or no parser is installed.
    """
    if not 1 <= count <= MOST_QUESTIONS:
        raise SuiteError("bad_count", f"Ask for 1 to {MOST_QUESTIONS:,} questions.")
    corpus = Corpus(all_passages(documents))
    if not corpus.passages:
        raise SuiteError("no_passages", "The documents hold no text to ask about.")
    rng = np.random.default_rng(seed)
    real = compared_own(own)
    pool = fill_pool(corpus, Names(documents), count, rng, real, progress)
    progress("choosing questions", 0, 0)
    choice = _Choice(pool, count, rng, real)
    named = [identified(question) for question in choice.chosen(shares)]
    missing = count - len(named)
    is_capped = any(len(questions) > len(named) for questions in pool.forms.values()) and missing
    shortfall = {(_CAPPED if is_capped else _SPENT): missing} if missing else {}
    short = tuple(_short_forms(named, split_count(count, shares), pool))
    return QuestionSet(count, seed, tuple(named), shortfall, dict(pool.rejected + choice.rejected), short, _notes(pool))


def _short_forms(made: Sequence[Question], wanted: Mapping[Form, int], pool: Pool) -> Iterator[str]:
    """A sentence for each form of which fewer questions were made than wanted."""
    counts, there = Counter(question.form for question in made), len(pool.corpus.passages)
    where = (
        "the documents hold" if pool.read == there else f"the {pool.read:,} of {counted(there, 'passage')} read hold"
    )
    for form, number in wanted.items():
        if counts[form] < number:
            found = len(pool.forms[form])
            why = f"{where} no more {_NEEDS[form]}"
            if found > counts[form]:
                why = f"of {found:,} found those left out repeat a question or an answer, or ask one document too often"
            yield f"{counts[form]:,} of {counted(number, f'{form.value} question')}: {why}."


def _notes(pool: Pool) -> tuple[str, ...]:
    """One sentence about the passages that are not English."""
    if not pool.foreign:
        return ()
    passages = counted(len(pool.corpus.passages), "passage")
    told = f"{len(pool.foreign):,} of {passages} {'is' if len(pool.foreign) == 1 else 'are'} not in English"
    return (f"{told}: only their lists, tables and missing words are asked about.",)


def identified(question: Question) -> Question:
    """The question under an id that follows from its words and where its answer stands."""
    where = [f"{piece.passage}:{piece.start}:{piece.end}" for piece in question.evidence]
    turns = [turn.question for turn in question.turns]
    return replace(question, id=digest(question.text, *turns, *where))


def split_count(count: int, shares: Mapping[Form, float]) -> dict[Form, int]:
    """`count` cut by shares into whole numbers that sum to it (largest remainders)."""
    total = sum(shares.values())
    exact = {form: count * share / total for form, share in shares.items()}
    whole = {form: int(number) for form, number in exact.items()}
    for form in sorted(exact, key=lambda one: whole[one] - exact[one])[: count - sum(whole.values())]:
        whole[form] += 1
    return whole


class _Choice:
    """Which questions are taken: the document that has least of its share comes next, and in it what is least used."""

    def __init__(self, pool: Pool, count: int, rng: np.random.Generator, own: Sequence[str]) -> None:
        self._pool, self._count, self._rng = pool, count, rng
        words: Counter[str] = Counter()
        for passage, size in zip(pool.corpus.passages, pool.corpus.words, strict=True):
            words[passage.document] += size
        total = sum(words.values())
        self._share = {document: size / total for document, size in words.items()}
        self._taken: Counter[str] = Counter()
        self._passages: Counter[str] = Counter()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._kinds: Counter[Kind] = Counter()
        self._own, self._said = Copies(own), Copies(own)
        self._why: dict[int, str] = {}

    @property
    def rejected(self) -> Counter[str]:
        """How many candidates were looked at and not taken, by reason."""
        return Counter(filter(None, self._why.values()))

    def chosen(self, shares: Mapping[Form, float]) -> list[Question]:
        """The questions of every form, the scarcest form first; what a form lacks, the others fill."""
        wanted = split_count(self._count, shares)
        scarce = sorted(wanted, key=lambda form: (len(self._pool.forms[form]) - wanted[form], form.value))
        found = self._forgotten(wanted)
        for form in scarce:
            found += self._take(self._pool.forms[form], wanted[form])
        for form in (Form.SINGLE, *(form for form in scarce if form is not Form.SINGLE)):
            if wanted.get(form):
                found += self._take(self._pool.forms[form], self._count - len(found))
        most = int(max(_MOST_GAPS, self._foreign_share()) * self._count) if wanted.get(Form.SINGLE) else 0
        found += self._take(self._pool.gaps, min(most, self._count - len(found)))
        return [found[at] for at in self._rng.permutation(len(found))]

    def _foreign_share(self) -> float:
        """The part of all words that no other question than one with a gap can be made of."""
        corpus = self._pool.corpus
        sizes = zip(corpus.passages, corpus.words, strict=True)
        return sum(size for passage, size in sizes if passage.id in self._pool.foreign) / sum(corpus.words)

    def _forgotten(self, wanted: dict[Form, int]) -> list[Question]:
        """A sentence with a gap for each document that nothing else can be asked of, where there is room for all."""
        known = {question.document for form, own in self._pool.forms.items() if wanted.get(form) for question in own}
        if len(self._share) > self._count or not wanted.get(Form.SINGLE):
            return []
        first = {question.document: question for question in reversed(self._pool.gaps)}
        alone = [question for document, question in first.items() if document not in known]
        found = self._take(alone, len(alone))
        wanted[Form.SINGLE] = max(0, wanted[Form.SINGLE] - len(found))
        return found

    def _take(self, questions: Sequence[Question], count: int) -> list[Question]:
        waiting: dict[str, list[Question]] = defaultdict(list)
        for question in questions:
            waiting[question.document].append(question)
        found: list[Question] = []
        queue = [(*self._turn(document), document) for document in waiting]
        heapify(queue)
        while queue and len(found) < count:
            document = heappop(queue)[-1]
            if not waiting[document] or not self._has_room(document):
                continue
            best = min(waiting[document], key=self._cost)
            waiting[document].remove(best)
            said = next((one for one in (styled(best, self._rng), best) if not self._why_not(one)), None)
            if said is None:
                self._why.setdefault(id(best), self._why_not(best))
            else:
                self._why[id(best)] = ""
                self._note(said)
                found.append(said)
            heappush(queue, (*self._turn(document), document))
        return found

    def _turn(self, document: str) -> tuple[bool, float]:
        """When a document's turn is: one that was never asked comes first, then the one with the least of its share."""
        return self._is_covered(document), (self._taken[document] + 1) / self._share[document]

    def _is_covered(self, document: str) -> bool:
        """Every document comes once before any comes twice, where there are as many questions as documents."""
        return len(self._share) > self._count or bool(self._taken[document])

    def _has_room(self, document: str) -> bool:
        return self._taken[document] < max(1, int(MOST_TIMES_SHARE * self._share[document] * self._count))

    def _why_not(self, question: Question) -> str:
        """Why a question is not taken; "" for one that can be."""
        if self._answers[question.evidence[0].passage, question.evidence[0].start] >= _MOST_USES:
            return _OVERUSED
        if not is_closed(question):
            return _READ_OFF
        if self._said.has(compared(question)):
            return COPIED if self._own.has(compared(question)) else SAME
        return ""

    def _cost(self, question: Question) -> tuple[float, str]:
        """What speaks against a question, small is good: used before, a kind that is frequent, words of the passage."""
        first = question.evidence[0]
        place = self._pool.corpus.place[first.passage]
        used = 2.0 * self._answers[first.passage, first.start] + 0.5 * self._passages[first.passage]
        frequent = self._kinds[question.kind] / (1 + self._taken.total())
        likeness = max(0.0, self._pool.corpus.overlap(question.text, place) - 0.6)
        return used + frequent + likeness - _WORTH.get(question.kind, 1.0) + len(question.text) / 400, question.text

    def _note(self, question: Question) -> None:
        first = question.evidence[0]
        self._taken[first.document] += 1
        self._passages[first.passage] += 1
        self._answers[first.passage, first.start] += 1
        self._kinds[question.kind] += 1
        self._said.add(compared(question))
