"""Questions that the documents do not answer: something they say nothing of takes the place of what they speak about.

That nothing is said of it is verified over all passages, without regard to case or marks between words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.grammar.frames import frames_of
from generation.engine.llm.questions.grammar.language import ENGLISH
from generation.engine.llm.questions.question import Form, Kind, Question
from generation.engine.pii.entities import word_set

_GIVEN = sorted(word_set("Amara Bastian Celeste Dorian Elodie Fabian Greta Hakan Ilse Joren Katya Leif Mirela Noor"))
_FAMILY = sorted(
    word_set("Abelmann Brackwater Castellane Dunmorrow Eskildsen Farrowgate Gruninger Hollenbeck Ivarsson Jankovic")
)
_PLACES = sorted(word_set("Ardmore Belvoir Castelmar Drumlough Eastermoor Falkenrath Grimsholt Halvorsund Inverlyre"))
_BODIES = ("Institute", "Society", "Corporation", "Council", "Foundation", "Consortium")
_YEAR = re.compile(r"(?<![\w,.])(1[5-9]\d\d|20\d\d)(?![\w,])")
_TRIES = 12
_MOST_OF_A_BLOCK = 2
_MOST_ROW_WORDS = 20


def unanswerable(candidates: Sequence[Candidate], corpus: Corpus, rng: np.random.Generator) -> Iterator[Question]:
    """Each candidate with a name or year of its question replaced by one of the same kind that no passage holds; of
    what stands in a list, a table or a rule, something is asked that no passage tells of anything.
    """
    untold = _Untold(corpus, rng)
    for candidate in candidates:
        changed = _changed(candidate, corpus, rng) if candidate.is_anchored and not candidate.verdict else None
        if question := changed or untold.question(candidate):
            yield question


def _changed(candidate: Candidate, corpus: Corpus, rng: np.random.Generator) -> Question | None:
    text = candidate.wordings[-1]
    for old, label in (*candidate.names, *((year, "YEAR") for year in _YEAR.findall(text))):
        new = _other(_label_in(text, old, label), old, corpus, rng)
        changed = _with(text, old, new) if new and new not in text else text
        if changed != text:
            return _unanswered(candidate, changed, new)
    return None


def _unanswered(candidate: Candidate, text: str, absent: str) -> Question:
    evidence, language = (candidate.evidence,), candidate.language
    return Question(text, "", Form.UNANSWERABLE, Kind.NOTHING, evidence, absent=absent, language=language)


class _Untold:
    """Questions for something that the documents tell of nothing: of each list and table a few."""

    def __init__(self, corpus: Corpus, rng: np.random.Generator) -> None:
        self._corpus, self._rng = corpus, rng
        self._made: Counter[tuple[str, int]] = Counter()

    def question(self, candidate: Candidate) -> Question | None:
        """One about the row, the item or the rule of a candidate; None where there is none, or enough were made."""
        spot = candidate.spot
        if spot is None or len(spot.row.split()) > _MOST_ROW_WORDS or self._made[spot.block] >= _MOST_OF_A_BLOCK:
            return None
        frames = frames_of(candidate.language or ENGLISH)
        frame, things = (frames.unknown, frames.unknowns) if spot.topic else (frames.of_a_rule, frames.of_rules)
        untold = [thing for thing, words in things if self._is_untold(thing, words)]
        if not untold:
            return None
        self._made[spot.block] += 1
        absent = _one(untold, self._rng)
        text = frame.format(unknown=absent, row=spot.row, topic=spot.topic)
        return _unanswered(candidate, text, absent)

    def _is_untold(self, thing: str, words: Sequence[str]) -> bool:
        """Whether no passage holds the thing, nor any of the words by which it could be told."""
        return self._corpus.is_absent(thing) and all(map(self._corpus.is_absent, words))


def _label_in(text: str, old: str, label: str) -> str:
    """What a name is: the label of one that stands behind "in" or "near" errs when it says a person."""
    return "GPE" if label == "PERSON" and re.search(rf"\b(?:in|near|at|from) {re.escape(old)}(?!\w)", text) else label


def _with(text: str, old: str, new: str) -> str:
    """The text with one thing in place of another where that stands as words of its own: no Rome is in Romeo."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)


def _other(label: str, old: str, corpus: Corpus, rng: np.random.Generator) -> str:
    """A value of the same kind that no passage holds; "" when none is found."""
    for _ in range(_TRIES):
        made = _made(label, old, rng)
        if made and corpus.is_absent(made):
            return made
    return ""


def _made(label: str, old: str, rng: np.random.Generator) -> str:
    if label == "YEAR" or (label == "DATE" and old.isdigit()):
        return str(int(old) - int(rng.integers(2, 40)))  # a later one may be yet to come
    if label == "PERSON":
        return f"{_one(_GIVEN, rng)} {_one(_FAMILY, rng)}"
    if label in ("GPE", "LOC"):
        return _one(_PLACES, rng)
    if label == "ORG":
        return f"{'the ' if old.lower().startswith('the ') else ''}{_one(_PLACES, rng)} {_one(_BODIES, rng)}"
    return ""


def _one(words: Sequence[str], rng: np.random.Generator) -> str:
    return words[int(rng.integers(len(words)))]
