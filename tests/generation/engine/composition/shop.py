"""A made-up table whose counts are known by hand, and a synthesizer that only knows its own shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype

SCHEMA: Schema = (
    ColumnSpec("c0", Sdtype.ID, label="Number"),
    ColumnSpec("c1", Sdtype.NUMERICAL, label="Age"),
    ColumnSpec("c2", Sdtype.CATEGORICAL, label="Sex"),
    ColumnSpec("c3", Sdtype.CATEGORICAL, ColumnRole.TARGET, label="Paid"),
    ColumnSpec("c4", Sdtype.DATETIME, label="Ordered"),
    ColumnSpec("c5", Sdtype.DATETIME, label="Sent"),
    ColumnSpec("c6", Sdtype.CATEGORICAL, label="City"),
    ColumnSpec("c7", Sdtype.CATEGORICAL, label="Country"),
    ColumnSpec("c8", Sdtype.NUMERICAL, label="Net"),
    ColumnSpec("c9", Sdtype.NUMERICAL, label="Tax"),
    ColumnSpec("c10", Sdtype.NUMERICAL, label="Gross"),
)
COUNTRY = {"Bonn": "DE", "Kiel": "DE", "Lyon": "FR", "Nice": "FR"}


def orders(rows: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Real orders: ages 18 to 77, sent at or after ordered, a city fixes its country, net + tax = gross.

    Of 1,000 rows exactly 300 are F and 100 were paid late, 20 of them by F (every fifth late order).
    """
    rng = np.random.default_rng(seed)
    place = np.arange(rows)
    city = rng.choice(list(COUNTRY), rows)
    net, tax = rng.integers(100, 999, rows) / 100, rng.integers(10, 99, rows) / 100
    ordered = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), unit="D")
    sent = ordered + pd.to_timedelta(rng.integers(0, 30, rows), unit="D")
    late = place % 10 == 0
    return pd.DataFrame(
        {
            "c0": 5_000 + place,
            "c1": 18 + place % 60,
            "c2": np.where(late, np.where(place % 50 == 0, "F", "M"), np.where(place % 10 < 4, "F", "M")),
            "c3": np.where(late, "late", "in time"),
            "c4": ordered,
            "c5": pd.Series(sent).mask(rng.random(rows) < 0.1),
            "c6": city,
            "c7": [COUNTRY[c] for c in city],
            "c8": net,
            "c9": tax,
            "c10": (net + tax).round(2),
        }
    )


class Shuffler:
    """Draws every column by itself: it breaks each rule that two columns make, as often as chance does."""

    left_out = ()
    notes = ()

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self.calls = 0

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        self.calls += 1
        rng = np.random.default_rng(seed)
        drawn = {name: self.table[name].to_numpy()[rng.integers(0, len(self.table), rows)] for name in self.table}
        return pd.DataFrame(drawn | {"c0": 90_000 + first_row + np.arange(rows)})
