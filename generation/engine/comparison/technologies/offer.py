"""What a technology would hand over, and how it shows people: the same is then asked of each. No Django here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from generation.engine.schema import ColumnRole, Schema


class Technology(StrEnum):
    """A way to lower what a table tells of people."""

    SURROGATES = "surrogates"
    MINIMISED = "minimised"
    GENERALISED = "generalised"
    PRIVATE = "private"
    SYNTHETIC = "synthetic"

    @property
    def is_of_real_people(self) -> bool:
        """Whether each of its records is that of one real person."""
        return self in {Technology.SURROGATES, Technology.MINIMISED, Technology.GENERALISED}


@dataclass(frozen=True, slots=True)
class Offer:
    """A table that would be handed over, beside real people as it would show them.

    `table` has the columns of `schema`, and so have `people`, whose records it was made from, and `others`, the
    holdout: a table with ages in tens is asked about people whose ages are in tens. Without the target nothing can be
    learned from it. `setting` tells one offer of a technology from the next; `made` says, in sentences, what was done.
    """

    technology: Technology
    setting: str
    table: pd.DataFrame
    people: pd.DataFrame
    others: pd.DataFrame
    schema: Schema
    made: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The name of the target column."""
        return next(spec.name for spec in self.schema if spec.role is ColumnRole.TARGET)
