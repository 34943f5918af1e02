"""A set in two parts: nothing that belongs together is in both, and the same words are on the same side for good."""

from __future__ import annotations

import json

import pytest

from generation.engine.kinds.catalogue import kinds
from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.exports.retrieval import beir
from generation.engine.llm.exports.splitting import by_cell, by_prompt, by_section, parts_by_document, split_rows
from generation.engine.llm.questions.asking import ask_questions
from generation.engine.llm.questions.question import Form
from generation.engine.parameters import load_named
from tests.generation.engine.llm.questions.conftest import read

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


def test_no_document_stands_in_two_of_the_three_parts_and_what_is_needed_together_stays_together() -> None:
    """Ten documents with ten questions each; one more question needs the first and the last of them together."""
    needed = [{f"d{number}"} for number in range(10) for _ in range(10)] + [{"d0", "d9"}]

    parts = parts_by_document(needed)

    places: dict[str, set[str]] = {}
    for some, part in zip(needed, parts, strict=True):
        for name in some:
            places.setdefault(name, set()).add(part)
    assert all(len(own) == 1 for own in places.values())
    assert places["d0"] == places["d9"]
    # A part of 15 % of 101 questions has room for one group of ten, not for two.
    assert {part: parts.count(part) for part in ("train", "dev", "test")} == {"train": 81, "dev": 10, "test": 10}


def test_two_documents_make_no_three_parts_and_three_make_one_each() -> None:
    assert parts_by_document([{"a"}, {"b"}, {"a"}]) == ["test", "test", "test"]
    assert sorted(parts_by_document([{"a"}, {"b"}, {"c"}, {"c"}, {"c"}])) == ["dev", "test", "train", "train", "train"]
    assert parts_by_document([]) == []


def test_beir_has_every_passage_and_three_parts_that_share_no_document(documents: list[Document]) -> None:
    third = read("The Bergen archive keeps nine thousand maps. Its reading room opens at eight.", "archive.txt")
    all_three = [*documents, third]
    passages = all_passages(all_three)
    made = ask_questions(all_three, 40, seed=2, shares={Form.SINGLE: 1.0}).questions

    bundle = beir(made, passages, "r1", in_parts=True)

    there = [json.loads(line)["_id"] for line in bundle["corpus.jsonl"].splitlines()]
    assert there == [passage.id for passage in passages]
    document_of = {passage.id: passage.document for passage in passages}
    parts = {
        part: {document_of[row.split("\t")[1]] for row in bundle[f"qrels/{part}.tsv"].decode().splitlines()[1:]}
        for part in ("train", "dev", "test")
    }
    assert all(parts.values())
    assert sum(map(len, parts.values())) == len(set().union(*parts.values())) == 3
