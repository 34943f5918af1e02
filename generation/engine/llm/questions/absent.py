"""Questions that the documents do not answer: something they say nothing of takes the place of what they speak about.

That nothing is said of it is verified over all passages, without regard to case or marks between words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.corpus import Corpus
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


def unanswerable(candidates: Sequence[Candidate], corpus: Corpus, rng: np.random.Generator) -> Iterator[Question]:
    """Each candidate with a name or year of its question replaced by one of the same kind that no passage holds."""
    for candidate in candidates:
        if candidate.kind is Kind.RULE:
            continue
        text = candidate.wordings[-1]
        for old, label in (*candidate.names, *((year, "YEAR") for year in _YEAR.findall(text))):
            new = _other(label, old, corpus, rng)
            changed = _with(text, old, new) if new and new not in text else text
            if changed != text:
                yield Question(changed, "", Form.UNANSWERABLE, Kind.NOTHING, (candidate.evidence,), absent=new)
                break


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
        return str(int(old) + int(rng.integers(2, 40)) * (1 if rng.integers(2) else -1))
    if label == "PERSON":
        return f"{_one(_GIVEN, rng)} {_one(_FAMILY, rng)}"
    if label in ("GPE", "LOC"):
        return _one(_PLACES, rng)
    if label == "ORG":
        return f"{'the ' if old.lower().startswith('the ') else ''}{_one(_PLACES, rng)} {_one(_BODIES, rng)}"
    return ""


def _one(words: Sequence[str], rng: np.random.Generator) -> str:
    return words[int(rng.integers(len(words)))]
