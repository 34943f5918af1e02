"""Check A: rare-combination carry-over excess.

A combination of up to three quasi-identifiers that one training record has, and no holdout record, is a trace of that
record. A synthesizer that only learned the population finds such combinations as often as the mirror image, those that
one holdout record has and no training record; what it finds beyond that was carried over. Our definition; the idea of
counting against a holdout is that of Platzer and Reutterer, "Holdout-based empirical assessment of mixed-type
synthetic data" (2021).
Training is cut into chunks of the holdout's size, so that all of its records are used: what is rare depends on
how many there are. Beyond 100,000 records a chunk, those of a sample are looked at, stratified by how many rare values
a record holds, and held against all combinations of the chunk. Each combination that is unique in both tables together
belongs to one record, so that records are independent; each subset is set against itself. Where it is known whose each
record is, all of this holds of people: a combination that one person has in each of twelve months is that person's
alone, and counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, listed
from generation.engine.evaluation.study.encoding import Codes, EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, PROOF, difference_of_shares, residual_risk
from generation.engine.evaluation.study.keys import Keys, combine, people_by_key
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
    """Per person of those looked at how many combinations are `unique`, how many of those were `found`, and by how much
    they were found more often than such combinations are on both sides together (`more`)."""

    unique: Floats
    found: Floats
    more: Floats

    @classmethod
    def empty(cls, people: int) -> Side:
        return cls(np.zeros(people), np.zeros(people), np.zeros(people))

    def add(self, unique: Floats, found: Floats, usual: float, weight: float = 1.0) -> None:
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

    def trials(self, usual: float, measure: float) -> tuple[float, float]:
        """(hits, trials) with the value and variance of the rate around `usual` as a share of so many combinations,
        people being independent.

        Combinations of one person come and go together: the ratio estimator's variance (Cochran 1977, 2.11) tells how
        many independent ones they are worth.
        """
        total, people = self.combinations, int((self.unique > 0).sum())
        shift = float(self.more.sum() / total) if total else 0.0
        rate = min(1.0, max(0.0, usual + shift)) * total / measure
        spread = float(((self.more - shift * self.unique) ** 2).sum()) * people / max(1, people - 1)
        variance = spread / measure**2
        trials = rate * (1 - rate) / variance if variance > 0 and 0 < rate < 1 else max(float(people), measure)
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
    metric = _metric(study, sides, len(subsets), sum(len(places) for places in looked_at[:-1]))
    rates = {name: side.rate() for name, side in zip(SIDES, sides, strict=True)}
    shown = rates | {"excess": [metric.value, metric.lower, metric.upper]}
    return Findings((replace(metric, named=_named_records(named, study)),), {"carry_over": shown})


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
    tables = (*study.chunks, study.mirror)
    asked = [Asked.of(table, places) for table, places in zip(tables, looked_at, strict=True)]
    chunks, mirror = [Side.empty(one.people) for one in asked[:-1]], Side.empty(asked[-1].people)
    named: dict[int, tuple[float, str]] = {}
    for subset in subsets:
        keys, size = combine([together[place] for place in subset])
        *real, synthetic = np.split(keys, ends[:-1])
        counts = [people_by_key(part, size, table) for part, table in zip(real, tables, strict=True)]
        is_there = np.bincount(synthetic, minlength=size) > 0
        for place, chunk in enumerate(chunks):
            only = _only(counts[place], counts[-1]), _only(counts[-1], counts[place])
            mine = asked[place].of_people(real[place], only[0]), asked[place].of_people(real[place], only[0] & is_there)
            theirs = asked[-1].of_people(real[-1], only[1]), asked[-1].of_people(real[-1], only[1] & is_there)
            usual = (mine[1].sum() + theirs[1].sum()) / max(1, mine[0].sum() + theirs[0].sum())
            chunk.add(*mine, usual)
            mirror.add(*theirs, usual, 1 / len(chunks))
        labels = [study.quasi_identifiers[place].label for place in subset]
        _name(named, synthetic, _only(np.sum(counts[:-1], axis=0), counts[-1]), labels)
    joined = Side(*(np.concatenate([getattr(one, name) for one in chunks]) for name in ("unique", "found", "more")))
    return (joined, mirror), named


@dataclass(frozen=True)
class Asked:
    """The records of a table that are looked at, and whose each is: people are numbered from 0."""

    places: Places
    whose: Places

    @classmethod
    def of(cls, table: EncodedTable, places: Places) -> Asked:
        return cls(places, np.unique(table.whose[places], return_inverse=True)[1].astype(np.int64))

    @property
    def people(self) -> int:
        return int(self.whose.max(initial=-1)) + 1

    def of_people(self, keys: Keys, chosen: Flags) -> Floats:
        """Per person how many of the chosen keys he has, each of which one person has alone: his records share it."""
        mine = keys[self.places]
        held = chosen[mine]
        rows = np.bincount(mine[held], minlength=len(chosen))
        found = np.bincount(self.whose[held], weights=1 / rows[mine[held]], minlength=self.people)
        return found.astype(np.float64)


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
    then, a share says nothing. The lower end is proven (p < .001): of few combinations chance alone makes an excess
    beyond any limit once in forty times. The upper is the most that is likely (97.5 %).
    """
    value, _, upper = _excess(training, holdout, CONFIDENCE)
    return value, _excess(training, holdout, 1 - 2 * PROOF)[1], upper


