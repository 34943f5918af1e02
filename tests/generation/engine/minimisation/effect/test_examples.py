"""Masked examples: what was found stands out, and no word of one text alone is read."""

from __future__ import annotations

import json

import pandas as pd

from generation.engine.minimisation.effect.examples import FEWEST_TEXTS, examples_as_json, examples_of
from generation.engine.minimisation.spans import Spans
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind
from generation.engine.pii.entities import word_set
from generation.engine.schema import Sdtype

PLAIN = {one.name: one.default for one in TREATMENTS[TreatmentKind.REDACT].parameters_for(Sdtype.TEXT)}
OWN = sorted(
    word_set("apple bread candle desk elbow fence garden hammer island jacket kettle ladder meadow needle onion pillow")
)
TEXTS = pd.Series([f"please call Anna Schmidt about the {own} by mail to anna@mail.example" for own in OWN])


def test_findings_stand_out_common_words_are_read_and_the_rest_is_masked() -> None:
    first, *others = examples_of(TEXTS, Spans.of(frozenset(), PLAIN, b"0123456789abcdef"))
    assert len(others) == 2
    assert [piece.entity for piece in first if piece.entity] == ["PERSON", "EMAIL_ADDRESS"]
    assert [piece.becomes for piece in first if piece.entity] == ["<PERSON>", "<EMAIL_ADDRESS>"]
    assert "".join(piece.text for piece in first) == "please call  about the ··· by mail to "
    assert all(piece.found_by for piece in first if piece.entity)


def test_no_rare_word_no_number_and_no_finding_is_anywhere_even_if_it_is_kept() -> None:
    kept = Spans.of(
        frozenset(), PLAIN | {"PERSON": "keep", "OTHER": "keep", "EMAIL_ADDRESS": "keep"}, b"0123456789abcdef"
    )
    written = json.dumps(examples_as_json({"c0": examples_of(TEXTS, kept)}))
    assert not any(word in written for word in (*OWN, "Anna", "Schmidt", "mail.example"))


def test_few_texts_give_no_example() -> None:
    spans = Spans.of(frozenset(), PLAIN, b"0123456789abcdef")
    assert examples_of(TEXTS[: FEWEST_TEXTS - 1], spans) == ()
    assert examples_of(pd.Series([None] * 40, dtype=object), spans) == ()
