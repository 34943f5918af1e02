"""How many records share one combination of quasi-identifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from generation.engine.profiling.profile import GroupSizes

_FEW = 5


def smallest_group(table: pd.DataFrame, quasi: Sequence[str]) -> GroupSizes:
    """Group sizes over the columns `quasi`, missing counted as a value. Without columns all records are one group."""
    if not len(table):
        return GroupSizes(0, 0.0, 0)
    groups = np.zeros(len(table), dtype=np.int64)
    for name in quasi:
        codes, distinct = pd.factorize(table[name], use_na_sentinel=False)
        # Renumbered after every column, so that the product never grows past rows x distinct values.
        groups = np.unique(groups * max(1, len(distinct)) + codes, return_inverse=True)[1]
    sizes = np.bincount(groups)
    sizes = sizes[sizes > 0]
    return GroupSizes(
        smallest=int(sizes.min()),
        unique_share=float((sizes == 1).sum() / len(table)),
        rows_under_5=int(sizes[sizes < _FEW].sum()),
    )
