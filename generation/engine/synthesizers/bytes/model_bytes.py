"""A fitted model as bytes and back: the only place of the synthesizers that unpickles."""

from __future__ import annotations

import pickle
from typing import TypeVar

from generation.engine.errors import FitError

T = TypeVar("T")


def to_bytes(model: object) -> bytes:
    """The whole object graph, pickled."""
    return pickle.dumps(model, protocol=5)


def from_bytes(kind: type[T], payload: bytes) -> T:
    """The model from bytes whose signature the caller has checked. Raises FitError for a model of another kind."""
    model = pickle.loads(payload)  # noqa: S301  the stage checks the HMAC first; uploaded models do not exist
    if not isinstance(model, kind):
        raise FitError("wrong_model", "The fitted model is of another synthesizer; run the generation again.")
    return model
