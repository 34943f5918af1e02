"""Small tables with every kind of column, and with values that only one record has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from generation.engine.schema import ColumnSpec, Schema, Sdtype

UNIQUE_TEXT = "Zebulon-Quark-the-only-one"
UNIQUE_NUMBER = 987_654_321.0
UNIQUE_DATE = pd.Timestamp("1803-07-19")
UNIQUE_ID = "CUST-731846"
UNIQUE_NOTE = "the patient called twice about the amber envelope"


def mixed_schema() -> Schema:
    """Every sdtype once or more; labels differ from names."""
    kinds = {
        "c0": Sdtype.ID,
        "c1": Sdtype.NUMERICAL,
        "c2": Sdtype.NUMERICAL,
        "c3": Sdtype.CATEGORICAL,
        "c4": Sdtype.BOOLEAN,
        "c5": Sdtype.DATETIME,
        "c6": Sdtype.DATETIME,
        "c7": Sdtype.TEXT,
        "c8": Sdtype.CATEGORICAL,
    }
    return tuple(ColumnSpec(name, sdtype, label=f"Label {name}") for name, sdtype in kinds.items())


def mixed_table(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """A table for `mixed_schema`: c2 and c3 have gaps, c6 is dates as text; no value here is one of the UNIQUE ones."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2020-03-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D")
    group = rng.choice(["alpha", "beta", "gamma"], rows, p=[0.6, 0.3, 0.1])
    income = np.round(rng.gamma(2.0, 900.0, rows) * np.where(group == "beta", 3, 1), 2)
    return pd.DataFrame(
        {
            "c0": [f"CUST-{number:06d}" for number in rng.permutation(rows)],
            "c1": rng.integers(18, 90, rows),
            "c2": np.where(rng.random(rows) < 0.25, np.nan, income),
            "c3": np.where(rng.random(rows) < 0.2, None, group),
            "c4": rng.random(rows) < 0.3,
            "c5": days,
            "c6": days.strftime("%d/%m/%Y"),
            "c7": [f"a remark about case {number}" for number in range(rows)],
            "c8": rng.choice(["N", "S"], rows),
        }
    )


def table_with_one_unique_person(rows: int = 400) -> pd.DataFrame:
    """The mixed table whose record 7 has a unique value in every column that can hold one."""
    table = mixed_table(rows)
    table.loc[7, "c0"] = UNIQUE_ID
    table["c1"] = table["c1"].astype("int64")
    table.loc[7, "c1"] = int(UNIQUE_NUMBER)
    table.loc[7, "c2"] = UNIQUE_NUMBER
    table.loc[7, "c3"] = UNIQUE_TEXT
    table.loc[7, "c5"] = UNIQUE_DATE
    table.loc[7, "c6"] = UNIQUE_DATE.strftime("%d/%m/%Y")
    table.loc[7, "c7"] = UNIQUE_NOTE
    table.loc[7, "c8"] = UNIQUE_TEXT.upper()
    return table
