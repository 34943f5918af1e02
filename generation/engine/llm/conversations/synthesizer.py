"""The agenda simulator as a synthesizer of the portal: it learns a column of conversations, and their topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.conversations.cells import cell_of
from generation.engine.llm.conversations.columns import (
    conversations_of,
    holds_messages,
    topic_column,
)
from generation.engine.llm.conversations.simulator import Simulator, fit_simulator, simulate
from generation.engine.progress import Progress, silent
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut
from generation.engine.tables.cut.persons import said_of_persons


class AgendaSimulator:
    """Conversations and their topics; every other column is left out."""

    def __init__(self, model: Simulator, schema: Schema, messages: str, persons: str = ""):
        self.model, self.messages, self.persons = model, messages, persons
        self.topic = topic_column(schema)
        kept = {messages, self.topic.name if self.topic else ""}
        self.left_out = tuple(
            LeftOut(spec.name, "The agenda simulator writes conversations and what they are about alone.")
            for spec in schema
            if spec.name not in kept
        )
        self.notes: tuple[str, ...] = _notes_before(model, persons)

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. FitError where no column holds conversations, or those of too few people."""
        messages, topic = messages_column(training, schema), topic_column(schema)
        talks = conversations_of(training, messages, topic.name if topic else "")
        model = fit_simulator(talks, k=int(str(parameters["k"])), seed=seed, progress=progress)
        return cls(model, schema, messages, said_of_persons(training))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` conversations or fewer; `notes` say how many lack, and why."""
        talks = simulate(self.model, rows, seed, first=first_row, progress=silent)
        self.notes = (*_notes_before(self.model, self.persons), *([talks.shortfall] if talks.shortfall else []))
        found = talks.conversations
        frame = pd.DataFrame({self.messages: [cell_of(one) for one in found]}, dtype=object)
        if self.topic is not None:
            frame[self.topic.name] = pd.Series([one.topic or None for one in found], dtype=object)
        return frame

    def dump(self) -> bytes:
        """The model, which holds sequences of acts of the source: sealed and deleted like the source's own records."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


def messages_column(table: pd.DataFrame, schema: Schema) -> str:
    """The name of the column of conversations. FitError where there is none."""
    found = next((spec.name for spec in schema if holds_messages(table[spec.name])), None)
    if found is None:
        raise FitError("no_conversations", "There is no column of conversations to learn from.")
    return found


def _notes_before(model: Simulator, persons: str) -> tuple[str, ...]:
    return (
        f"{model.learned:,} conversations were learned from; {model.decoys:,} were set aside as decoys, and no turn of "
        "few people in either may come again.",
        *([persons] if persons else []),
        *([f"{model.with_tools:,} conversations use tools and were not learned from."] if model.with_tools else []),
    )
