"""What runs inside the limited child of a fitted model: it is loaded here, draws, and answers in Arrow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from generation.engine.errors import FitError
from generation.engine.synthesizers.bytes.frames import frame_to_bytes
from generation.engine.synthesizers.catalogue import load
from generation.engine.synthesizers.protocol import LeftOut
from synthportal.storage.lent import SealKey, open_lent

if TYPE_CHECKING:
    from generation.engine.synthesizers.protocol import Synthesizer

_LOADED: list[Synthesizer] = []


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model says of itself; see `protocol.Synthesizer`."""

    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def load_lent(key: SealKey, file: BinaryIO, sha256: str, name: str, report: object) -> ModelFacts:
    """Load the model whose bytes have this digest: those that the signature was checked over."""
    with open_lent(key, file) as source:
        payload = source.read()
    if hashlib.sha256(payload).hexdigest() != sha256:
        raise FitError("changed_model", "The fitted model was changed after it was signed. Start a new run.")
    _LOADED[:] = [load(name).load(payload)]
    return ModelFacts(tuple(_LOADED[0].left_out), tuple(_LOADED[0].notes))


def draw_lent(rows: int, seed: int, first_row: int, report: object) -> bytes:
    """Some records of the loaded model."""
    return frame_to_bytes(_LOADED[0].sample(rows, seed, first_row=first_row))
