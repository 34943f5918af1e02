"""What can be asked of a table: values that k records hold, with their counts; rounded bounds of numbers and dates."""

from __future__ import annotations

from typing import Any

import numpy as np

from generation.engine.predicates.values import Values
from generation.engine.schema import ColumnSpec, Sdtype

MOST_COLUMNS = 60
MOST_VALUES = 25


def choices_of(values: Values, k: int) -> dict[str, Any]:
    """{"rows": n, "columns": [{"name", "kind": "values" | "numbers" | "dates", "values": [[text, count]], "missing"}]}.

    Only categories that k records hold, the most frequent first; `missing` is a count, 0 when fewer than k records
    miss the column.
    """
    kinds = (Sdtype.CATEGORICAL, Sdtype.BOOLEAN, Sdtype.NUMERICAL, Sdtype.DATETIME)
    kept = [spec for spec in values.schema if spec.sdtype in kinds][:MOST_COLUMNS]
    columns = [_column(spec, values, k) for spec in kept]
    return {"rows": values.rows, "columns": [column for column in columns if column]}


def _column(spec: ColumnSpec, values: Values, k: int) -> dict[str, Any] | None:
    missing = int(values.missing(spec.name).sum())
    found: dict[str, Any] = {"name": spec.name, "missing": missing if missing >= k else 0, "values": []}
    if spec.sdtype in (Sdtype.NUMERICAL, Sdtype.DATETIME):
        return found | {"kind": "numbers" if spec.sdtype is Sdtype.NUMERICAL else "dates"}
    texts = values.texts(spec.name)
    counts = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.categories))
    order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
    common = [[texts.categories[code], int(counts[code])] for code in order if counts[code] >= k]
    return found | {"kind": "values", "values": common} if common else None
