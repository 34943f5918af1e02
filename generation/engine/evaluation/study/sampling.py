"""Stratified samples of tables too large to be measured whole, and the words that say so.

Proportional allocation (Neyman 1934; Cochran, "Sampling techniques", 1977, chapter 5): records stand in random order
within each stratum, strata one after the other, and every (N / n)-th record is taken from a random start. Each record
has the same chance n / N, so shares need no weights; each stratum gets its share to within one record, so the interval
of a simple random sample of n errs on the wide side.

Two rules keep a sample fair. The table that is searched is never cut: a copy that was left out cannot be found, and
what is unique in a sample may be common in the table. Only the records that ask are, when queries x references exceed
100,000 x 100,000 pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.keys import combine
from generation.engine.evaluation.study.study import EXACT_ROWS, Study

PAIRS = EXACT_ROWS * EXACT_ROWS
LEAST_QUERIES = 1_000
# A category is rare, and a number extreme, when fewer than one training record in a hundred has it (on either side).
RARE = 0.01
MOST_RARE = 3
TARGET_PARTS = 10

Strata = npt.NDArray[np.int64]
Stratify = Callable[[Study, EncodedTable], Strata]


def stratified(table: EncodedTable, strata: Strata, most: int, rng: np.random.Generator) -> EncodedTable:
    """The table itself, or `most` of its records, each stratum (a whole number per record) in its share."""
    total = len(table)
    if total <= most:
        return table
    shuffled = rng.permutation(total)
    lined_up = shuffled[np.argsort(strata[shuffled], kind="stable")]
    places = (np.arange(most) + rng.random()) * (total / most)
    return table.take(np.sort(lined_up[places.astype(np.int64)]))


def at_most(study: Study, table: EncodedTable, most: int, rng: np.random.Generator, stratify: Stratify) -> EncodedTable:
    """`stratified` by one of the rules below; small tables are not even looked at."""
    return table if len(table) <= most else stratified(table, stratify(study, table), most, rng)


def equalised(
    study: Study,
    tables: tuple[EncodedTable, ...],
    rng: np.random.Generator,
    stratify: Stratify,
    most: int | None = None,
) -> tuple[EncodedTable, ...]:
    """The tables cut to the size of the smallest (and to `most`): what is rare depends on the number of records."""
    size = min(*(len(table) for table in tables), most or len(tables[0]))
    return tuple(at_most(study, table, size, rng, stratify) for table in tables)


def affordable(queries: int, references: int) -> int:
    """How many of the queries are asked: all up to 100,000 x 100,000 pairs, fewer against a larger table."""
    return min(queries, max(LEAST_QUERIES, PAIRS // max(1, references)))


def by_rarity(study: Study, table: EncodedTable) -> Strata:
    """How many rare categories and extreme numbers a record holds (3 for more): for checks of unusual people."""
    held = np.zeros(len(table), dtype=np.int64)
    for column, rare in study.once("rare values", lambda: [(c, _rare(c, study.training)) for c in study.measured]):
        held += rare[table.codes(column)]
    return np.minimum(held, MOST_RARE)


def by_class(study: Study, table: EncodedTable) -> Strata:
    """The target's class (or tenth), crossed with whether any rare value is held: for models and small segments."""
    is_unusual = (by_rarity(study, table) > 0).astype(np.int64)
    return is_unusual if study.target is None else combine([is_unusual, parts_of(study.target, study, table)])[0]


def parts_of(column: EncodedColumn, study: Study, table: EncodedTable) -> npt.NDArray[np.int64]:
    """A column's values in few parts: tenths of a number, else categories; the missing are -1.

    Categories are numbered by how many training records have them, so that other names give the same strata.
    """
    codes = table.codes(column).astype(np.int64)
    real = study.training.codes(column)
    counts = np.bincount(real[real >= 0], minlength=len(column.categories))
    if column.is_continuous:
        # By where a value begins: one that most records share is a part of its own.
        below = np.cumsum(counts) - counts
        part = np.minimum(below * TARGET_PARTS // max(1, int(counts.sum())), TARGET_PARTS - 1)
    else:
        part = np.argsort(np.argsort(-counts, kind="stable"), kind="stable")
    return np.append(part, -1)[codes]


def _rare(column: EncodedColumn, training: EncodedTable) -> npt.NDArray[np.bool_]:
    """Per code (missing last) whether it is rare or extreme in the training table."""
    codes = training.codes(column)
    counts = np.bincount(codes + 1, minlength=len(column.categories) + 1)
    shares = np.roll(counts, -1) / max(1, len(codes))
    if not column.is_continuous:
        return np.asarray(shares < RARE)
    below = np.cumsum(shares[:-1])
    above = 1 - below + shares[:-1]
    return np.append((below < RARE) | (above < RARE), shares[-1] < RARE)


def worst_of(number: int, label: str) -> str:
    """How a sentence about the worst of several columns begins, so that it is true of one column too."""
    return f"In column {label}" if number == 1 else f"In {label}, the worst of {number} columns"


def sample_words(measured: int, total: int, what: str) -> str:
    """One more sentence for a metric that was measured on a sample; nothing where all was measured."""
    return "" if measured >= total else f" Measured on a stratified sample of {measured:,} of {total:,} {what}."


def sample_facts(measured: int, total: int) -> dict[str, Any]:
    """The same for the details of a metric, where the report finds it."""
    return {} if measured >= total else {"sample": {"n": measured, "of": total}}
