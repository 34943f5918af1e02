"""What is done in a conversation, turn by turn: an agenda with memory, learned from what at least k people did.

What comes next depends on the turn before and on which milestones have been passed (acts that some conversations have
and others have not, such as an offer, a confirmation, a success), where k holders went on from there; else on the last
two turns; else on the last one. An answer is about what was asked, a confirmation about what was told, and nothing is
asked twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from generation.engine.llm.conversations.conversation import Act, Conversation
from generation.engine.llm.texts.thinning import picked

Kind = tuple[str, ...]
Walk = tuple[Kind, ...]
Context = tuple[object, ...]
Floats = npt.NDArray[np.float64]

FEWEST_TURNS, MOST_TURNS = 2, 60
# After so many walks in a row that are none, or somebody's, there are no more.
MOST_FRUITLESS = 500
PROBES, PROBE_SEED = 1_000, 5
OVER_DRAW = 4
# Picking favours what is usual, and the usual is known: walks there are kept half as often as it seems they should.
CAUTION = 0.5
MOST_MILESTONES = 6
# How far a conversation has come, for as long as it tells.
TURNS_OF_A_STAGE, MOST_STAGES = 4, 5
_BETWEEN = (0.1, 0.9)
_END: Kind = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What may follow, with its counts summed up."""

    kinds: tuple[Kind, ...]
    sums: tuple[int, ...]

    @classmethod
    def of(cls, counts: Counter[Kind]) -> Choices:
        ordered = sorted(counts.items())
        return cls(tuple(kind for kind, _ in ordered), tuple(accumulate(count for _, count in ordered)))

    def drawn(self, chance: float) -> Kind:
        return self.kinds[bisect_right(self.sums, chance * self.sums[-1])]


_ENDS = Choices((_END,), (1,))


@dataclass(frozen=True)
class Agenda:
    """`next` gives choices by context, `milestones` the acts that are remembered, `topics` what a turn of a kind is
    about, by topic, role and act name. `known` are the sequences that somebody went through: a walk that is one of them
    is kept with the chance `accepted`, so that it happens no more often than between real people. `target` says how
    often each step of `habits` is taken in a conversation.
    """

    next: dict[Context, Choices]
    milestones: frozenset[str]
    about: dict[tuple[str, str, str], tuple[str, ...]]
    known: frozenset[Walk]
    habits: dict[tuple[Kind, Kind], int]
    target: Floats
    accepted: float = 1.0

    def balanced(self, count: int, rng: np.random.Generator) -> list[Walk]:
        """`count` walks, picked among more so that together they go from turn to turn as the source does; fewer where
        there are no more."""
        walks = list(islice(self.walks(rng), OVER_DRAW * count))
        return [walks[place] for place in picked(_steps_of(walks, self.habits), self.target, count)]

    def walks(self, rng: np.random.Generator) -> Iterator[Walk]:
        """Sequences of kinds of turns, without end unless one after the other is none or one that somebody took."""
        fruitless = 0
        while fruitless < MOST_FRUITLESS:
            walk = self._walked(rng)
            is_good = bool(walk) and (walk not in self.known or rng.random() < self.accepted)
            fruitless = 0 if is_good else fruitless + 1
            if is_good:
                yield walk

    def _walked(self, rng: np.random.Generator) -> Walk:
        """A sequence of at least `FEWEST_TURNS`; none where it comes to no end, or too soon."""
        walk: Walk = ()
        for chance in rng.random(MOST_TURNS).tolist():
            kind = self._after(walk).drawn(chance)
            if not kind:
                return walk if len(walk) >= FEWEST_TURNS else ()
            walk += (kind,)
        return ()

    def _after(self, walk: Walk) -> Choices:
        """What may follow; where nothing does that k people do, the conversation ends."""
        return next((self.next[seen] for seen in contexts(walk, self.milestones) if seen in self.next), _ENDS)


