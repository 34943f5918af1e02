"""A set in two parts: nothing that belongs together is in both, and the same words are on the same side for good."""

from __future__ import annotations

import json

import pytest

from generation.engine.kinds.catalogue import kinds
from generation.engine.llm.exports.splitting import by_cell, by_prompt, by_section, split_rows
from generation.engine.parameters import load_named

CELLS = [{"channel": channel, "intent": intent} for channel in "abcdefgh" for intent in "pqrst"]
TASKS = [{"cell": json.dumps(cell), "id": f"{place}-{at}"} for place in range(3) for at, cell in enumerate(CELLS)]


def asked(*sections):
    contexts = [{"document": "d", "doc_id": f"handbook / {name}", "id": name, "text": name} for name in sections]
    return {"question": "?", "contexts": json.dumps(contexts), "id": "-".join(sections)}


def test_no_cell_is_on_both_sides_and_no_task_is_lost():
    parts = split_rows(TASKS, 0.4, by_cell)
    cells = [{TASKS[row]["cell"] for row in rows} for rows in parts]
    assert not cells[0] & cells[1]
    assert sorted(parts.train + parts.test) == list(range(len(TASKS)))
    assert 0.2 < len(parts.test) / len(TASKS) < 0.6


def test_a_cell_is_on_the_same_side_in_every_version_whatever_the_order_of_its_dimensions():
    before = {TASKS[row]["cell"] for row in split_rows(TASKS, 0.4, by_cell).test}
    turned = [{"cell": json.dumps(dict(reversed(json.loads(one["cell"]).items())))} for one in TASKS[::2]]
    after = split_rows(turned, 0.4, by_cell)
    assert {json.dumps(dict(sorted(json.loads(turned[row]["cell"]).items()))) for row in after.test} <= before


def test_no_section_is_on_both_sides_and_a_question_about_both_is_in_neither():
    names = [f"s{number}" for number in range(30)]
    records = [asked(name) for name in names] + [asked(one, other) for one in names for other in names if one < other]
    parts = split_rows(records, 0.3, by_section)
    sides = [{one for row in rows for one in by_section(records[row])} for rows in parts]
    assert not sides[0] & sides[1]
    assert sides[0] | sides[1] == {f"d\x1fhandbook / {name}" for name in names}
    left_out = set(range(len(records))) - {*parts.train, *parts.test}
    assert left_out
    for row in left_out:
        assert {name in sides[0] for name in by_section(records[row])} == {True, False}


@pytest.mark.parametrize("share", [0.001, 0.5])
def test_no_part_is_empty_where_there_are_two_cells(share):
    for at in range(len(CELLS) - 1):
        parts = split_rows(TASKS[at : at + 2], share, by_cell)
        assert (len(parts.train), len(parts.test)) == (1, 1)


def test_what_is_all_one_stays_together():
    parts = split_rows([TASKS[0]] * 5, 0.5, by_cell)
    assert (parts.train, parts.test) == (list(range(5)), [])
    assert split_rows([], 0.5, by_cell) == ([], [])


def test_pairs_that_answer_one_prompt_stay_together():
    records = [{"prompt": f"p{number % 20}"} for number in range(60)]
    parts = split_rows(records, 0.5, by_prompt)
    assert not {records[row]["prompt"] for row in parts.train} & {records[row]["prompt"] for row in parts.test}


def test_every_set_can_be_split_but_agent_tasks_whose_records_hold_one_world():
    made = {kind.name: kind.makes for kind in kinds().values() if kind.makes}
    assert {name for name, one in made.items() if not one.split_by} == {"agents"}
    assert all(load_named(one.split_by) and one.split_noun for one in made.values() if one.split_by)
