"""Check C: exact copies, copies of outliers, and near copies.

Records equal by chance happen wherever columns are few or coarse: what counts is how much more often the synthetic
table meets records that only training has than records that only the holdout has (both of one size).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
from scipy import stats

from generation.engine.evaluation.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.metric import Direction, Group, Metric, NamedRecord
from generation.engine.evaluation.privacy.isolation import isolated, screening_facts, screening_words
from generation.engine.evaluation.privacy.keys import Keys, record_keys
from generation.engine.evaluation.study import Check, Findings, Study
from generation.engine.schema import ColumnRole, Sdtype

EXACT, OUTLIERS = "exact_matches", "outliers_copied"
SIGNIFICANCE = 0.01
OUTLIER_SIGNIFICANCE = 0.05
# Pseudo-matches added to the control: with five control records for each outlier, one copy against none is just
# significant; with fewer controls it is not.
PRIOR = 0.25
MOST_NAMED = 300

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Matches:
    """Over all chunks: distinct real records met, and synthetic rows that meet them, on either side.

    The mirror's figures are means over the chunks, so the expected number in training is `chunks` times the mirror's.
    """

    chunks: int
    training_records: int
    holdout_records: float
    training_rows: int
    holdout_rows: float

    def p_value(self) -> float:
        """The one-sided exact binomial test of (training, holdout) met against chance, given their total."""
        met = self.training_records + ceil(self.holdout_records)
        return float(stats.binomtest(self.training_records, met, self._chance(), "greater").pvalue) if met else 1.0

    def excess_rows(self) -> float:
        """Synthetic rows that meet training-only records beyond those that chance explains."""
        return self.training_rows - self.chunks * self.holdout_rows

    def least_excess_rows(self) -> float:
        """The same at the lower bound of the test (Clopper and Pearson 1934); above 0 where it is significant."""
        met = self.training_records + ceil(self.holdout_records)
        if not met or not self.training_records:
            return 0.0
        low = stats.beta.ppf(SIGNIFICANCE, self.training_records, met - self.training_records + 1)
        records = met * (low - (1 - low) * self.chunks)
        return float(records * self.training_rows / self.training_records)

    def _chance(self) -> float:
        return self.chunks / (self.chunks + 1)


def comparable(columns: Sequence[EncodedColumn]) -> tuple[EncodedColumn, ...]:
    """The non-key columns: a copy with a new identifier is still a copy."""
    return tuple(c for c in columns if c.spec.sdtype is not Sdtype.ID and c.spec.role is not ColumnRole.DIRECT)


def copies(study: Study) -> Findings:
    """Exact matches on all non-key columns (on the quasi-identifiers in the details), and outliers copied."""
    study.need_holdout()
    study.need_columns(study.measured)
    columns = comparable(study.columns)
    exact, rows = count_matches(study, columns)
    quasi, _ = count_matches(study, study.quasi_identifiers)
    named = _named(study, rows, "equal to one training record in every column", 100.0)
    return Findings((_exact_metric(study, exact, quasi, named), _outlier_metric(study, columns)))


def count_matches(study: Study, columns: Sequence[EncodedColumn]) -> tuple[Matches, Flags]:
    """The matches, and per synthetic row whether it meets a training-only record."""
    tables = (study.synthetic, study.mirror, *study.chunks)
    (synthetic, mirror, *chunks), size = record_keys(tables, columns)
    present = [np.bincount(keys, minlength=size) > 0 for keys in (synthetic, mirror)]
    rows = np.zeros(len(synthetic), dtype=bool)
    sides: list[list[int]] = [[], [], [], []]
    for chunk in chunks:
        here = np.bincount(chunk, minlength=size) > 0
        training_only, holdout_only = here & ~present[1], present[1] & ~here
        rows |= training_only[synthetic]
        counts = (
            present[0] & training_only,
            present[0] & holdout_only,
            training_only[synthetic],
            holdout_only[synthetic],
        )
        for side, flags in zip(sides, counts, strict=True):
            side.append(int(flags.sum()))
    found = Matches(len(chunks), sum(sides[0]), float(np.mean(sides[1])), sum(sides[2]), float(np.mean(sides[3])))
    return found, rows


def _exact_metric(study: Study, exact: Matches, quasi: Matches, named: tuple[NamedRecord, ...]) -> Metric:
    total = len(study.synthetic)
    value = exact.excess_rows() / total
    sentence = (
        f"{exact.training_rows:,} synthetic records equal a training record that the holdout does not have; chance "
        f"explains about {exact.chunks * exact.holdout_rows:,.0f} (exact test p = {exact.p_value():.2g})."
    )
    details = {"p_value": exact.p_value(), "interval": "one-sided, 99 %"}
    details |= {"quasi_identifiers_p_value": quasi.p_value(), "quasi_identifiers_excess": quasi.excess_rows() / total}
    return Metric(
        Group.PRIVACY,
        EXACT,
        sentence,
        Direction.LOWER,
        value,
        exact.least_excess_rows() / total,
        exact.training_rows / total,
        n=total,
        baseline=exact.chunks * exact.holdout_rows / total,
        seed=study.seed,
        details=details,
        named=named,
    )


def _outlier_metric(study: Study, columns: Sequence[EncodedColumn]) -> Metric:
    """How many of the most isolated training records are copied verbatim, unless chance explains as many.

    Chance is estimated on five times as many of the most isolated holdout records, which are met at least as easily.
    """
    found = isolated(study)
    copied, rows, targets = _met(study, columns, [one.table for one in found.training], (study.mirror,))
    by_chance, _, band = _met(study, columns, [found.band.table], study.chunks)
    expected = targets * (by_chance + PRIOR) / (band + PRIOR)
    p_value = float(stats.poisson.sf(copied - 1, expected)) if copied else 1.0
    sentence = (
        f"{copied} of the {targets:,} most isolated training records are copied verbatim; chance would copy about "
        f"{expected:.2f}."
    )
    details = {"copied": copied, "expected_by_chance": expected, "p_value": p_value}
    return Metric(
        Group.PRIVACY,
        OUTLIERS,
        sentence + screening_words(study),
        Direction.LOWER,
        float(copied) if p_value <= OUTLIER_SIGNIFICANCE else 0.0,
        n=targets,
        baseline=expected,
        seed=study.seed,
        details=details | screening_facts(study),
        named=_named(study, rows, "a verbatim copy of one of the most unusual training records", 1e3),
    )


def _named(study: Study, rows: Flags, reason: str, score: float) -> tuple[NamedRecord, ...]:
    places = study.synthetic.original[np.flatnonzero(rows)[:MOST_NAMED]]
    return tuple(NamedRecord(int(place), reason, score) for place in places)


def _met(
    study: Study, columns: Sequence[EncodedColumn], targets: list[EncodedTable], others: tuple[EncodedTable, ...]
) -> tuple[int, Flags, int]:
    """(targets met by the synthetic table, synthetic rows that meet one, targets), without those that `others` have."""
    keys, size = record_keys((study.synthetic, *targets, *others), columns)
    synthetic, wanted, known = keys[0], np.concatenate(keys[1 : 1 + len(targets)]), keys[1 + len(targets) :]
    is_known = _present(known, size)
    is_target = _present([wanted], size) & ~is_known
    met = is_target & _present([synthetic], size)
    return int(met.sum()), is_target[synthetic], int((~is_known[wanted]).sum())


def _present(keys: Sequence[Keys], size: int) -> Flags:
    flags = np.zeros(size, dtype=bool)
    for part in keys:
        flags[part] = True
    return flags


CHECK = Check(
    "copies",
    Group.PRIVACY,
    {
        EXACT: "do synthetic records equal training records more often than chance explains?",
        OUTLIERS: "is any of the most unusual training records copied?",
    },
    copies,
)
