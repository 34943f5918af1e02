"""Texts from a fitted phrase grammar: exactly as many of each label as asked, or a shortfall with its reasons.

Each label is written by itself with random numbers of its own, so that the texts are the same whatever the number of
workers. Much more is drawn than is kept, in blocks: what is no text, a copy or nearly one is refused in a fixed order;
a ranker keeps the share that the dial asks for; and of these, those are picked that say each phrase about as often as
the source does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import ceil
from zlib import crc32

import numpy as np

from generation.engine.llm.texts.guard import Reason
from generation.engine.llm.texts.model import PhraseModel
from generation.engine.llm.texts.words import Words, plain, text_of
from generation.engine.progress import Progress, silent

OVER_DRAW = 8
BLOCK = 256
# A block that is not full after so many times its draws is given up.
PATIENCE = 6
DIAL = {"widest": 1.0, "between": 0.5, "closest": 0.25}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A drawn text that was not taken, and why. As sensitive as the source: it may be a copy."""

    label: str
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a label still owes, and what its draws were refused for."""

    label: str
    wanted: int
    written: int
    reasons: Mapping[Reason, int]

    @property
    def sentence(self) -> str:
        """The shortfall for people; the label is display data."""
        told = ", ".join(f"{count:,} were refused as {reason}" for reason, count in self.reasons.items() if count)
        drawn = f"Of those drawn, {told}." if told else "No phrase of this label is shared by enough people."
        return f"{self.label}: {self.written:,} of {self.wanted:,} were written. {drawn}"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written: texts as words with their slots, and their labels, label by label; and what fell short.
    `casing` is how words are written inside a sentence."""

    words: tuple[Words, ...]
    labels: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...]
    rejected: tuple[Rejected, ...]
    casing: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts as a person would write them, slots unfilled."""
        return tuple(text_of(words, self.casing) for words in self.words)


@dataclass(slots=True)
class _Label:
    """One label on its way: what was taken, and what was refused."""

    label: str
    wanted: int
    taken: list[Words] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)

    def refuse(self, words: Words, reason: Reason) -> None:
        self.rejected.append(Rejected(self.label, text_of(words), reason))

    @property
    def shortfall(self) -> Shortfall | None:
        if len(self.taken) >= self.wanted:
            return None
        reasons = Counter(refused.reason for refused in self.rejected)
        return Shortfall(self.label, self.wanted, len(self.taken), {reason: reasons[reason] for reason in Reason})


def write(
    model: PhraseModel,
    quotas: Mapping[str, int],
    seed: int,
    *,
    keep: float = DIAL["widest"],
    workers: int = 1,
    progress: Progress = silent,
) -> Draft:
    """`quotas` texts of each label. `keep` (0..1] is the share of good draws that the ranker leaves: 1 is widest.

    The same model, quotas, seed and `keep` give the same texts, whatever the number of workers.
    """
    done: list[_Label] = []
    for label in _spread(partial(_write_label, seed=seed, keep=keep), model, sorted(quotas.items()), workers):
        done.append(label)
        progress("writing texts", len(done), len(quotas))
    return Draft(
        tuple(words for label in done for words in label.taken),
        tuple(label.label for label in done for _ in label.taken),
        tuple(label.shortfall for label in done if label.shortfall),
        tuple(refused for label in done for refused in label.rejected),
        model.casing,
    )


def even_quotas(labels: Sequence[str], count: int) -> dict[str, int]:
    """`count` shared out over labels as evenly as can be, the first ones getting the rest.

    >>> even_quotas(["a", "b", "c"], 8)
    {'a': 3, 'b': 3, 'c': 2}
    """
    return {label: count // len(labels) + (place < count % len(labels)) for place, label in enumerate(labels)}


def _spread(
    own: Callable[[PhraseModel, tuple[str, int]], _Label],
    model: PhraseModel,
    quotas: list[tuple[str, int]],
    workers: int,
) -> Iterator[_Label]:
    if workers <= 1:
        yield from (own(model, quota) for quota in quotas)
        return
    with ProcessPoolExecutor(workers, initializer=_hold, initargs=(model,)) as pool:
        yield from pool.map(partial(_write_held, own), quotas, chunksize=max(1, len(quotas) // (4 * workers)))


_held: list[PhraseModel] = []


def _hold(model: PhraseModel) -> None:
    """A worker is given the model once, not with every label."""
    _held[:] = [model]


def _write_held(own: Callable[[PhraseModel, tuple[str, int]], _Label], quota: tuple[str, int]) -> _Label:
    return own(_held[0], quota)


def _write_label(model: PhraseModel, quota: tuple[str, int], *, seed: int, keep: float) -> _Label:
    found = _Label(*quota)
    grammar = model.grammars.get(found.label)
    if grammar is None:
        return found
    walks = grammar.walks(np.random.default_rng([seed, crc32(found.label.encode())]))
    while (missing := found.wanted - len(found.taken)) > 0:
        count = min(BLOCK, missing)
        good = _good(model, found, walks, ceil(count / keep), drawn=OVER_DRAW * count)
        picked = _picked(model, found, good, count, keep)
        found.taken += picked
        if len(picked) < count:
            break
    return found


def _good(model: PhraseModel, found: _Label, walks: Iterator[Words], least: int, *, drawn: int) -> list[Words]:
    """Texts that nothing speaks against: what `drawn` walks give, and more walks while they are fewer than `least`."""
    good: list[Words] = []
    for _ in range(PATIENCE):
        new = _unrefused(model, found, islice(walks, drawn))
        good += new
        if len(good) >= least:
            break
    return good


def _unrefused(model: PhraseModel, found: _Label, walks: Iterator[Words]) -> list[Words]:
    """In this order: length, rare runs and copies, drawn before, nearly copies, another label."""
    texts: dict[str, Words] = {}
    for words in walks:
        text = plain(words)
        reason = model.guard.reason(words, text) or (Reason.REPEATED if text in found.seen else None)
        if reason:
            found.refuse(words, reason)
        else:
            found.seen.add(text)
            texts[text] = words
    near = model.guard.near(list(texts))
    far = _parted(found, list(texts.values()), near, Reason.NEAR_COPY)
    if model.classifier is None:
        return far
    other = model.classifier.predict([text_of(words) for words in far]) != found.label
    return _parted(found, far, other.tolist(), Reason.LABEL)


def _picked(model: PhraseModel, found: _Label, good: list[Words], count: int, keep: float) -> list[Words]:
    """The likeliest share, and of it those that make up the balance of the source."""
    kept = max(count, ceil(keep * len(good)))
    if kept < len(good):
        order = np.argsort(-model.ranker.scores(good), kind="stable")
        is_low = np.ones(len(good), dtype=bool)
        is_low[order[:kept]] = False
        good = _parted(found, good, is_low.tolist(), Reason.RANK)
    return [good[place] for place in model.balances[found.label].picked(good, count)]


def _parted(found: _Label, texts: list[Words], refused: list[bool], reason: Reason) -> list[Words]:
    """The texts that are not refused; the others are kept with the reason."""
    for words, is_refused in zip(texts, refused, strict=True):
        if is_refused:
            found.refuse(words, reason)
    return [words for words, is_refused in zip(texts, refused, strict=True) if not is_refused]
