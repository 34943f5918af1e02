"""Check A: rare-combination carry-over excess.

A combination of up to three quasi-identifiers that one training record has, and no holdout record, is a trace of that
record. A synthesizer that only learned the population finds such combinations as often as the mirror image, those that
one holdout record has and no training record; what it finds beyond that was carried over. Our definition; the idea of
counting against a holdout is that of Platzer and Reutterer, "Holdout-based empirical assessment of mixed-type
synthetic data" (2021).
Training is cut into chunks of the holdout's size, so that all of its records are used: what is rare depends on
how many there are. Beyond 100,000 records a chunk, those of a sample are looked at, stratified by how many rare values
a record holds, and held against all combinations of the chunk. Each combination that is unique in both tables together
belongs to one record, so that records are independent; each subset is set against itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, listed
from generation.engine.evaluation.study.encoding import Codes, EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import difference_of_shares, residual_risk
from generation.engine.evaluation.study.keys import Keys, combine
from generation.engine.evaluation.study.sampling import at_most, by_rarity, sample_facts, sample_words
from generation.engine.evaluation.study.study import EXACT_ROWS, Study

NAME = "rare_combination_excess"
BINS = 20
LARGEST_SUBSET = 3
MOST_SUBSETS = 500
# Where fewer combinations point at one record (or fewer than one for so many records), the leak is measured against as
# many: that few are a success of the plan, and what little they could give away counts for as little.
LEAST_COMBINATIONS = 100
RECORDS_FOR_ONE = 10
LEAST_LEFT = 0.5
MOST_NAMED = 300
SIDES = ("training", "holdout")

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Subset = tuple[int, ...]


def least_measure(records: int) -> float:
    """Of so many records: what fewer rare things are a share of."""
    return max(LEAST_COMBINATIONS, records / RECORDS_FOR_ONE)


@dataclass
class Side:
    """Per record looked at how many of its combinations are `unique`, how many of those were `found`, and by how much
    they were found more often than such combinations are on both sides together (`more`)."""

    unique: Floats
    found: Floats
    more: Floats

    @classmethod
    def empty(cls, records: int) -> Side:
        return cls(np.zeros(records), np.zeros(records), np.zeros(records))

    def add(self, unique: Flags, found: Flags, usual: float, weight: float = 1.0) -> None:
        self.unique += weight * unique
        self.found += weight * found
        self.more += weight * (found - usual * unique)

    @property
    def combinations(self) -> float:
        return float(self.unique.sum())

    def rate(self) -> float:
        return float(self.found.sum() / self.unique.sum()) if self.unique.any() else 0.0

    @property
    def measure(self) -> float:
        """The number of combinations that the rate is a share of."""
        return max(self.combinations, least_measure(len(self.unique)))

    def trials(self, usual: float) -> tuple[float, float]:
        """(hits, trials) with the value and variance of the rate around `usual`, records being independent.

        Combinations of one record come and go together: the ratio estimator's variance (Cochran 1977, 2.11) tells how
        many independent ones they are worth.
        """
        total, records = self.combinations, int((self.unique > 0).sum())
        shift = float(self.more.sum() / total) if total else 0.0
        rate = min(1.0, max(0.0, usual + shift)) * total / self.measure
        spread = float(((self.more - shift * self.unique) ** 2).sum()) * records / max(1, records - 1)
        variance = spread / self.measure**2
        trials = rate * (1 - rate) / variance if variance > 0 and 0 < rate < 1 else max(float(records), self.measure)
        return rate * trials, trials


def rare_combinations(study: Study) -> Findings:
    """The metric, with R_t and R_h as a plot and the synthetic records that carry a training-only combination."""
    study.need_holdout()
    study.need_columns(study.quasi_identifiers)
    rng = study.rng(NAME)
    tables = (*study.chunks, study.mirror, study.synthetic)
    binned = [bin_column(column, tables) for column in study.quasi_identifiers]
    subsets = choose_subsets(len(binned), rng)
    looked_at = [_places(study, table, rng) for table in tables[:-1]]
    sides, named = _carry_overs(study, subsets, binned, looked_at)
    return _findings(study, sides, _named_records(named, study), len(subsets))


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


def _carry_overs(
    study: Study, subsets: list[Subset], binned: list[list[Codes]], looked_at: list[Places]
) -> tuple[tuple[Side, Side], dict[int, tuple[float, str]]]:
    """Both sides over all subsets: every chunk of training against the mirror, whose figures are means over them.

    Combinations are counted in whole tables; of each real one the records at `looked_at` are asked.
    """
    together = [np.concatenate(parts) for parts in binned]
    ends = np.cumsum([len(part) for part in binned[0]])
    chunks = [Side.empty(len(places)) for places in looked_at[:-1]]
    mirror = Side.empty(len(looked_at[-1]))
    named: dict[int, tuple[float, str]] = {}
    for subset in subsets:
        keys, size = combine([together[place] for place in subset])
        *real, synthetic = np.split(keys, ends[:-1])
        counts = [np.bincount(part, minlength=size) for part in real]
        is_there = np.bincount(synthetic, minlength=size) > 0
        asked = [part[places] for part, places in zip(real, looked_at, strict=True)]
        for place, chunk in enumerate(chunks):
            only = _only(counts[place], counts[-1])[asked[place]], _only(counts[-1], counts[place])[asked[-1]]
            found = only[0] & is_there[asked[place]], only[1] & is_there[asked[-1]]
            usual = (found[0].sum() + found[1].sum()) / max(1, only[0].sum() + only[1].sum())
            chunk.add(only[0], found[0], usual)
            mirror.add(only[1], found[1], usual, 1 / len(chunks))
        labels = [study.quasi_identifiers[place].label for place in subset]
        _name(named, synthetic, _only(np.sum(counts[:-1], axis=0), counts[-1]), labels)
    joined = Side(*(np.concatenate([getattr(one, name) for one in chunks]) for name in ("unique", "found", "more")))
    return (joined, mirror), named


def _only(mine: Places, other: Places) -> Flags:
    found: Flags = (mine == 1) & (other == 0)
    return found


def _name(named: dict[int, tuple[float, str]], synthetic: Keys, only: npt.NDArray[np.bool_], labels: list[str]) -> None:
    """Adds up, per synthetic record, how many training-only combinations it holds; keeps the shortest in words."""
    for row in np.flatnonzero(only[synthetic]):
        score, words = named.get(int(row), (0.0, ""))
        named[int(row)] = (score + 1 / len(labels), words or same_as_one(labels))


def same_as_one(labels: Sequence[str]) -> str:
    """For example "same age, country and occupation as one training record and no other"."""
    return f"same {listed(labels)} as one training record and no other"


def excess(training: tuple[float, float], holdout: tuple[float, float]) -> tuple[float, float, float]:
    """(value, lower, upper) of (R_t - R_h) / (1 - R_h), rates as (hits, trials); the divisor is at least a half.

    Many times as many synthetic records as real ones find nearly every combination, whoever has it: of what is left
    then, a share says nothing.
    """
    found = holdout[0] / holdout[1]
    if found <= 1 - LEAST_LEFT:
        return residual_risk(training, holdout)
    lower, upper = difference_of_shares(training, holdout)
    return (training[0] / training[1] - found) / LEAST_LEFT, lower / LEAST_LEFT, min(1.0, upper / LEAST_LEFT)


def _findings(study: Study, sides: tuple[Side, Side], named: tuple[NamedRecord, ...], subsets: int) -> Findings:
    found = sum(float(side.found.sum()) for side in sides)
    usual = found / max(1.0, sum(side.combinations for side in sides))
    estimate = excess(sides[0].trials(usual), sides[1].trials(usual))
    rates = sides[0].rate(), sides[1].rate()
    metric = replace(_metric(study, sides, estimate, subsets), named=named)
    return Findings((metric,), {"carry_over": dict(zip(SIDES, rates, strict=True)) | {"excess": list(estimate)}})


def _metric(study: Study, sides: tuple[Side, Side], estimate: tuple[float, float, float], subsets: int) -> Metric:
    rates, looked_at, unique = (sides[0].rate(), sides[1].rate()), len(sides[0].unique), sides[0].combinations
    details = {"rate_training": rates[0], "rate_holdout": rates[1], "subsets": subsets}
    details |= {"found_training": int(sides[0].found.sum()), "unique_holdout": round(sides[1].combinations)}
    return Metric(
        Group.PRIVACY,
        NAME,
        _sentence(rates, sides[0], estimate[0]) + sample_words(looked_at, len(study.training), "training records"),
        Direction.LOWER,
        *estimate,
        n=round(unique),
        baseline=0.0,
        seed=study.seed,
        details=details | sample_facts(looked_at, len(study.training)),
    )


def _sentence(rates: tuple[float, float], training: Side, value: float) -> str:
    if not training.combinations:
        return (
            "No combination of up to three quasi-identifiers belongs to one training record alone: none can be found."
        )
    said = (
        f"Of the combinations that one training record has and no other, {rates[0]:.1%} appear in the synthetic table; "
        f"of those that one holdout record has, {rates[1]:.1%}. The excess is {value:.3f}."
    )
    few = (
        f" There are only {training.combinations:,.0f} of them; the excess is measured against {training.measure:,.0f}."
    )
    return said + (few if training.combinations < training.measure else "")


def _named_records(named: dict[int, tuple[float, str]], study: Study) -> tuple[NamedRecord, ...]:
    """The strongest first. Chance alone names some: a person judges them."""
    ranked = sorted(named.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_NAMED]
    return tuple(NamedRecord(int(study.synthetic.original[row]), why, score) for row, (score, why) in ranked)
