"""Parts of real records that come again: no gap between a few columns and the whole record.

Each real record is held against every synthetic one, by any columns in which they agree, exactly or nearly
(nearest/agreement.py). Training and holdout records are exchangeable when nothing leaked: whichever agree best with the
synthetic table must come from either side as a coin would have it. A record that keeps part of its columns, cells
swapped in every row, two people spliced, a copy blurred: each makes training records win.

The few records that stand out most are counted beyond the best agreement of each with any other real record, so that
people with many doubles do not crowd out others; all records together are told apart by their agreement alone (a
membership attack after van Breugel et al. 2023). An exact binomial test at each of a few sizes of the top (Bonferroni).
Where it is known whose each record is, each person is asked by the record of his that agrees best, and his own records
are no other people's: a person who comes twelve times is one person that a coin decides about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, listed
from generation.engine.evaluation.privacy.nearest.agreement import ANY_COLUMNS, NEARLY_ALL, Agreement, best_agreement
from generation.engine.evaluation.study.encoding import EncodedTable, numbered_on
from generation.engine.evaluation.study.intervals import CONFIDENCE, area_interval
from generation.engine.evaluation.study.sampling import at_most, by_rarity, sample_facts, sample_words
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.study.surprise import Records, Surprise, learn_surprise

PARTS, AUC = "parts_carried_over", "membership_auc"
# Shares of all real records that are looked at as the top.
TOPS = (0.001, 0.003, 0.01, 0.03)
# A top of fewer tells nothing; of the records that agree best, so many times the largest top are ranked once more.
LEAST_TOP = 5
RANKED_AGAIN = 2
# Of bits: sums of the same columns in another order are equal.
DECIMALS = 3
SIGNIFICANCE = 0.001
LIKELY = (1 - CONFIDENCE) / 2
# So many comparisons are made at least for each table, whatever its size, and at most where there is a choice.
LEAST_QUERIES = 20_000
PAIRS = 600_000_000
MOST_NAMED = 200
MOST_LABELS = 4

Single = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Top:
    """The records that stand out most: so many of training and of holdout, of so many on either side."""

    training: int
    holdout: int
    of_training: int
    of_holdout: int

    @property
    def total(self) -> int:
        return self.training + self.holdout

    @property
    def fair(self) -> float:
        """The share of training records that a coin would give."""
        return self.of_training / (self.of_training + self.of_holdout)

    def p_value(self) -> float:
        return float(stats.binomtest(self.training, self.total, self.fair, "greater").pvalue) if self.total else 1.0

    def excess(self, training: float | None = None) -> float:
        """Share of all training records in the top, less that of the holdout; of another number where one is given."""
        mine = self.training if training is None else training
        return mine / self.of_training - (self.total - mine) / self.of_holdout

    def bounds(self, significance: float) -> tuple[float, float]:
        """The excess at both ends of the exact interval (Clopper and Pearson 1934): proven at the significance, and the
        most that is likely (97.5 %)."""
        low = stats.beta.ppf(significance, self.training, self.holdout + 1) if self.training else 0.0
        high = stats.beta.isf(LIKELY, self.training + 1, self.holdout) if self.holdout else 1.0
        return self.excess(low * self.total), self.excess(high * self.total)


def surprise_of(study: Study) -> Surprise:
    """What agreement in the study's measured columns is worth, learnt from all real records."""
    real = (study.training, study.need_holdout())
    return study.once("surprise", lambda: learn_surprise(study.measured, real, study.seed))


def shared_parts(study: Study) -> Findings:
    """The most telling top, with the synthetic records that made it, and the AUC over all records."""
    study.need_holdout()
    study.need_columns(study.measured)
    sides = _sides(study)
    is_training = np.arange(sum(side.people for side in sides)) < sides[0].people
    searches = [_search(study, sides, agreement) for agreement in (ANY_COLUMNS, NEARLY_ALL)]
    tops = [top for search in searches for top in _tops(search, is_training)]
    named = [record for search in searches for record in _named(study, search, is_training)]
    looked_at = len(sides[0])
    return Findings((_parts(study, tops, named, looked_at), _auc(study, searches[0].bits, is_training, looked_at)))


