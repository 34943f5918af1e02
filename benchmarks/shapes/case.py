"""A table cut in two, and what its columns are."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype

TARGET = "target"


@dataclass(frozen=True)
class Case:
    """A table cut in two; the column `target` is to be predicted."""

    name: str
    training: pd.DataFrame
    holdout: pd.DataFrame

    @property
    def schema(self) -> Schema:
        """Sdtypes as the types of the columns say."""
        return tuple(
            ColumnSpec(name, _sdtype(self.training[name]), ColumnRole.TARGET if name == TARGET else ColumnRole.OTHER)
            for name in self.training.columns
        )


def _sdtype(column: pd.Series) -> Sdtype:
    if pd.api.types.is_bool_dtype(column):
        return Sdtype.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(column):
        return Sdtype.DATETIME
    return Sdtype.NUMERICAL if pd.api.types.is_numeric_dtype(column) else Sdtype.CATEGORICAL


def halves(name: str, table: pd.DataFrame) -> Case:
    """Half of the records to learn from, half to test on."""
    mixed = table.sample(frac=1, random_state=0).reset_index(drop=True)
    half = len(mixed) // 2
    return Case(name, mixed.iloc[:half], mixed.iloc[half:].reset_index(drop=True))
