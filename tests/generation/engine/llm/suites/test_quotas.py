"""Quotas that no suite can keep are told before a task is made; one that was not kept is told with the suite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.making import make_suite
from generation.engine.llm.suites.plan import Quota, SuitePlan


def quota(least: int = 0, most: int | None = None, **where: str) -> Quota:
    return Quota({name: frozenset({value}) for name, value in where.items()}, least, most)


@pytest.mark.parametrize(
    ("quotas", "sentence"),
    [
        ([quota(8, 3, channel="chat")], "The quota for channel chat asks for 8 tasks and allows only 3."),
        ([quota(99, channel="chat")], "The quota for channel chat asks for 99 tasks and the suite has only 10."),
        (
            [quota(8, channel="chat"), quota(8, channel="mail")],
            "The quotas ask for 16 tasks together and the suite has only 10.",
        ),
        (
            [quota(2, channel="phone", language="French")],
            "The quota for channel phone and language French asks for 2 tasks, and the rules allow no such scenario.",
        ),
        (
            [quota(8, channel="chat", intent="cancel"), quota(0, 3, channel="chat")],
            "The quota for channel chat and intent cancel asks for 8 tasks, and the one for channel chat "
            "allows only 3.",
        ),
    ],
)
def test_quotas_that_cannot_be_kept_are_told_in_one_sentence(
    plan: SuitePlan, quotas: list[Quota], sentence: str
) -> None:
    with pytest.raises(SuiteError) as refused:
        make_suite(replace(plan, quotas=tuple(quotas)), 10, seed=5)
    assert refused.value.sentence == sentence


def test_quotas_that_overlap_may_ask_for_more_together_than_there_are_tasks(plan: SuitePlan) -> None:
    both = (quota(8, channel="chat"), quota(8, language="English"))
    made = make_suite(replace(plan, quotas=both), 30, seed=5)
    assert sum(task.cell["channel"] == "chat" for task in made.tasks) >= 8
    assert sum(task.cell["language"] == "English" for task in made.tasks) >= 8
    assert not any("quota" in note for note in made.notes)


def test_a_quota_for_which_the_cover_leaves_no_room_is_told_with_the_suite(plan: SuitePlan) -> None:
    made = make_suite(replace(plan, quotas=(quota(10, channel="chat", language="French"),)), 12, seed=5)
    kept = sum(task.cell["channel"] == "chat" and task.cell["language"] == "French" for task in made.tasks)
    assert kept < 10
    told = f"The quota for channel chat and language French asks for 10 tasks and has {kept}:"
    assert any(note.startswith(told) for note in made.notes)


def test_scenarios_that_a_quota_keeps_out_of_the_cover_are_counted(plan: SuitePlan) -> None:
    made = make_suite(replace(plan, quotas=(quota(0, 0, channel="mail"),)), 60, seed=5)
    assert not any(task.cell["channel"] == "mail" for task in made.tasks)
    assert any("were left out: a quota is full" in note for note in made.notes)