@dataclass(frozen=True)
class Search:
    """What one way of agreeing found: a real record of each person (training, then holdout), for each the bits of its
    best agreement and the synthetic row, those `ranked` that stand out most, and by how many bits (`beyond`,
    descending)."""

    queries: Records
    bits: Single
    rows: Places
    ranked: Places
    beyond: Single

    def ends(self, sizes: Sequence[int]) -> list[int]:
        """For each size how many of the first stand out more than the next one: equal ones are never told apart by
        their order, for training comes first. Where all of these are equal and stand out, they are the one top."""
        found = [self._end(size) for size in sizes]
        if any(found) or not (self.beyond[:1] > 0).any():
            return found
        return [int((self.beyond == self.beyond[0]).sum())] * len(sizes)

    def _end(self, size: int) -> int:
        return len(self.ranked) if size >= len(self.ranked) else int((self.beyond > self.beyond[size]).sum())


def _search(study: Study, sides: tuple[EncodedTable, EncodedTable], agreement: Agreement) -> Search:
    surprise = surprise_of(study)
    queries = Records.joined([surprise.records(side) for side in sides])
    bits, rows = best_agreement(surprise, queries, surprise.records(study.synthetic), agreement=agreement)
    bits = np.round(bits, DECIMALS)
    asked = _best_of_each(bits, numbered_on([side.whose for side in sides]))
    queries, bits, rows = queries.take(asked), bits[asked], rows[asked]
    least = np.partition(bits, -_most_ranked(len(queries)))[-_most_ranked(len(queries))]
    again = np.flatnonzero(bits >= least)
    beyond = np.round(bits[again] - _among_real(study, surprise, sides, asked[again], agreement), DECIMALS)
    order = np.argsort(-beyond, kind="stable")
    return Search(queries, bits, rows, again[order], beyond[order])


def _best_of_each(bits: Single, whose: Places) -> Places:
    """The place of each person's record with most bits, the first of equal ones, person by person."""
    order = np.lexsort((-bits, whose))
    return order[np.searchsorted(whose[order], np.arange(whose.max() + 1))]


def _most_ranked(records: int) -> int:
    return min(records, max(LEAST_TOP, int(RANKED_AGAIN * TOPS[-1] * records)))


