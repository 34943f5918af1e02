"""Rules that need no declaration: types as in the schema, no placeholders of a tool, nothing missing that never was."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.encoding import CONTINUOUS, as_numbers
from generation.engine.evaluation.study.intervals import wilson
from generation.engine.evaluation.study.study import Study
from generation.engine.schema import ColumnSpec, Sdtype

CONFORMITY, PLACEHOLDERS, MISSING = "schema_conformity", "placeholders", "unexpected_missing"
PLACEHOLDER = re.compile(r"^(?:_RARE_|sdv-pii-\S+|sdv-id-\S+|<unk>|\[REDACTED\]|nan|NaN|None|null|undefined)$")
MOST_NAMED = 100

Flags = npt.NDArray[np.bool_]


def conformity(study: Study) -> Findings:
    """Shares over the cells of the synthetic table, and the records that break a rule."""
    specs = [column.spec for column in study.columns]
    cells = max(1, len(study.synthetic_frame) * len(specs))
    wrong = {spec.name: wrong_type(study.synthetic_frame[spec.name], spec) for spec in specs}
    stand_ins = {spec.name: _placeholders(study, spec.name) for spec in specs}
    never = {spec.name: _unexpected_missing(study, spec.name) for spec in specs}
    bad, stood, missing = (sum(int(flags.sum()) for flags in each.values()) for each in (wrong, stand_ins, never))
    found = (
        (CONFORMITY, 1 - bad / cells, wilson(cells - bad, cells), f"{bad:,} of {cells:,} cells do not fit their type."),
        (PLACEHOLDERS, float(stood), (None, None), f"{stood:,} cells hold a placeholder that no real record holds."),
        (
            MISSING,
            missing / cells,
            wilson(missing, cells),
            f"{missing:,} cells are missing in columns always filled before.",
        ),
    )
    flags = (wrong, stand_ins, never)
    return Findings(tuple(_metric(study, *words, each) for words, each in zip(found, flags, strict=True)))


def wrong_type(series: pd.Series, spec: ColumnSpec) -> Flags:
    """Which present values cannot be read as the column's sdtype."""
    present = series.notna().to_numpy()
    if spec.sdtype in CONTINUOUS:
        return np.asarray(present & np.isnan(as_numbers(series, spec.sdtype)))
    if spec.sdtype is Sdtype.BOOLEAN:
        words = {"true", "false", "0", "1", "0.0", "1.0", "yes", "no"}
        return np.asarray(present & ~series.astype(str).str.lower().isin(words).to_numpy())
    return np.zeros(len(series), dtype=bool)


def _placeholders(study: Study, name: str) -> Flags:
    series = study.synthetic_frame[name]
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_datetime64_any_dtype(series):
        return np.zeros(len(series), dtype=bool)
    distinct = set(map(str, series.dropna().unique()))
    real = set(map(str, study.training_frame[name].dropna().unique()))
    foreign = {text for text in distinct - real if PLACEHOLDER.match(text)}
    return np.asarray(series.notna() & series.astype(str).isin(foreign))


def _unexpected_missing(study: Study, name: str) -> Flags:
    missing = study.synthetic_frame[name].isna().to_numpy()
    return missing if study.training_frame[name].notna().all() else np.zeros(len(missing), dtype=bool)


def _metric(
    study: Study,
    name: str,
    value: float,
    interval: tuple[float | None, float | None],
    sentence: str,
    flags: dict[str, Flags],
) -> Metric:
    labels = {column.spec.name: column.label for column in study.columns}
    direction = Direction.HIGHER if name == CONFORMITY else Direction.LOWER
    named = [
        NamedRecord(int(row), f"{labels[column]}: {REASONS[name]}", 1.0)
        for column, each in flags.items()
        for row in np.flatnonzero(each)[:MOST_NAMED]
    ]
    columns = {labels[column]: int(each.sum()) for column, each in flags.items() if each.any()}
    cells = len(study.synthetic_frame) * len(flags)
    return Metric(
        Group.RULES,
        name,
        sentence,
        direction,
        value,
        *interval,
        n=cells,
        seed=study.seed,
        details={"columns": columns},
        named=tuple(named[:MOST_NAMED]),
    )


REASONS = {
    CONFORMITY: "not of the column's type",
    PLACEHOLDERS: "a tool's placeholder",
    MISSING: "missing, where real records never are",
}
