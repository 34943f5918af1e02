"""Preference pairs: read line by line, given as they are, and measured."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest

from generation.engine.errors import TableError
from generation.engine.evaluation.llm.sets.pairs import pair_evidence, plain_text
from generation.engine.llm.pairs.synthesizer import PreferencePairs
from generation.engine.llm.pairs.table import LABELS, read_pairs
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype

SCHEMA = tuple(ColumnSpec(f"c{at}", Sdtype.TEXT, label=label) for at, label in enumerate(LABELS))


def pair(chosen, rejected, prompt="Write a message."):
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected}


def read(*lines):
    sink = io.BytesIO()
    read_pairs(io.BytesIO("\n".join(lines).encode()), sink)
    return pq.read_table(io.BytesIO(sink.getvalue())).to_pandas()


def made(*pairs, rows=10):
    model = PreferencePairs.fit(read(*map(json.dumps, pairs)), SCHEMA, {}, 1, silent)
    model = PreferencePairs.load(model.dump())
    return model.sample(rows, 1), model.notes


def test_every_pair_whose_answers_differ_is_given_once():
    first = pair("Thank you for asking.", "thx")
    table, notes = made(first, first, pair("the same", "the same "), pair("Good day.", "hi"))
    assert table[list(LABELS)].to_dict("records") == [first, pair("Good day.", "hi")]
    assert notes == (
        "1 pair says the same twice after redaction and is left out.",
        "8 pairs are missing: there are no more.",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{half", "Line 1 is no pair"),
        ('{"prompt": "p", "chosen": "c"}', "Line 1 is no pair"),
        ('{"prompt": "p", "chosen": "c", "rejected": 3}', "Line 1 is no pair"),
        ("", "The file holds no pair"),
        ("[" * 100_000, "Line 1 is no pair"),
    ],
)
def test_what_is_no_pair_is_refused_in_one_sentence(line, told):
    with pytest.raises(TableError, match=told):
        read(line)


def test_a_planted_fault_of_each_kind_is_found():
    pairs = [
        pair("How do I send my parcel back?", "send parcel"),
        pair("", "nothing to hold against it"),
        pair("How do I send my parcel back?", "send parcel"),
        pair("My  Card was LOST on the train", "card gone"),
        pair("Where is the refund for the broken lamp that I sent back in May", "refund where"),
        pair("Write to mirela.jankovic@post-office.net please", "write me"),
    ]
    tests = ["Where is the refund for the broken lamp that I sent back in May"]
    real = frozenset({plain_text("my card was lost on the train")})
    found = {one.name: one.value for one in pair_evidence(pairs, real=real, tests=tests)}
    assert found["pairs_usable"] == pytest.approx(5 / 6)
    others = ("repeated_pairs", "copied_pairs", "test_overlap", "personal_in_pairs")
    assert {name: found[name] for name in others} == dict.fromkeys(others, pytest.approx(1 / 6))