def _sides(study: Study) -> tuple[EncodedTable, EncodedTable]:
    """Training and holdout, or samples of them where there would be too many comparisons: of the larger one first."""
    holdout, rng = study.need_holdout(), study.rng(PARTS)
    most = max(LEAST_QUERIES, PAIRS // len(study.synthetic))
    least = min(len(study.training), len(holdout), most // 2)
    sizes = [min(len(table), max(least, most - least)) for table in (study.training, holdout)]
    training = at_most(study, study.training, sizes[0], rng, by_rarity)
    return training, at_most(study, holdout, min(sizes[1], max(least, most - sizes[0])), rng, by_rarity)


def _among_real(
    study: Study,
    surprise: Surprise,
    sides: tuple[EncodedTable, EncodedTable],
    places: Places,
    agreement: Agreement,
) -> Single:
    """The best agreement of each record at these places with any real record of another person."""
    real = (study.training, study.need_holdout())
    standing = np.concatenate([table.rows for table in real])
    asked = np.concatenate([side.rows for side in sides])[places]
    order = np.argsort(standing)
    own = order[np.searchsorted(standing, asked, sorter=order)]
    everyone = Records.joined([surprise.records(table) for table in real])
    whose = numbered_on([table.whose for table in real])
    return best_agreement(surprise, everyone.take(own), everyone, (whose[own], whose), agreement)[0]


def _tops(search: Search, is_training: Flags) -> list[Top]:
    of_training, of_holdout = int(is_training.sum()), int((~is_training).sum())
    sizes = search.ends([max(LEAST_TOP, round(share * len(is_training))) for share in TOPS])
    trained = [int(is_training[search.ranked[:size]].sum()) for size in sizes]
    return [Top(mine, size - mine, of_training, of_holdout) for mine, size in zip(trained, sizes, strict=True)]


def _parts(study: Study, tops: list[Top], named: list[NamedRecord], looked_at: int) -> Metric:
    if not any(top.total for top in tops):
        return _nobody(study)
    each = SIGNIFICANCE / len(tops)
    bounds = [top.bounds(each) for top in tops]
    worst = min(tops, key=Top.p_value)
    sentence = (
        f"Of the {worst.total:,} real records that the synthetic table agrees with most, in whichever columns, "
        f"{worst.training:,} are training records; {worst.fair * worst.total:,.0f} would be, had nothing leaked."
    )
    counted = [{"training": top.training, "holdout": top.holdout} for top in tops]
    p_value = min(1.0, worst.p_value() * len(tops))
    details = {"p_value": p_value, "significance": SIGNIFICANCE, "tops": counted}
    return Metric(
        Group.PRIVACY,
        PARTS,
        sentence + sample_words(looked_at, len(study.training), "training records"),
        Direction.LOWER,
        worst.excess(),
        max(low for low, _ in bounds),
        max(high for _, high in bounds),
        n=worst.total,
        baseline=0.0,
        seed=study.seed,
        details=details | sample_facts(looked_at, len(study.training)),
        named=tuple(named),
    )


def _nobody(study: Study) -> Metric:
    """Whoever agrees with other real records as well as with synthetic ones is told by none of them."""
    why = "Not asked: the synthetic table agrees with no real record more than other real ones do. The AUC decides."
    return Metric(Group.PRIVACY, PARTS, why, Direction.LOWER, seed=study.seed, reason=why, decided_by=AUC)


def _auc(study: Study, found: Single, is_training: Flags, looked_at: int) -> Metric:
    bits = found.astype(np.float64)
    value, lower, upper = area_interval(bits[is_training], bits[~is_training])
    sentence = (
        f"An attacker who holds each record against the synthetic table tells training from unseen records with an AUC "
        f"of {value:.3f} (guessing: .5)."
    )
    return Metric(
        Group.PRIVACY,
        AUC,
        sentence + sample_words(looked_at, len(study.training), "training records"),
        Direction.LOWER,
        value,
        lower,
        upper,
        n=len(found),
        baseline=0.5,
        seed=study.seed,
        details=sample_facts(looked_at, len(study.training)),
    )


def _named(study: Study, search: Search, is_training: Flags) -> list[NamedRecord]:
    """The synthetic records that agree most with one training record, and in which columns. Chance names some."""
    top = search.ranked[: search.ends([max(LEAST_TOP, round(TOPS[1] * len(is_training)))])[0]]
    surprise = surprise_of(study)
    suspects = top[is_training[top]][:MOST_NAMED]
    rows = search.rows[suspects]
    met = search.queries.take(suspects), surprise.records(study.synthetic.take(rows))
    weights = np.where(_equal(*met), -np.log2(met[0].shares), 0.0)
    labels = [column.label for column in surprise.columns]
    named = []
    for place, row in enumerate(study.synthetic.original[rows]):
        telling = np.argsort(-weights[:, place], kind="stable")[:MOST_LABELS]
        same = [labels[at] for at in telling if weights[at, place] > 0]
        reason = f"agrees with one training record in {listed(same)}" if same else "nearly one training record"
        named.append(NamedRecord(int(row), reason, 5.0 + 1 / (1 + place)))
    return named


def _equal(mine: Records, other: Records) -> Flags:
    return np.concatenate([mine.ranks == other.ranks, mine.codes == other.codes])
