"""Whose each record is: a number for each person, beside the columns of a minimised table and never one of them.

What says "k people" has to count people, also where the plan takes the column that names them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PERSON = "#person"


def numbered(named: pd.Series, first: int = 0) -> pd.Series:
    """A number for each record, counted from `first`, equal for equal names; a record that names nobody has its own."""
    import pandas as pd

    codes = named.factorize()[0].astype("int64")
    nobody = codes < 0
    codes[nobody] = len(codes) + nobody.nonzero()[0]
    return pd.Series(codes + first, index=named.index)


def and_person(names: Sequence[str], table: pd.DataFrame) -> list[str]:
    """These columns, and the numbers of persons where the table has them."""
    return [*names, PERSON] if PERSON in table.columns else list(names)


def said_of_persons(table: pd.DataFrame) -> str:
    """Whom "k people" counts in this table, as a sentence."""
    if PERSON in table.columns:
        return f"k counts persons: {table[PERSON].nunique():,} stand behind {len(table):,} records."
    return (
        "No column names a person, so k counts each record as a person's own: whoever wrote several counts several "
        "times. Where people come again, upload the source with a column that names them."
    )


def holders_in(table: pd.DataFrame) -> list[str] | None:
    """Whose each record is, as a name; None where nobody says."""
    return [str(number) for number in table[PERSON]] if PERSON in table.columns else None
