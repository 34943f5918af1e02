"""What runs inside the limited child of a fitted model: it is loaded here, draws, and answers in Arrow."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from generation.engine.errors import FitError
from generation.engine.llm.endpoint.door import Answers, Connected, Prompt
from generation.engine.synthesizers.bytes.frames import frame_to_bytes
from generation.engine.synthesizers.catalogue import load
from generation.engine.synthesizers.protocol import LeftOut
from synthportal.jobs.confined import asking
from synthportal.jobs.confined.codec import from_json, to_json
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
    _LOADED[:] = [model := load(name).load(payload)]
    if isinstance(model, Connected):
        model.connect(Outside())
    return told(report)


def told(report: object) -> ModelFacts:
    """What the loaded model says by now: drawing may add notes, of what it could not make."""
    return ModelFacts(tuple(_LOADED[0].left_out), tuple(_LOADED[0].notes))


class Outside:
    """`door.Asker` for a model in here: who started this process reaches the endpoint, and nothing does from here."""

    def ask(self, prompts: list[Prompt]) -> Answers:
        """See `door.Asker.ask`."""
        answer = asking.ask(json.dumps(to_json(prompts, [])).encode())
        answers: Answers = from_json(Answers, json.loads(answer))
        return answers


def draw_lent(rows: int, seed: int, first_row: int, report: object) -> bytes:
    """Some records of the loaded model."""
    return frame_to_bytes(_LOADED[0].sample(rows, seed, first_row=first_row))
