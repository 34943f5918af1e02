"""Passages keep their ids and places; texts that repeat one another are found; personal data is taken out."""

from __future__ import annotations

import io

from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import MOST_WORDS, passages_of
from generation.engine.llm.documents.reading import read_documents
from generation.engine.llm.documents.repeats import clusters
from generation.engine.llm.documents.treated import personal_data, treated

FIRST = "The first rule of the house says that nobody enters the hall before eight in the morning. " * 4
SECOND = "The second rule of the house says that nobody leaves the yard after nine in the evening. " * 4


def document(text: str, name: str = "rules.md") -> Document:
    (found,) = read_documents(io.BytesIO(text.encode()), name)
    assert isinstance(found, Document)
    return found


def test_a_passage_is_the_documents_text_at_its_offsets() -> None:
    made = document(f"# Rules\n\n## Hall\n\n{FIRST}\n\n## Yard\n\n{SECOND}\n\n- one\n- two\n")

    passages = passages_of(made)

    assert [made.text[p.start : p.end] for p in passages] == [p.text for p in passages]
    assert [p.section for p in passages] == [("Rules", "Hall"), ("Rules", "Yard"), ("Rules", "Yard")]


def test_a_passage_keeps_its_id_when_another_changes() -> None:
    before = passages_of(document(f"{FIRST}\n\n{SECOND}"))
    after = passages_of(document(f"A new beginning of {len(FIRST)} words. {FIRST}\n\n{SECOND}"))

    assert before[1].id == after[1].id
    assert before[0].id != after[0].id


def test_a_paragraph_that_is_too_long_is_cut_between_sentences() -> None:
    sentences = [f"Sentence number {n} says that rule {n} holds everywhere." for n in range(120)]

    passages = passages_of(document(" ".join(sentences)))

    assert all(len(p.text.split()) <= MOST_WORDS and p.text.endswith("everywhere.") for p in passages)
    assert " ".join(p.text for p in passages) == " ".join(sentences)


def test_a_quotation_mark_stays_with_the_sentence_that_it_ends() -> None:
    sentences = [f'Guest number {n} said "rule {n} holds everywhere in the house."' for n in range(60)]

    passages = passages_of(document(" ".join(sentences)))

    assert len(passages) > 1
    assert all(p.text.startswith("Guest") and p.text.endswith('."') for p in passages)


def test_a_list_stays_with_the_words_that_announce_it() -> None:
    (passage,) = passages_of(document(f"{FIRST}Each user has:\n\n- a name\n- an address\n"))

    assert passage.text.endswith("- a name\n- an address")


def test_texts_that_share_four_fifths_of_their_five_word_runs_are_one_cluster() -> None:
    words = [f"word{n}" for n in range(100)]
    near = [*words[:97], "other", "words", "here"]
    far = [*words[:50], *(f"new{n}" for n in range(50))]

    # 96 runs each; 93 of the near one are shared (93 of 99), 46 of the far one (46 of 146).
    assert clusters([" ".join(words), " ".join(near), " ".join(far)]) == [0, 0, 2]


def test_personal_data_is_found_at_its_place_and_taken_out_of_every_block() -> None:
    made = document("Write to a.lee@mail.example today.\n\n- or to b.kim@mail.example\n- or wait\n")

    found = [one for one in personal_data([made]) if one.entity == "EMAIL_ADDRESS"]
    (clean,), counts = treated([made], frozenset({"EMAIL_ADDRESS"}))

    assert [made.text[one.start :][:18] for one in found] == ["a.lee@mail.example", "b.kim@mail.example"]
    assert clean.blocks[1].items == ("or to <EMAIL_ADDRESS>", "or wait")
    assert "mail.example" not in clean.text
    assert counts == {"EMAIL_ADDRESS": 2}
