"""Check A: rare-combination carry-over excess.

A combination of up to three quasi-identifiers that one training record has, and no holdout record, is a trace of that
record. A synthesizer that only learned the population finds such combinations as often as the mirror image, those that
one holdout record has and no training record; what it finds beyond that was carried over. Our definition; the idea of
counting against a holdout is that of Platzer and Reutterer, "Holdout-based empirical assessment of mixed-type
synthetic data" (2021).
Combinations are counted in whole tables at any size, for what is unique in a sample may be common in the table. Beyond
100,000 records those of a sample are looked at, stratified by how many rare values a record holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from generation.engine.evaluation.encoding import Codes, EncodedColumn, EncodedTable
from generation.engine.evaluation.intervals import percentile_interval
from generation.engine.evaluation.metric import Direction, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.privacy.keys import Keys, combine
from generation.engine.evaluation.sampling import at_most, by_rarity, equalised, sample_facts, sample_words
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study

NAME = "rare_combination_excess"
BINS = 20
LARGEST_SUBSET = 3
MOST_SUBSETS = 500
BOOTSTRAPS = 400
LEAST_COMBINATIONS = 100
MOST_NAMED = 300
SIDES = ("training", "holdout")

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Subset = tuple[int, ...]


@dataclass(frozen=True)
class CarryOver:
    """Unique combinations of one side: per (subset, record) whether it is unique, and whether it was found."""

    unique: sparse.csr_array
    found: sparse.csr_array

    def rate(self) -> float:
        return float(self.found.sum() / self.unique.sum())

    def sizes(self) -> tuple[int, int]:
        return int(self.found.sum()), int(self.unique.sum())


def rare_combinations(study: Study) -> Findings:
    """The metric, with R_t and R_h as a plot and the synthetic records that carry a training-only combination."""
    holdout = study.need_holdout()
    study.need_columns(study.quasi_identifiers, 2)
    rng = study.rng(NAME)
    training, holdout = equalised(study, (study.training, holdout), rng, by_rarity)
    tables = (training, holdout, study.synthetic)
    binned = [bin_column(column, tables) for column in study.quasi_identifiers]
    subsets = choose_subsets(len(binned), rng)
    looked_at = [_places(study, table, rng) for table in (training, holdout)]
    of_training, of_holdout, named = _carry_overs(study, subsets, binned, (tables, looked_at))
    for side in (of_training, of_holdout):
        if side.unique.sum() < LEAST_COMBINATIONS:
            raise NotAssessable(f"Fewer than {LEAST_COMBINATIONS} combinations belong to one real record alone.")
    return _findings(study, (of_training, of_holdout), _named_records(named, study), len(training), rng)


def _places(study: Study, table: EncodedTable, rng: np.random.Generator) -> Places:
    """Positions of the records whose combinations are looked at: all, or a stratified sample of 100,000."""
    numbered = EncodedTable(table.columns, table.rows, np.arange(len(table)))
    return at_most(study, numbered, EXACT_ROWS, rng, by_rarity).original


def bin_column(column: EncodedColumn, tables: Sequence[EncodedTable]) -> list[Codes]:
    """Codes per table: categories as they are; numbers by `BINS` quantiles of the real tables (all but the last)."""
    if not column.is_continuous:
        return [table.codes(column) for table in tables]
    real = np.concatenate([table.values(column) for table in tables[:-1]])
    edges = np.unique(np.nanquantile(real, np.linspace(0, 1, BINS + 1)[1:-1]))
    return [_bin(table.values(column), edges) for table in tables]


def _bin(values: Floats, edges: Floats) -> Codes:
    return np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="left")).astype(np.int32)


def choose_subsets(columns: int, rng: np.random.Generator) -> list[Subset]:
    """All subsets of 1 to 3 columns, or `MOST_SUBSETS` of them at random, smallest first."""
    every = [pick for size in range(1, LARGEST_SUBSET + 1) for pick in combinations(range(columns), size)]
    if len(every) <= MOST_SUBSETS:
        return every
    return [every[place] for place in np.sort(rng.choice(len(every), MOST_SUBSETS, replace=False))]


def excess(rate_training: float | Floats, rate_holdout: float | Floats) -> Floats:
    """(R_t - R_h) / (1 - R_h); 0 where the holdout's combinations are all found."""
    left = 1 - np.asarray(rate_holdout, dtype=np.float64)
    gap = np.asarray(rate_training, dtype=np.float64) - rate_holdout
    return np.divide(gap, left, out=np.zeros_like(left), where=left > 0)


