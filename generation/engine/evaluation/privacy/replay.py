"""Check D: unique-value replay, column by column.

A value that one training record has and the holdout does not have points at that record; where people come again, one
that all records of one person have, and nobody else's. The share of such values
that the synthetic table shows, less the same share with training and holdout exchanged, is what was replayed. Where
hardly any value points at one record, what is not proven is measured against as many as in check A.
Counted exactly at any size (training and holdout cut to one size, stratified by how many rare values a record holds).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, same_value
from generation.engine.evaluation.privacy.combinations import least_measure
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, excess_of
from generation.engine.evaluation.study.keys import people_by_key
from generation.engine.evaluation.study.sampling import by_rarity, equalised, worst_of
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.study.worst import worst
from generation.engine.schema import ColumnRole, Sdtype

IDENTIFYING, NUMBERS, OTHER = "unique_value_replay_identifying", "unique_number_replay", "unique_value_replay"
MOST_NAMED = 100

Places = npt.NDArray[np.int64]


def unique_value_replay(study: Study) -> Findings:
    """The worst identifying column, the worst number or date, and the worst other one; every column in the details."""
    study.need_holdout()
    study.need_columns(study.columns)
    tables = (*_equalised(study), study.synthetic)
    rest = [column for column in study.columns if not is_identifying(column)]
    sides = {
        IDENTIFYING: [column for column in study.columns if is_identifying(column)],
        NUMBERS: [column for column in rest if column.is_continuous],
        OTHER: [column for column in rest if not column.is_continuous],
    }
    return Findings(tuple(_metric(study, name, columns, tables) for name, columns in sides.items()))


def _equalised(study: Study) -> tuple[EncodedTable, EncodedTable]:
    """Training and holdout cut to one size: by people, where it is known whose each record is."""
    if study.training.persons is not None:
        return study.chunks[0], study.mirror
    training, holdout = equalised(study, (study.training, study.need_holdout()), study.rng(OTHER), by_rarity)
    return training, holdout


def is_identifying(column: EncodedColumn) -> bool:
    return column.spec.role in (ColumnRole.DIRECT, ColumnRole.QUASI) or column.spec.sdtype in (Sdtype.ID, Sdtype.TEXT)


def replayed(column: EncodedColumn, tables: tuple[EncodedTable, ...]) -> tuple[int, int, int, int]:
    """(found, all) of the unique training values, then of the unique holdout values."""
    training, holdout, synthetic = (_people(column, table) for table in tables)
    mine, theirs = (training == 1) & (holdout == 0), (holdout == 1) & (training == 0)
    seen = synthetic > 0
    return int((mine & seen).sum()), int(mine.sum()), int((theirs & seen).sum()), int(theirs.sum())


def _people(column: EncodedColumn, table: EncodedTable) -> Places:
    """Per value how many people have it; of those whom nobody knows, records."""
    places = np.flatnonzero(table.codes(column) >= 0)
    there = table.take(places)
    return people_by_key(there.codes(column).astype(np.int64), len(column.categories), there)


def _metric(study: Study, name: str, columns: list[EncodedColumn], tables: tuple[EncodedTable, ...]) -> Metric:
    counted = [(column, replayed(column, tables)) for column in columns]
    usable = [(column, counts) for column, counts in counted if counts[1]]
    if not usable:
        return _nothing(study, name, columns)
    # One interval per column: the more columns, the wider each, so that the worst of them is not chance alone.
    confidence, least = 1 - (1 - CONFIDENCE) / len(usable), least_measure(tables[0].people)
    found = [_share(column, counts, least, confidence) for column, counts in usable]
    decides = worst(found, lambda one: (one["value"], one["lower"], one["upper"]), study.policy.limits.get(name))
    shown = decides.one
    sentence = (
        f"{worst_of(len(found), shown['label'])}, {shown['training']:.1%} of the {shown['n']:,} values that one "
        f"training {study.holder} has alone appear in the synthetic table; of the holdout's, {shown['holdout']:.1%}."
    )
    return Metric(
        Group.PRIVACY,
        name,
        sentence + _few(shown),
        Direction.LOWER,
        *decides.interval,
        n=shown["n"],
        baseline=shown["holdout"],
        seed=study.seed,
        details={"columns": found},
        named=_named(study, next(c for c, _ in usable if c.spec.name == shown["column"]), tables, shown),
    )


def _few(shown: dict[str, Any]) -> str:
    if shown["measure"] == shown["n"]:
        return ""
    return f" So few prove nothing by themselves: they are measured against {shown['measure']:,.0f}."


def _nothing(study: Study, name: str, columns: list[EncodedColumn]) -> Metric:
    """Nothing to replay is a finding: no value points at one record."""
    sentence = (
        f"No value belongs to one training {study.holder} alone, so none can be replayed."
        if columns
        else "There is no such column, so no value can be replayed."
    )
    return Metric(Group.PRIVACY, name, sentence, Direction.LOWER, 0.0, 0.0, 0.0, n=0, baseline=0.0, seed=study.seed)


def _share(column: EncodedColumn, counts: tuple[int, int, int, int], least: float, confidence: float) -> dict[str, Any]:
    found, total, mirrored, mirror = counts
    value, lower, upper, measure = excess_of((found, total), (mirrored, mirror), least, confidence)
    words = {"column": column.spec.name, "label": column.label, "n": total, "measure": measure}
    rates = {"training": found / total, "holdout": mirrored / max(1, mirror)}
    return words | rates | {"value": value, "lower": lower, "upper": upper}


def _named(
    study: Study, column: EncodedColumn, tables: tuple[EncodedTable, ...], worst: dict[str, Any]
) -> tuple[NamedRecord, ...]:
    if worst["lower"] <= 0:
        return ()
    training, holdout = _people(column, tables[0]), _people(column, tables[1])
    codes = study.synthetic.codes(column)
    rows = np.flatnonzero((codes >= 0) & ((training == 1) & (holdout == 0))[codes])
    reason = same_value(column.label)
    return tuple(NamedRecord(int(study.synthetic.original[row]), reason, 10.0) for row in rows[:MOST_NAMED])
