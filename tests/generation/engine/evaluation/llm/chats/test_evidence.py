"""Planted conversations are stopped by the check that is made for them, and real ones that nobody copied pass."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.limits.policy import default_policy, only, unmet
from generation.engine.evaluation.llm.chats.cards import CHECKS
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.llm.conversations.cells import cell_of
from generation.engine.llm.conversations.conversation import ASSISTANT, USER, Turn
from generation.engine.llm.conversations.simulator import fit_simulator, simulate
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.tables.cut.persons import PERSON
from tests.generation.engine.llm.talks import talks

SCHEMA = (ColumnSpec("messages", Sdtype.TEXT, ColumnRole.OTHER, "messages"),)
NAMES = frozenset(check.name for check in CHECKS)
POLICY = only(default_policy("fine_tuning"), NAMES)
ACTS = ["TELL", "ASK", "THANK", "WAIT", "GREET", "APOLOGISE"]
ROOMS = ["attic", "cellar", "garden", "kitchen", "library", "stable", "studio", "tower"]
THINGS = ["anvil", "bucket", "crate", "drill", "funnel", "gasket", "hinge", "kettle", "ladder", "nozzle"]


def told(count, seed):
    """Talks in each of which somebody says three things of their own."""
    return [
        replace(one, turns=(*one.turns, *_own(seed * 10_000 + place))) for place, one in enumerate(talks(count, seed))
    ]


def _own(number):
    words = f"the {THINGS[number % 10]} stands in the {ROOMS[number // 10 % 8]} beside item {number} of mine"
    said = [
        (USER, f"You should know that {words}"),
        (ASSISTANT, f"I have noted that {words}"),
        (USER, f"Again {words}"),
    ]
    acts = np.random.default_rng(number).integers(len(ACTS), size=len(said)).tolist()
    return [Turn(role, text, ((ACTS[act], ""),)) for (role, text), act in zip(said, acts, strict=True)]


SOURCE, HOLDOUT, FRESH = told(400, 1), told(200, 2), told(300, 3)


def evidence_of(made, checks=NAMES, holdout=HOLDOUT):
    frames = [pd.DataFrame({"messages": [cell_of(one) for one in side]}, dtype=object) for side in (SOURCE, made)]
    held = None if holdout is None else pd.DataFrame({"messages": [cell_of(one) for one in holdout]}, dtype=object)
    found = evaluate_tables(
        frames[0], held, frames[1], SCHEMA, target=None, purpose="fine_tuning", policy=POLICY, seed=1,
        progress=silent, only=checks,
    )  # fmt: skip
    return {metric.name: metric for metric in found.metrics}


@pytest.fixture(scope="module")
def written():
    return list(simulate(fit_simulator(talks(400, 1), k=5, seed=1), 300, seed=3).conversations)


def test_real_conversations_that_nobody_learned_from_pass_every_check():
    found = evidence_of(FRESH)
    assert not unmet(found.values(), POLICY)
    assert abs(found["chat_act_distance"].value - 1) < 0.3


def test_one_conversation_of_the_source_among_hundreds_is_stopped_and_named():
    copies = evidence_of([*FRESH[:-1], SOURCE[7]], {"chat_copies"})["chat_copies"]
    assert copies.status is Status.BLOCK
    assert [record.row for record in copies.named] == [299]


def test_turns_of_the_source_are_stopped_wherever_they_stand_and_nearly_so_as_runs_of_words():
    turns = [[SOURCE[3 * place + at].turns[-1 - at] for at in range(3)] for place in range(60)]
    nearly = [[replace(turn, text=f"Please {turn.text} now") for turn in some] for some in turns]
    made = {
        name: [replace(one, turns=(*one.turns[:-3], *some)) for one, some in zip(FRESH, planted, strict=False)]
        for name, planted in {"turns": turns, "nearly": nearly}.items()
    }
    copied = evidence_of([*made["turns"], *FRESH[60:]], {"chat_turns", "chat_copies"})
    assert copied["chat_turns_copied"].status is Status.BLOCK
    assert copied["chat_copies"].value == 0
    assert evidence_of([*made["nearly"], *FRESH[60:]], {"chat_runs"})["chat_runs"].status is Status.BLOCK


def test_what_one_person_said_in_thirty_conversations_is_no_common_turn():
    said = Turn(USER, "Greetings from the windy lighthouse keeper at the bay", (("GREET", ""),))

    def signed(side):
        return [replace(one, turns=(*one.turns, said)) if place < 30 else one for place, one in enumerate(side)]

    statuses = {}
    for name, persons in {"one": [0] * 30 + list(range(30, 400)), "many": list(range(400))}.items():
        source = pd.DataFrame({"messages": [cell_of(one) for one in signed(SOURCE)], PERSON: persons})
        held, made = (pd.DataFrame({"messages": [cell_of(one) for one in side]}) for side in (HOLDOUT, signed(FRESH)))
        found = evaluate_tables(
            source, held, made, SCHEMA, target=None, purpose="fine_tuning", policy=POLICY, seed=1, progress=silent,
            only={"chat_turns"},
        )  # fmt: skip
        statuses[name] = found.metrics[0].status
    assert statuses == {"one": Status.BLOCK, "many": Status.PASS}


def test_the_courses_of_the_source_in_other_words_are_stopped():
    courses = [
        replace(one, turns=tuple(replace(turn, text="Well, let me see then") for turn in one.turns)) for one in SOURCE
    ]
    made = courses[:200] + FRESH[:100]
    assert evidence_of(made, {"chat_sequences"})["chat_sequences"].status is Status.BLOCK


def test_what_the_agenda_simulator_writes_leaks_nothing_that_is_proven(written):
    found = evidence_of(written)
    assert {name for name in unmet(found.values(), POLICY) if found[name].group == "privacy"} == set()
    assert found["chat_copies"].value == 0


def test_without_a_holdout_nothing_is_computed_and_nothing_passes():
    found = evidence_of(FRESH, holdout=None)
    assert {metric.status for metric in found.values()} == {Status.NOT_COMPUTED}
