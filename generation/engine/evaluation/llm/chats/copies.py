"""Leakage: turns that come from a source conversation, whole conversations that do, and sequences of acts.

People say the same things in service, so that shares stand beside those of the holdout and only the excess counts. What
k people say tells of nobody. A whole conversation has no innocent twin: one is too many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from generation.engine.evaluation.llm.chats.sides import FEW_WORDS, Chats, ChatSides, chat_sides
from generation.engine.evaluation.llm.texts.copies import Contrast, contrasted, runs_found, told_apart
from generation.engine.evaluation.llm.texts.entities import entities_carried
from generation.engine.evaluation.llm.texts.sides import Side, Sides
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.study import Study

TURNS, COPIES, SEQUENCES = "chat_turns_copied", "chat_copies", "chat_sequences"
RUNS, ENTITIES, MEMBERSHIP = "chat_runs", "chat_entities_carried", "chat_membership_auc"
# A conversation is a copy when so many of its telling turns, and more than half of them, stand in one of the source.
FEWEST_COPIED = 3
MANY_WORDS = 12
MOST_ATTACKED = 300
EVERYBODY = -1

# By turn the conversations of the source that say it.
Known = defaultdict[str, set[int]]


def chat_turns(study: Study) -> Findings:
    """Turns of over five words, and of twelve, that equal one of the source which fewer than k people say, as
    they stand and with values as tags."""
    sides = chat_sides(study)
    raw, tagged = sides.of(lambda chats: chats.turns), sides.of(lambda chats: chats.masked_turns)
    telling, forms = _telling(raw), {"as they stand": raw, "but for values": tagged}
    found = [
        _found(f"{form}, of {least} words or more", _taken(some, telling), study, least)
        for form, some in forms.items()
        for least in (FEW_WORDS + 1, MANY_WORDS)
    ]
    return Findings((contrasted(study, _taken(raw, telling), TURNS, "turns equal a turn of the source", found),))


Places = tuple[list[int], list[int], list[int]]


def _telling(sides: Sides) -> Places:
    source, holdout, made = (
        [place for place, words in enumerate(side.spoken) if len(words) > FEW_WORDS]
        for side in (sides.source, sides.holdout, sides.made)
    )
    return source, holdout, made


def _taken(sides: Sides, places: Places) -> Sides:
    whole = (sides.source, sides.holdout, sides.made)
    return Sides(*(Side(side.corpus.take(at), side.rows[at]) for side, at in zip(whole, places, strict=True)))


def _found(form: str, sides: Sides, study: Study, least: int) -> Contrast:
    few = _said_by_few(sides.source, study.policy.minimum_cell)
    made, holdout = (
        np.array(
            [len(words) >= least and text in few for words, text in zip(side.spoken, side.plain, strict=True)],
            dtype=bool,
        )
        for side in (sides.made, sides.holdout)
    )
    return Contrast(form, made, holdout)


def _said_by_few(side: Side, k: int) -> frozenset[str]:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for text, holder in zip(side.plain, side.corpus.holders, strict=True):
        holders[text].add(holder)
    return frozenset(text for text, who in holders.items() if len(who) < k)


def chat_copies(study: Study) -> Findings:
    """Conversations most of whose telling turns, less those of many people, stand in one conversation of the source."""
    sides = chat_sides(study)
    known: Known = defaultdict(set)
    few = _said_by_few(sides.source.turns, study.policy.minimum_cell)
    for text, place in _said(sides.source):
        known[text].add(place if text in few else EVERYBODY)
    made, holdout = (_copied(side, known) for side in (sides.made, sides.holdout))
    excess = max(0.0, float(made.mean()) - float(holdout.mean()))
    rows = sides.made.rows[np.flatnonzero(made)]
    sentence = (
        f"{made.sum():,} of {len(made):,} synthetic conversations have most of their turns from one of the source, "
        f"beside {holdout.sum():,} of {len(holdout):,} of the holdout."
    )
    named = tuple(NamedRecord(int(row), "matches a source record", 1.0) for row in rows)
    metric = Metric(
        Group.PRIVACY, COPIES, sentence, Direction.LOWER, excess,
        n=len(made), baseline=0.0, seed=study.seed, named=named,
    )  # fmt: skip
    return Findings((metric,))


def _said(chats: Chats) -> list[tuple[str, int]]:
    """Normal form of every telling turn, and the place of its conversation."""
    side = chats.turns
    found = zip(side.plain, chats.places.tolist(), side.spoken, strict=True)
    return [(text, place) for text, place, words in found if len(words) > FEW_WORDS]


def _copied(chats: Chats, known: Known) -> np.ndarray:
    turns: defaultdict[int, list[str]] = defaultdict(list)
    for text, place in _said(chats):
        turns[place].append(text)
    return np.array([_is_copy(turns[place], known) for place in range(len(chats))], dtype=bool)


def _is_copy(turns: Sequence[str], known: Known) -> bool:
    own = {text for text in turns if EVERYBODY not in known.get(text, ())}
    shared = Counter(place for text in own for place in known.get(text, ()))
    most = max(shared.values(), default=0)
    return most >= FEWEST_COPIED and 2 * most > len(own)


def chat_sequences(study: Study) -> Findings:
    """Conversations that do, from first to last, what one of the source does."""
    sides = chat_sides(study)
    known = {one.kinds for one in sides.source.talks}
    made, holdout = (np.array([one.kinds in known for one in side.talks]) for side in (sides.made, sides.holdout))
    found = [Contrast("the acts of all turns in order", made, holdout)]
    words = "conversations go through the acts of one of the source"
    return Findings((contrasted(study, _whole(sides), SEQUENCES, words, found),))


def chat_runs(study: Study) -> Findings:
    """Turns that share a run of 8, or of 12, words with the source; what k people say tells of nobody."""
    return runs_found(study, chat_sides(study).of(lambda chats: chats.turns), RUNS, "turns")


def chat_entities(study: Study) -> Findings:
    """Conversations with a value that the source has and the holdout has not."""
    return entities_carried(study, _whole(chat_sides(study)), ENTITIES, "conversations")


def chat_membership(study: Study) -> Findings:
    """An attacker who has the synthetic conversations says of each real one how like it the nearest is."""
    return told_apart(study, _whole(chat_sides(study)), MEMBERSHIP, "conversation", MOST_ATTACKED)


def _whole(sides: ChatSides) -> Sides:
    return sides.of(lambda chats: chats.whole)
