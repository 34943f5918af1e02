"""The tagger that is trained at installation: what it learns from, and what it then finds that no list knows."""

from __future__ import annotations

import pytest

from generation.engine.pii import built, find, missing_layers
from generation.engine.pii.entities import CRF, LOCATION, ORGANIZATION, PERSON
from generation.engine.pii.learned import tagger
from generation.engine.pii.learned.build import rejoined
from generation.engine.pii.learned.fills import fills, templates

needs_tagger = pytest.mark.skipif(built.part(built.TAGGER) is None, reason="the tagger is not built: make demo")


def found(text: str) -> set[tuple[str, str]]:
    return {(span.entity, text[span.start : span.end]) for span in find([text], layers=frozenset({CRF}))[0]}


def test_the_same_seed_fills_the_same_texts() -> None:
    assert list(fills(30, 5)) == list(fills(30, 5))
    assert list(fills(30, 5)) != list(fills(30, 6))


def test_labels_of_a_filled_text_are_the_values_that_were_put_in() -> None:
    for example in fills(400, 8):
        for start, end, _ in example.spans:
            assert 0 <= start < end <= len(example.text)
            assert example.text[start:end] == example.text[start:end].strip("\n")


def test_some_texts_to_learn_from_name_nobody() -> None:
    assert sum("{" not in template for template in templates()) > 50


def test_words_of_a_post_get_back_the_spaces_they_lost() -> None:
    (post,) = rejoined("Ana\tB-person\nLee\tI-person\n,\tO\nhi\tO\n!\tO\n", {"person": PERSON})
    assert post.text == "Ana Lee, hi!"
    assert post.spans == ((0, 7, PERSON),)


@needs_tagger
@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("hi, my name is Zbygrod Qellum and I need help", PERSON, "Zbygrod Qellum"),
        ("my name is zbygrod qellum", PERSON, "zbygrod qellum"),
        ("I moved to Qellumville last year", LOCATION, "Qellumville"),
        ("she works for Qellum Logistics in sales", ORGANIZATION, "Qellum Logistics"),
    ],
)
def test_a_name_that_no_list_knows_is_told_by_what_stands_around_it(text: str, entity: str, value: str) -> None:
    told = {word for kind, found_there in found(text) if kind == entity for word in found_there.split()}
    assert set(value.split()) <= told


@needs_tagger
@pytest.mark.parametrize("text", ["why was my card declined?", "please cancel the order", "The soup was cold."])
def test_a_message_that_names_nobody_is_left_alone(text: str) -> None:
    assert not found(text)


def test_without_a_built_tagger_the_layer_is_off_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "part", lambda name: None)
    tagger.tagger.cache_clear()
    try:
        assert found("my name is Zbygrod Qellum") == set()
        assert "learned.build" in missing_layers()[CRF]
    finally:
        monkeypatch.undo()
        tagger.tagger.cache_clear()
