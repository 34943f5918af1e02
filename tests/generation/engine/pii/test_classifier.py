"""A token classifier read from a directory: its tokenizer, its loading, what it finds, by a tiny model made here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from generation.engine.pii import classifier
from generation.engine.pii.classifier import Classifier
from generation.engine.pii.entities import ADDRESS, MODEL, PERSON
from generation.engine.pii.wordpiece import WordPiece

onnxruntime = pytest.importorskip("onnxruntime")
PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "ana",
    "lee",
    "12",
    "elm",
    "road",
    "of",
    "-",
    ".",
]
LABELS = ["O", "B-GIVEN_NAME", "I-SURNAME", "B-BUILDING_NUMBER", "B-STREET_NAME"]
# What each piece is, in the order of PIECES: the model below says exactly this.
MEANS = {"ana": 1, "lee": 2, "12": 3, "elm": 4, "road": 4}


def varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made, number = made + bytes([number % 128 + 128]), number // 128
    return made + bytes([number])


def field(tag: int, value: int | bytes | str) -> bytes:
    """One field in the wire format of protocol buffers, in which ONNX files are written."""
    if isinstance(value, int):
        return varint(tag << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(tag << 3 | 2) + varint(len(content)) + content


def tensor_type(name: str, kind: int, sides: list[str]) -> bytes:
    shape = b"".join(field(1, field(2, side)) for side in sides)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def tiny_model() -> bytes:
    """Gather(table, input_ids): the logits of a piece are a row of a table, ten for what it means."""
    table = np.zeros((len(PIECES), len(LABELS)), dtype=np.float32)
    for place, piece in enumerate(PIECES):
        table[place, MEANS.get(piece, 0)] = 10
    weights = b"".join(field(1, side) for side in table.shape) + field(2, 1) + field(8, "table")
    weights += field(9, table.tobytes())
    node = field(1, "table") + field(1, "input_ids") + field(2, "logits") + field(4, "Gather")
    graph = field(1, node) + field(2, "tiny") + field(5, weights)
    graph += field(11, tensor_type("input_ids", 7, ["n", "m"]))
    graph += field(12, tensor_type("logits", 1, ["n", "m", "k"]))
    return field(1, 8) + field(8, field(2, 17)) + field(7, graph)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("model")
    (made / "model.onnx").write_bytes(tiny_model())
    (made / "vocab.txt").write_text("\n".join(PIECES) + "\n")
    (made / "config.json").write_text(json.dumps({"id2label": dict(enumerate(LABELS))}))
    (made / "LICENSE").write_text("CC BY 4.0")
    return made


def found(folder: Path, text: str) -> list[tuple[str, str]]:
    return [(span.entity, text[span.start : span.end]) for span in Classifier(folder).find([text])[0]]


def test_words_are_taken_apart_into_the_longest_pieces() -> None:
    """The example of the paper (Devlin et al. 2019): unaffable is un ##aff ##able."""
    assert [(text[0], text[1], text[2]) for text in WordPiece(PIECES).pieces("x Unaffable.")] == [
        (1, 0, 1),
        (4, 2, 4),
        (5, 4, 7),
        (6, 7, 11),
        (14, 11, 12),
    ]


def test_accents_and_capitals_do_not_change_a_word_or_its_place() -> None:
    assert WordPiece(PIECES).pieces("ÁNA") == [(7, 0, 3)]


def test_parts_of_a_name_and_of_an_address_are_one_span_each(folder: Path) -> None:
    assert found(folder, "Ana Lee of 12 Elm Road") == [(PERSON, "Ana Lee"), (ADDRESS, "12 Elm Road")]


def test_its_spans_say_who_spoke_and_how_sure(folder: Path) -> None:
    (span,) = Classifier(folder).find(["ana"])[0]
    assert span.found_by == (MODEL,)
    assert span.score == pytest.approx(np.exp(10) / (np.exp(10) + 4), rel=1e-4)


def test_texts_longer_than_a_window_are_read_to_their_end(folder: Path) -> None:
    text = "of " * 400 + "ana"
    assert found(folder, text) == [(PERSON, "ana")]


def test_what_stands_in_two_windows_is_told_at_its_place_in_the_text(folder: Path) -> None:
    text = " ".join("ana" if place % 50 == 0 else "of" for place in range(500))
    spans = Classifier(folder).find([text])[0]
    assert {text[span.start : span.end] for span in spans} == {"ana"}
    assert len({span.start for span in spans}) == 10


def test_answers_stand_in_the_order_of_the_texts_whatever_their_lengths(folder: Path) -> None:
    texts = ["of " * length + "ana" if length % 2 else "of " * length for length in range(1, 70)]
    assert [bool(spans) for spans in Classifier(folder).find(texts)] == [bool(length % 2) for length in range(1, 70)]


def test_its_card_has_its_labels_and_the_digest_of_its_file(folder: Path) -> None:
    card = Classifier(folder).card
    assert card.labels == tuple(LABELS)
    assert card.sha256 == hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert card.licence == "LICENSE"


def test_a_directory_without_labels_is_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("model.onnx", "vocab.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="id2label"):
        Classifier(tmp_path)


def test_without_a_model_the_layer_finds_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "classifier", lambda: None)
    assert classifier.find_classified(["Ana Lee"]) == [()]


def test_the_installed_model_is_the_one_that_the_notice_names() -> None:
    read = classifier.classifier()
    if read is None:
        pytest.skip("no token classifier is installed")
    assert read.card.sha256 in (Path(__file__).parents[4] / "NOTICE").read_text()


def test_a_word_of_which_a_piece_is_found_is_found_whole(folder: Path) -> None:
    """The piece "ana" means a name, "aff" and "able" nothing."""
    text = "of anaaffable of"
    (found,) = Classifier(folder).find([text])
    assert [text[span.start : span.end] for span in found] == ["anaaffable"]
