"""The evidence on a set of questions, measured on the passages and not believed of whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from generation.engine.evaluation.llm.sets.cards import CARDS, default_limits
from generation.engine.evaluation.llm.sets.every import apart, repeats
from generation.engine.evaluation.llm.sets.judging import Told, judged, share, valued
from generation.engine.evaluation.llm.sets.own import beside
from generation.engine.evaluation.metric import Metric
from generation.engine.llm.counts import counted
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import (
    covered,
    is_answerable,
    is_closed,
    is_grounded,
    largest_times_share,
    wording_of,
)
from generation.engine.llm.questions.personas import compared, compared_own
from generation.engine.llm.questions.pool import Copies
from generation.engine.llm.questions.question import Question, said_before

# What of the documents is told, and how; passages that repeat one another would count twice.
_PARTS = {
    "documents": ("document", "documents", ""),
    "sections": ("section", "sections", ""),
    "clusters": ("passage", "passages", ", near repeats counted once,"),
}


def question_evidence(
    questions: Sequence[Question], corpus: Corpus, *, own: Sequence[str] = (), training: Sequence[str] = ()
) -> tuple[Metric, ...]:
    """The judged metrics of a set of questions.

    `own` are real questions of the owner (see `real_question`), `training` the texts of the portal's sets for training.
    """
    texts = [compared(question) for question in questions]
    not_there = Told("answer", "does not stand there", "do not stand there")
    elsewhere = Told("answer", "stands elsewhere too", "stand elsewhere too")
    holding = Told("question", "holds its answer", "hold their answer")
    metrics = [
        _each("grounded", questions, lambda one: is_grounded(one, corpus), not_there),
        _each("answerable", questions, lambda one: is_answerable(one, corpus), elsewhere),
        _each("closed_book", questions, is_closed, holding),
        repeats("repeated_questions", texts),
        _copied(texts, own),
        *_spread(questions, corpus),
        *_worded(questions, corpus, own),
        *apart(texts, training, [f"{said_before(one)}\n{one.answer}" for one in questions]),
    ]
    return judged(metrics, default_limits("knowledge_testing"))


def _each(name: str, questions: Sequence[Question], holds: Callable[[Question], bool], told: Told) -> Metric:
    why = f"fails: {CARDS[name].title.lower()}"
    failing = {at: why for at, question in enumerate(questions) if not holds(question)}
    return share(name, failing, len(questions), told, is_good=True)


def _copied(texts: Sequence[str], own: Sequence[str]) -> Metric:
    if not own:
        return CARDS["copied_questions"].not_computed("No questions of the owner were given to compare with.")
    known = Copies(compared_own(own))
    failing = {at: "says what a question of the owner says" for at, text in enumerate(texts) if known.has(text)}
    told = Told("question", "repeats one of the owner's", "repeat the owner's")
    return share("copied_questions", failing, len(texts), told, is_good=False)


def _spread(questions: Sequence[Question], corpus: Corpus) -> Iterator[Metric]:
    for name, (asked, there) in covered(questions, corpus).items():
        if name in _PARTS:
            one, more, aside = _PARTS[name]
            is_or_are = "is" if asked == 1 else "are"
            told = f"{asked:,} of {counted(there, one, more)}{aside} {is_or_are} asked about."
            yield valued(f"{name}_covered", asked / (min(there, len(questions)) or 1), there, told)
    documents = {passage.document for passage in corpus.passages}
    known = [question for question in questions if question.document in documents]
    times = largest_times_share(known, corpus) if len(documents) > 1 else 1.0
    yield valued("largest_share", times, len(known), f"The most asked document has {times:.1f} times its share.")


def _worded(questions: Sequence[Question], corpus: Corpus, own: Sequence[str]) -> Iterator[Metric]:
    """How the questions are worded beside their passages, and how the owner's are beside theirs."""
    ordinary = [one for one in questions if one.is_answerable and not one.turns and _passage(one) in corpus.place]
    found, real = wording_of([(one.text, _passage(one)) for one in ordinary], corpus), beside(own, corpus)
    told = f"Half of the questions share {found.overlap_median:.0%} of their words with the passage, or less"
    overlap = valued("wording_overlap", found.overlap_median, found.n, f"{told}{real.overlap_told}.")
    yield replace(overlap, ceiling=real.overlap)
    told = f"BM25 finds the passage first for {found.rank1:.0%}{real.first_told}."
    yield replace(valued("found_first", found.rank1, found.n, told), ceiling=real.first)


def _passage(question: Question) -> str:
    return question.evidence[0].passage