def _excess(
    training: tuple[float, float], holdout: tuple[float, float], confidence: float
) -> tuple[float, float, float]:
    found = holdout[0] / holdout[1]
    if found <= 1 - LEAST_LEFT:
        return residual_risk(training, holdout, confidence)
    lower, upper = difference_of_shares(training, holdout, confidence)
    return (training[0] / training[1] - found) / LEAST_LEFT, lower / LEAST_LEFT, min(1.0, upper / LEAST_LEFT)


def _metric(study: Study, sides: tuple[Side, Side], subsets: int, looked_at: int) -> Metric:
    usual = sum(float(side.found.sum()) for side in sides) / max(1.0, sum(side.combinations for side in sides))
    # Where hardly any point at one person both rates are scaled alike, or one would be the smaller for it.
    scale = max(1.0, sides[0].combinations) / sides[0].measure
    measures = sides[0].measure, max(1.0, sides[1].combinations) / scale
    estimate = excess(*(side.trials(usual, measure) for side, measure in zip(sides, measures, strict=True)))
    rates, unique = (sides[0].rate(), sides[1].rate()), sides[0].combinations
    details = {"rate_training": rates[0], "rate_holdout": rates[1], "subsets": subsets}
    details |= {"found_training": int(sides[0].found.sum()), "unique_holdout": round(sides[1].combinations)}
    return Metric(
        Group.PRIVACY,
        NAME,
        _sentence(rates, sides[0], estimate[0], study.holder)
        + sample_words(looked_at, len(study.training), "training records"),
        Direction.LOWER,
        *estimate,
        n=round(unique),
        baseline=0.0,
        seed=study.seed,
        details=details | sample_facts(looked_at, len(study.training)),
    )


def _sentence(rates: tuple[float, float], training: Side, value: float, holder: str) -> str:
    if not training.combinations:
        return f"No combination of up to three quasi-identifiers is one training {holder}'s alone: none can be found."
    said = (
        f"Of the combinations that one training {holder} has and no other, {rates[0]:.1%} appear in the synthetic "
        f"table; of those that one holdout {holder} has, {rates[1]:.1%}. The excess is {value:.3f}."
    )
    few = (
        f" There are only {training.combinations:,.0f} of them; the excess is measured against {training.measure:,.0f}."
    )
    return said + (few if training.combinations < training.measure else "")


def _named_records(named: dict[int, tuple[float, str]], study: Study) -> tuple[NamedRecord, ...]:
    """The strongest first. Chance alone names some: a person judges them."""
    ranked = sorted(named.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_NAMED]
    return tuple(NamedRecord(int(study.synthetic.original[row]), why, score) for row, (score, why) in ranked)
