"""Conversations by an agenda: what is done first, then the words for it, then one record of values for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generation.engine.errors import FitError
from generation.engine.llm.conversations.acts import with_acts
from generation.engine.llm.conversations.agenda import Agenda, Goal, Walk, fit_agenda
from generation.engine.llm.conversations.conversation import USER, Conversation, Turn
from generation.engine.llm.conversations.persona import CHANGING, Persona
from generation.engine.llm.conversations.wording import Wording, fit_wording
from generation.engine.progress import Progress, silent

DECOY_SHARE = 0.1
FEWEST = 4
TOPICS_TRIED = 12
# Walks in reserve, for those that nobody has words for; and how often in a row new ones may bring nothing.
SPARE = 64
PATIENCE = 3
# What is said when somebody wants something else.
_OTHERWISE = ("NEGATE", "REQUEST_ALTS", "CHANGE")


@dataclass(frozen=True)
class Simulator:
    """What conversations are drawn from: as sensitive as the source. `topics` come as often as in the source."""

    agenda: Agenda
    wording: Wording
    topics: tuple[str, ...]
    k: int
    learned: int = 0
    decoys: int = 0
    with_tools: int = 0


@dataclass(frozen=True)
class Simulated:
    """A conversation and the values that run through it: each kind has one, and one more for each change."""

    conversation: Conversation
    spoken: tuple[tuple[str, str], ...]
    changes: int


@dataclass(frozen=True)
class Talks:
    """Conversations, as many as asked or fewer: `refused` counts walks that nobody had words for."""

    simulated: tuple[Simulated, ...]
    wanted: int
    refused: int

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        return tuple(one.conversation for one in self.simulated)

    @property
    def shortfall(self) -> str:
        """Why there are fewer than asked, in a sentence; "" when there are not."""
        if len(self.simulated) >= self.wanted:
            return ""
        told = f"{len(self.simulated):,} of {self.wanted:,} conversations were possible"
        if not self.refused:
            return f"{told}: enough people share no course of turns but those that somebody took from first to last."
        return f"{told}: in {self.refused:,} drawn ones some turn had no words that enough people share."


def fit_simulator(
    conversations: Sequence[Conversation], *, k: int = 5, seed: int = 0, progress: Progress = silent
) -> Simulator:
    """Learn conversations; a tenth of their holders become decoys first. FitError for too few.

    Conversations that use tools are not learned from: a call is words and form at once, and these are words alone.
    """
    spoken = [one for one in conversations if not one.uses_tools]
    told = with_acts([replace(one, holder=one.holder or one.id) for one in spoken])
    source, decoys = _without_decoys(told, seed)
    if len({one.holder for one in source}) < FEWEST * k:
        raise FitError("too_few", _too_few(FEWEST * k, len(conversations) - len(spoken)))
    wording = fit_wording(source, decoys, k, seed, progress)
    holders = Counter(topic for topic, _ in {(one.topic, one.holder) for one in source})
    topics = tuple(sorted(one.topic for one in source if holders[one.topic] >= k)) or ("",)
    agenda = fit_agenda(source, decoys, k)
    return Simulator(agenda, wording, topics, k, len(source), len(decoys), len(conversations) - len(spoken))


def _too_few(least: int, with_tools: int) -> str:
    tools = f" {with_tools:,} use tools and are not learned from: no calls are written." if with_tools else ""
    return f"Conversations of at least {least} people are needed, so that none stands out.{tools}"


def simulate(model: Simulator, count: int, seed: int, *, first: int = 0, progress: Progress = silent) -> Talks:
    """`count` conversations, numbered from `first`: more is drawn until there are so many, or nothing new comes. The
    same model and arguments give the same ones."""
    found: list[Simulated] = []
    refused = fruitless = 0
    drawing = np.random.default_rng([seed, 0])
    while len(found) < count and fruitless < PATIENCE:
        before = len(found)
        for walk in model.agenda.balanced(count - before + SPARE, drawing):
            if len(found) == count:
                break
            progress("writing conversations", len(found), count)
            rng = np.random.default_rng([seed, 1, len(found), refused])
            one = next((one for one in _tried(model, walk, Persona(seed, first + len(found)), rng) if one), None)
            found += [one] if one else []
            refused += one is None
        fruitless = 0 if len(found) > before else fruitless + 1
    return Talks(tuple(found), count, refused)


def _tried(
    model: Simulator, walk: Walk, persona: Persona, rng: np.random.Generator
) -> Iterator[Simulated | None]:  # fmt: skip
    """The walk in words, about one topic after the other: to give up the walk would favour those easily said."""
    for _ in range(TOPICS_TRIED):
        topic = model.topics[int(rng.integers(len(model.topics)))]
        yield _spoken(model, walk, topic, Persona(persona.seed, persona.number), rng)


def _spoken(
    model: Simulator, walk: Walk, topic: str, persona: Persona, rng: np.random.Generator
) -> Simulated | None:  # fmt: skip
    """The walk in words; None where some turn has none."""
    goal, turns = Goal(topic, model.agenda, rng), []
    for kind in walk:
        acts = goal.acts(kind)
        text = model.wording.said(topic, kind[0], acts, rng)
        if not text:
            return None
        if kind[0] == USER and any(name in _OTHERWISE for name in kind[1:]):
            _change(persona, kind, text)
        turns.append(Turn(kind[0], persona.said(text), acts))
    one = Conversation(f"talk-{persona.number}", tuple(turns), topic)
    return Simulated(one, tuple(persona.spoken), persona.changes)


def _change(persona: Persona, kind: tuple[str, ...], text: str) -> None:
    """Somebody who asks for another gets another name; one who corrects says the new value in the same turn."""
    if "REQUEST_ALTS" in kind:
        persona.change("name")
    for changing in CHANGING:
        if f"<{changing}>" in text and changing in persona.values:
            persona.change(changing)


def _without_decoys(conversations: list[Conversation], seed: int) -> tuple[list[Conversation], list[Conversation]]:
    """(what is learned from, decoys), by holder; see `texts.corpus.without_decoys`."""
    holders = sorted({one.holder for one in conversations})
    shuffled = np.random.default_rng([seed, 1]).permutation(len(holders))
    aside = {holders[place] for place in shuffled[: int(DECOY_SHARE * len(holders))]}
    return [one for one in conversations if one.holder not in aside], [
        one for one in conversations if one.holder in aside
    ]