def _carry_overs(
    study: Study,
    subsets: list[Subset],
    binned: list[list[Codes]],
    looked_up: tuple[tuple[EncodedTable, ...], list[Places]],
) -> tuple[CarryOver, CarryOver, dict[int, tuple[float, str]]]:
    """`looked_up`: the tables in which combinations are counted, and the real records that are looked at."""
    tables, places = looked_up
    together = [np.concatenate(parts) for parts in binned]
    ends = np.cumsum([len(table) for table in tables])
    sides: tuple[list[npt.NDArray[np.bool_]], ...] = ([], [], [], [])
    named: dict[int, tuple[float, str]] = {}
    for subset in subsets:
        keys, size = combine([together[place] for place in subset])
        split = np.split(keys, ends[:-1])
        counts = [np.bincount(part, minlength=size) for part in split]
        for side, flags in zip(sides, _flags([split[0][places[0]], split[1][places[1]]], counts), strict=True):
            side.append(flags)
        labels = [study.quasi_identifiers[place].label for place in subset]
        _name(named, split[2], _only(counts[0], counts[1]), labels)
    matrices = [sparse.csr_array(np.array(side), dtype=np.float32) for side in sides]
    return CarryOver(matrices[0], matrices[1]), CarryOver(matrices[2], matrices[3]), named


def _only(mine: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (mine == 1) & (other == 0)
    return found


def _flags(split: list[Keys], counts: list[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.bool_]]:
    """Per record of training, training, holdout, holdout: unique, unique and found, unique, unique and found."""
    training = _only(counts[0], counts[1])[split[0]]
    holdout = _only(counts[1], counts[0])[split[1]]
    return [training, training & (counts[2][split[0]] > 0), holdout, holdout & (counts[2][split[1]] > 0)]


def _name(named: dict[int, tuple[float, str]], synthetic: Keys, only: npt.NDArray[np.bool_], labels: list[str]) -> None:
    """Adds up, per synthetic record, how many training-only combinations it holds; keeps the shortest in words."""
    for row in np.flatnonzero(only[synthetic]):
        score, words = named.get(int(row), (0.0, ""))
        named[int(row)] = (score + 1 / len(labels), words or same_as_one(labels))


def same_as_one(labels: Sequence[str]) -> str:
    """For example "same age, country and occupation as one training record and no other"."""
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
    return f"same {listed} as one training record and no other"


def _bootstrap(of_training: CarryOver, of_holdout: CarryOver, rng: np.random.Generator) -> Floats:
    """Excess under resampled subsets and records: combinations that share either are not independent."""
    subsets = of_training.unique.shape[0]
    by_subset = rng.multinomial(subsets, np.full(subsets, 1 / subsets), BOOTSTRAPS).T.astype(np.float32)
    rates = [_resampled_rate(side, by_subset, rng) for side in (of_training, of_holdout)]
    return excess(rates[0], rates[1])


def _resampled_rate(side: CarryOver, by_subset: npt.NDArray[np.float32], rng: np.random.Generator) -> Floats:
    by_record = rng.poisson(1.0, (side.unique.shape[1], BOOTSTRAPS)).astype(np.float32)
    found = ((side.found @ by_record) * by_subset).sum(axis=0, dtype=np.float64)
    unique = ((side.unique @ by_record) * by_subset).sum(axis=0, dtype=np.float64)
    rates: Floats = np.divide(found, unique, out=np.full(BOOTSTRAPS, np.nan), where=unique > 0)
    return rates


def _findings(
    study: Study,
    sides: tuple[CarryOver, CarryOver],
    named: tuple[NamedRecord, ...],
    total: int,
    rng: np.random.Generator,
) -> Findings:
    rates = sides[0].rate(), sides[1].rate()
    estimate = (float(excess(*rates)), *percentile_interval(_bootstrap(*sides, rng)))
    metric = replace(_metric(study, sides, estimate, total), named=named)
    return Findings((metric,), {"carry_over": dict(zip(SIDES, rates, strict=True)) | {"excess": list(estimate)}})


def _metric(
    study: Study, sides: tuple[CarryOver, CarryOver], estimate: tuple[float, float, float], total: int
) -> Metric:
    rates = sides[0].rate(), sides[1].rate()
    (subsets, looked_at), (found, unique) = sides[0].unique.shape, sides[0].sizes()
    sentence = (
        f"Of the combinations that one training record has and no other, {rates[0]:.1%} appear in the synthetic table; "
        f"of those that one holdout record has, {rates[1]:.1%}. The excess is {estimate[0]:.3f}."
    )
    details = {"rate_training": rates[0], "rate_holdout": rates[1], "subsets": subsets, "found_training": found}
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence + sample_words(looked_at, total, "training records"),
        Direction.LOWER,
        *estimate,
        n=unique,
        baseline=0.0,
        seed=study.seed,
        details=details | {"unique_holdout": sides[1].sizes()[1]} | sample_facts(looked_at, total),
    )


def _named_records(named: dict[int, tuple[float, str]], study: Study) -> tuple[NamedRecord, ...]:
    """The strongest first. Chance alone names some: a person judges them."""
    ranked = sorted(named.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_NAMED]
    return tuple(NamedRecord(int(study.synthetic.original[row]), why, score) for row, (score, why) in ranked)


CHECK = Check(
    NAME,
    Group.PRIVACY,
    {NAME: "are combinations that one training record has carried over more often than chance explains?"},
    rare_combinations,
)