def contexts(walk: Walk, milestones: frozenset[str]) -> list[Context]:
    """What the next turn may depend on, the most telling first."""
    passed = frozenset(name for kind in walk for name in kind[1:]) & milestones
    last, names = walk[-1:], tuple(sorted(passed))
    length = min(len(walk) // TURNS_OF_A_STAGE, MOST_STAGES)
    return [("passed", last, names, length), ("passed", last, names), ("two", walk[-2:]), ("one", last)]


def fit_agenda(conversations: Sequence[Conversation], decoys: Sequence[Conversation], k: int) -> Agenda:
    """Learn what follows, and how often walks may go where somebody of source and decoys went before."""
    milestones = _milestones(conversations)
    counts: defaultdict[Context, Counter[Kind]] = defaultdict(Counter)
    holders: defaultdict[Context, set[str]] = defaultdict(set)
    common = _common_kinds(conversations, k)
    for one in conversations:
        kinds = one.kinds
        last = max((at for at, kind in enumerate(kinds, start=1) if kind in common), default=0)
        for at in range(last + 1):
            # What only few do at the end is left off: the conversation ends before it.
            following = kinds[at] if at < last else _END
            if following and following not in common:
                continue
            for seen in contexts(kinds[:at], milestones):
                counts[seen][following] += 1
                holders[seen].add(one.holder)
    kept = {seen: Choices.of(counts[seen]) for seen in counts if seen[0] == "one" or len(holders[seen]) >= k}
    everybody = [*conversations, *decoys]
    known = frozenset(one.kinds for one in everybody)
    habits, target = _habits([one.kinds for one in conversations], common)
    agenda = Agenda(kept, milestones, _about(conversations, k), known, habits, target)
    return replace(agenda, accepted=_accepted(agenda, everybody))


def _accepted(agenda: Agenda, conversations: Sequence[Conversation]) -> float:
    """The chance that leaves as many known sequences among walks as there are between real people."""
    holders: defaultdict[Walk, set[str]] = defaultdict(set)
    for one in conversations:
        holders[one.kinds].add(one.holder)
    real = sum(len(holders[one.kinds]) > 1 for one in conversations) / len(conversations)
    walks = list(islice(agenda.walks(np.random.default_rng(PROBE_SEED)), PROBES))
    walked = sum(walk in agenda.known for walk in walks) / max(1, len(walks))
    return CAUTION * min(1.0, real * (1 - walked) / max(walked * (1 - real), 1e-9))


def _habits(walks: Sequence[Walk], common: frozenset[Kind]) -> tuple[dict[tuple[Kind, Kind], int], Floats]:
    """Every step between kinds that k holders have, and how often it is taken on average."""
    ends = common | {_END}
    steps = sorted({step for walk in walks for step in _stepped(walk) if set(step) <= ends})
    habits = {step: place for place, step in enumerate(steps)}
    return habits, np.asarray(_steps_of(walks, habits).mean(axis=0)).ravel()


def _steps_of(walks: Sequence[Walk], habits: dict[tuple[Kind, Kind], int]) -> csr_matrix:
    """One row a walk: how often it takes each step."""
    rows = [[habits[step] for step in _stepped(walk) if step in habits] for walk in walks]
    ends = np.append(0, np.cumsum([len(row) for row in rows], dtype=np.int64))
    columns = np.array([place for row in rows for place in row], dtype=np.int64)
    found = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(habits)))
    found.sum_duplicates()
    return found


def _stepped(walk: Walk) -> Iterator[tuple[Kind, Kind]]:
    return pairwise((_END, *walk, _END))


def _milestones(conversations: Sequence[Conversation]) -> frozenset[str]:
    share = Counter(name for one in conversations for name in {name for kind in one.kinds for name in kind[1:]})
    low, high = (bound * len(conversations) for bound in _BETWEEN)
    telling = sorted(
        (abs(2 * count - len(conversations)), name) for name, count in share.items() if low <= count <= high
    )
    return frozenset(name for _, name in telling[:MOST_MILESTONES])


def _common_kinds(conversations: Sequence[Conversation], k: int) -> frozenset[Kind]:
    holders: defaultdict[Kind, set[str]] = defaultdict(set)
    for one in conversations:
        for kind in one.kinds:
            holders[kind].add(one.holder)
    return frozenset(kind for kind, who in holders.items() if len(who) >= k)


def _about(conversations: Sequence[Conversation], k: int) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """By (topic, role, act) what it is about, each as often as it was, where k holders have it."""
    found: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    holders: defaultdict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for one in conversations:
        for turn in one.turns:
            for name, about in turn.acts:
                found[one.topic, turn.role, name][about] += 1
                holders[one.topic, turn.role, name, about].add(one.holder)
    kept = {
        key: tuple(sorted(about for about in counts.elements() if len(holders[*key, about]) >= k))
        for key, counts in found.items()
    }
    return {key: abouts for key, abouts in kept.items() if abouts}


@dataclass
class Goal:
    """What one conversation has come to: what was told, and what was asked and not yet answered."""

    topic: str
    agenda: Agenda
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []

    def acts(self, kind: Kind) -> tuple[Act, ...]:
        """What a turn of this kind is about, now."""
        role, names = kind[0], kind[1:]
        return tuple((name, about) for name in names for about in self._abouts(role, name))

    def _abouts(self, role: str, name: str) -> list[str]:
        known = self.agenda.about.get((self.topic, role, name), ())
        if not any(known):
            return [""]
        open_ = [about for about in known if about not in self.told]
        if self.asked and set(self.asked) & set(known):
            answered, self.asked = [about for about in self.asked if about in known], []
            self.told += answered
            return answered
        pool = open_ or list(known)
        about = pool[int(self.rng.integers(len(pool)))]
        if name.startswith(("REQUEST", "ASK")):
            self.asked = [about]
        else:
            self.told.append(about)
        return [about]
