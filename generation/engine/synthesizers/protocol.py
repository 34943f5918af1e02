"""What every synthesizer can do, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import pandas as pd

from generation.engine.progress import Progress
from generation.engine.schema import Schema


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column of the training table that the synthetic table does not have; `reason` is a sentence for people."""

    name: str
    reason: str


class Synthesizer(Protocol):
    """A model of a table: fitted on training records, it draws new ones.

    `left_out` names the columns that `sample` does not give; `notes` are sentences about what was changed on the way.
    """

    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """Learn the training table. `parameters` come from `catalogue.validated`.

        Raises FitError when the table cannot be learned as asked. The same arguments give the same model,
        unless its card says that its noise cannot be repeated (differential privacy).
        """
        ...

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard: `rows` records in schema order and with the training dtypes, without the columns left out.

        Depends only on the model and the arguments. `first_row` is the shard's place in the artefact: from
        there the records are numbered, and identifiers follow from the numbers, so that none is in two shards.
        """
        ...

    def dump(self) -> bytes:
        """The model without any training record. It still memorises what its card says: treat it like the source."""
        ...

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """The model from `dump`. Only for bytes whose signature the caller has checked: loading can run code."""
        ...
