"""Bounded contribution: no person has more records in a table than the noise is made for."""

from __future__ import annotations

import pandas as pd


def at_most(training: pd.DataFrame, person: str, records: int) -> pd.DataFrame:
    """The first `records` records of each person; a record without a person counts as one person's.

    Which records of a person stay depends on that person's records alone, so all of them together change no other's.
    """
    named = training[person].notna()
    place = training.groupby(person, sort=False, dropna=True, observed=True).cumcount()
    return training[~named | (place < records)].reset_index(drop=True)
