"""Check D: unique-value replay, column by column.

A value that one training record has and the holdout does not have points at that record. The share of such values
that the synthetic table shows, less the same share with training and holdout exchanged, is what was replayed.
Counted exactly at any size (training and holdout cut to one size, stratified by how many rare values a record holds).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, same_value
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, difference_of_shares
from generation.engine.evaluation.study.sampling import by_rarity, equalised, worst_of
from generation.engine.evaluation.study.study import Study
from generation.engine.schema import ColumnRole, Sdtype

IDENTIFYING, NUMBERS, OTHER = "unique_value_replay_identifying", "unique_number_replay", "unique_value_replay"
LEAST_VALUES = 20
MOST_NAMED = 100


def unique_value_replay(study: Study) -> Findings:
    """The worst identifying column, the worst number or date, and the worst other one; every column in the details."""
    study.need_holdout()
    study.need_columns(study.columns)
    training, holdout = equalised(study, (study.training, study.need_holdout()), study.rng(OTHER), by_rarity)
    tables = (training, holdout, study.synthetic)
    rest = [column for column in study.columns if not is_identifying(column)]
    sides = {
        IDENTIFYING: [column for column in study.columns if is_identifying(column)],
        NUMBERS: [column for column in rest if column.is_continuous],
        OTHER: [column for column in rest if not column.is_continuous],
    }
    return Findings(tuple(_metric(study, name, columns, tables) for name, columns in sides.items()))


def is_identifying(column: EncodedColumn) -> bool:
    return column.spec.role in (ColumnRole.DIRECT, ColumnRole.QUASI) or column.spec.sdtype in (Sdtype.ID, Sdtype.TEXT)


def replayed(column: EncodedColumn, tables: tuple[EncodedTable, ...]) -> tuple[int, int, int, int]:
    """(found, all) of the unique training values, then of the unique holdout values."""
    training, holdout, synthetic = (_counts(column, table) for table in tables)
    mine, theirs = (training == 1) & (holdout == 0), (holdout == 1) & (training == 0)
    seen = synthetic > 0
    return int((mine & seen).sum()), int(mine.sum()), int((theirs & seen).sum()), int(theirs.sum())


def _counts(column: EncodedColumn, table: EncodedTable) -> Any:
    codes = table.codes(column)
    return np.bincount(codes[codes >= 0], minlength=len(column.categories))


def _metric(study: Study, name: str, columns: list[EncodedColumn], tables: tuple[EncodedTable, ...]) -> Metric:
    counted = [(column, replayed(column, tables)) for column in columns]
    usable = [(column, counts) for column, counts in counted if min(counts[1], counts[3]) >= LEAST_VALUES]
    if not usable:
        return _nothing(study, name, columns, sum(counts[1] for _, counts in counted))
    # One interval per column: the more columns, the wider each, so that the worst of them is not chance alone.
    confidence = 1 - (1 - CONFIDENCE) / len(usable)
    found = [_share(column, counts, confidence) for column, counts in usable]
    worst = max(found, key=lambda one: one["lower"])
    sentence = (
        f"{worst_of(len(found), worst['label'])}, {worst['training']:.1%} of the values that one "
        f"training record has alone appear in the synthetic table; of the holdout's, {worst['holdout']:.1%}."
    )
    return Metric(
        Group.PRIVACY,
        name,
        sentence,
        Direction.LOWER,
        worst["value"],
        worst["lower"],
        worst["upper"],
        n=worst["n"],
        baseline=worst["holdout"],
        seed=study.seed,
        details={"columns": found},
        named=_named(study, next(c for c, _ in usable if c.spec.name == worst["column"]), tables, worst),
    )


def _nothing(study: Study, name: str, columns: list[EncodedColumn], unique: int) -> Metric:
    """Nothing to replay is a finding: fewer than 20 values point at one record."""
    if not columns:
        sentence = "There is no such column, so no value can be replayed."
    else:
        some = {0: "No value belongs", 1: "Only one value belongs"}.get(unique, f"Only {unique} values belong")
        sentence = f"{some} to one training record alone: too few for a pattern of replay."
    return Metric(
        Group.PRIVACY, name, sentence, Direction.LOWER, 0.0, 0.0, 0.0, n=unique, baseline=0.0, seed=study.seed
    )


def _share(column: EncodedColumn, counts: tuple[int, int, int, int], confidence: float) -> dict[str, Any]:
    found, total, mirrored, mirror = counts
    lower, upper = difference_of_shares((found, total), (mirrored, mirror), confidence)
    words = {"column": column.spec.name, "label": column.label, "n": total}
    rates = {"training": found / total, "holdout": mirrored / mirror}
    return words | rates | {"value": found / total - mirrored / mirror, "lower": lower, "upper": upper}


def _named(
    study: Study, column: EncodedColumn, tables: tuple[EncodedTable, ...], worst: dict[str, Any]
) -> tuple[NamedRecord, ...]:
    if worst["lower"] <= 0:
        return ()
    training, holdout = _counts(column, tables[0]), _counts(column, tables[1])
    codes = study.synthetic.codes(column)
    rows = np.flatnonzero((codes >= 0) & ((training == 1) & (holdout == 0))[codes])
    reason = same_value(column.label)
    return tuple(NamedRecord(int(study.synthetic.original[row]), reason, 10.0) for row in rows[:MOST_NAMED])
