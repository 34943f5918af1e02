"""Preference pairs as a synthesizer of the portal: it invents nothing, and gives the minimised pairs as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import pandas as pd

from generation.engine.kinds.pairs import PAIRS
from generation.engine.llm.counts import by_number
from generation.engine.llm.documents.document import digest
from generation.engine.llm.pairs.table import LABELS, pairs_of
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut


class PreferencePairs:
    """The pairs of the source, each once, whose two answers are not the same. The model is the pairs."""

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, pairs: Sequence[Mapping[str, Any]], unlike: int) -> None:
        self.pairs, self.unlike = list(pairs), unlike
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. EngineError where the plan left a part of the pairs out."""
        found = pairs_of(training.rename(columns={spec.name: spec.label for spec in schema}))
        different = [pair for pair in found if pair["chosen"].strip() != pair["rejected"].strip()]
        once = {tuple(pair.values()): pair for pair in different}
        return cls(list(once.values()), len(found) - len(different))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` pairs or fewer; `notes` say how many lack, and why."""
        some = self.pairs[first_row : first_row + rows]
        said = ("pair says the same twice after redaction and is", "pairs say the same twice after redaction and are")
        same = f"{by_number(self.unlike, *said)} left out."
        lacking = by_number(rows - len(some), "pair is missing", "pairs are missing")
        missing = f"{lacking}: there are no more."
        self.notes = tuple(told for told, is_so in ((same, self.unlike), (missing, len(some) < rows)) if is_so)
        columns = [spec.name for spec in PAIRS.makes.columns] if PAIRS.makes else []
        records = [{**pair, "id": digest(*(pair[label] for label in LABELS))} for pair in some]
        return pd.DataFrame(records, columns=columns, dtype=object)

    def dump(self) -> bytes:
        """The pairs."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)
