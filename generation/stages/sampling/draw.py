"""draw: a fitted model makes records, in a limited child.

A model is a pickle, and loading one can run code: so it is loaded where there is the key of this one dataset, no
network, and no way to answer but with records.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from django.conf import settings

from generation.engine.parameters import folders_of
from generation.engine.progress import silent
from generation.engine.synthesizers.catalogue import cards
from generation.models import GenerationRun
from generation.repositories.fitted import has_model
from synthportal.jobs.limited import LimitedChild
from synthportal.storage.keys import unwrap
from synthportal.storage.vault import lend_sealed

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.llm.endpoint.door import Asker

TOO_LONG = "Drawing the records takes too long. Ask for fewer of them."
TOO_LARGE = "Drawing the records needs more memory than a job may take. Ask your administrator for a larger limit."


class DistantModel:
    """A fitted model in a child of its own: it draws as `protocol.Synthesizer` says, and ends with its `with` block."""

    def __init__(self, run: GenerationRun) -> None:
        from generation.stages.children.model import load_lent

        key = unwrap(run.dataset.key_id)
        with lend_sealed(key, run.model_sha256) as file:
            self._child = LimitedChild(memory=settings.JOB_MEMORY_BYTES, lent=[file], readable=_synthesizers())
            self._child.words = (TOO_LONG, TOO_LARGE)
            # Also where nobody closes it, and where loading fails.
            self.close = weakref.finalize(self, self._child.close)
            facts = self._child.call(load_lent, (key, file, run.model_sha256, run.synthesizer), silent)
        self.left_out, self.notes = facts.left_out, facts.notes
        self._answer: Callable[[bytes], bytes] | None = None

    def connect(self, asker: Asker) -> None:
        """Who answers what the model asks while it draws: it reaches no endpoint from where it is."""
        from generation.engine.llm.endpoint.door import Prompt
        from synthportal.jobs.confined.codec import from_json, to_json

        def answer(asked: bytes) -> bytes:
            prompts: list[Prompt] = from_json(list[Prompt], json.loads(asked))
            return json.dumps(to_json(asker.ask(prompts), [])).encode()

        self._answer = answer

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`."""
        from generation.engine.synthesizers.bytes.frames import frame_from_bytes
        from generation.stages.children.model import draw_lent, told

        drawn = self._child.call(draw_lent, (rows, seed, first_row), silent, answer=self._answer)
        self.notes = self._child.call(told, (), silent).notes
        return frame_from_bytes(drawn)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _synthesizers() -> list[str]:
    """Where the packages of all synthesizers lie: the child reads every card to find the one that it needs."""
    return sorted({folder for card in cards().values() for folder in folders_of(card.implementation)})


def load_model(run: GenerationRun) -> DistantModel | None:
    """The model an earlier attempt left, or None. Raises Conflict when its bytes are not the ones that were signed."""
    return DistantModel(run) if has_model(run) else None
