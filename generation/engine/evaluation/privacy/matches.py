"""Check C: records copied exactly.

Records equal by chance happen wherever columns are few or coarse. For each record that only training has, the tree of
`study/surprise.py` says how many of so many fresh records would equal it; matched records are counted among the ever
more surprising ones, against the Poisson number expected, however the real records were split. Where the holdout's
records are met as well, the same test against them decides, if it is milder.

What no model knows is whether the source holds records twice. Were the synthetic records a fresh sample, any two of all
records would be doubles alike: among the real ones, between synthetic and holdout records, and among the synthetic
ones. What is seen there, over as many pairs, foretells how many training records are met: the predictive distribution
under a prior that expects hardly any (a gamma of shape `DOUBLES_EXPECTED`). So a table many times as large as its
source must meet the holdout too. Doubles among the synthetic records may have been made up: they never speak for
chance. One or two are looked at, a few prove it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.privacy.shared_parts import surprise_of
from generation.engine.evaluation.study.encoding import EncodedColumn
from generation.engine.evaluation.study.keys import Keys, record_keys
from generation.engine.evaluation.study.study import Study
from generation.engine.schema import ColumnRole, Sdtype

EXACT = "exact_matches"
SIGNIFICANCE = 0.001
# The tree leaves out what depends on more than one column: chance gets this many times what it says.
BENEFIT_OF_DOUBT = 10.0
# The shape of the gamma prior for the number of records that a source holds twice.
DOUBLES_EXPECTED = 0.05
# Records of which at most so many equal ones are to be expected in the synthetic table.
LEVELS = tuple(10.0**-power for power in (1, 2, 3, 4, 6, 8, 10, 12))
MOST_NAMED = 300

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """Among records of which at most `at_most` equal ones are expected each: `expected` in all, and how many distinct
    ones were `met`; `met_unseen` counts those of the holdout alone, `doubles` those held twice by the real records,
    `made_twice` those held twice by the synthetic ones and by no real one."""

    at_most: float
    expected: float
    met: int
    met_unseen: int
    doubles: int
    made_twice: int = 0

    @property
    def beyond(self) -> float:
        return self.met - self.expected

    def p_value(self, training: int, holdout: int) -> float:
        """The probability of so many by chance: the larger of what the model and the holdout say."""
        if not self.met:
            return 1.0
        found = float(stats.poisson.sf(self.met - 1, self.expected))
        if not self.met_unseen:
            return found
        return max(found, _at_least(self.met, self.met + self.met_unseen, training / (training + holdout)))

    def p_doubles(self, training: int, holdout: int, synthetic: int) -> float:
        """The probability of so many in a source that holds as many records twice as are seen elsewhere.

        Numbers of pairs are in units of those among the real records.
        """
        real = (training + holdout) ** 2
        asked, unseen, made = (
            count / real for count in (2 * synthetic * training, 2 * synthetic * holdout, synthetic**2)
        )
        seen = DOUBLES_EXPECTED + self.doubles + self.met_unseen
        alone = self._met_by(seen, 1 + unseen, asked)
        return min(alone, self._met_by(seen + self.made_twice, 1 + unseen + made, asked))

    def _met_by(self, seen: float, looked_at: float, asked: float) -> float:
        """Of a rate that showed `seen` in so many pairs: the probability of as many as were met in those asked."""
        return float(stats.nbinom.sf(self.met - 1, seen, looked_at / (looked_at + asked)))


def _at_least(successes: int, trials: int, chance: float) -> float:
    return float(stats.binom.sf(successes - 1, trials, chance))


def comparable(columns: Sequence[EncodedColumn]) -> tuple[EncodedColumn, ...]:
    """The non-key columns: a copy with a new identifier is still a copy."""
    return tuple(c for c in columns if c.spec.sdtype is not Sdtype.ID and c.spec.role is not ColumnRole.DIRECT)


def copies(study: Study) -> Findings:
    """Synthetic records equal to training records in every non-key column, beyond what chance explains."""
    study.need_holdout()
    study.need_columns(study.measured)
    keys = _keys(study)
    expected = keys.expected(study)
    levels = [keys.level(at_most, expected) for at_most in LEVELS]
    p_values = [
        min(1.0, level.p_value(len(study.training), len(study.need_holdout())) * len(levels)) for level in levels
    ]
    proven = [place for place, p_value in enumerate(p_values) if p_value <= SIGNIFICANCE]
    best = max(proven, key=lambda place: levels[place].beyond) if proven else int(np.argmin(p_values))
    return Findings((_metric(study, keys, (levels[best], p_values[best]), expected),))


@dataclass(frozen=True)
class Counted:
    """Per key how many records of each table (synthetic, training, holdout) have it, and where the first of them
    stands, training, holdout and synthetic records one after the other."""

    synthetic: Keys
    counts: tuple[npt.NDArray[np.int64], ...]
    first: npt.NDArray[np.int64]

    @property
    def training_only(self) -> Flags:
        return np.asarray((self.counts[1] > 0) & (self.counts[2] == 0))

    @property
    def is_met(self) -> Flags:
        return self.counts[0] > 0

    def expected(self, study: Study) -> Floats:
        """Per key how many equal records chance puts into the synthetic table; inf where no record has it."""
        surprise = surprise_of(study)
        records = [surprise.records(table) for table in (study.training, study.need_holdout(), study.synthetic)]
        bits = np.concatenate([surprise.bits(one) for one in records])
        chance = BENEFIT_OF_DOUBT * len(study.synthetic) * np.exp2(-bits)
        return np.where(self.first >= 0, chance[self.first], np.inf)

    def level(self, at_most: float, expected: Floats) -> Level:
        surprising = expected <= at_most
        mine = surprising & self.training_only
        unseen = surprising & (self.counts[2] > 0) & (self.counts[1] == 0)
        return Level(
            at_most,
            float(expected[mine].sum()),
            int((mine & self.is_met).sum()),
            int((unseen & self.is_met).sum()),
            int((surprising & (self.counts[1] + self.counts[2] > 1)).sum()),
            int((surprising & (self.counts[1] + self.counts[2] == 0) & (self.counts[0] > 1)).sum()),
        )


def _keys(study: Study) -> Counted:
    tables = (study.synthetic, study.training, study.need_holdout())
    found, size = record_keys(tables, comparable(study.columns))
    first = np.full(size, -1, dtype=np.int64)
    every = np.concatenate([*found[1:], found[0]])
    first[every[::-1]] = np.arange(len(every))[::-1]
    return Counted(found[0], tuple(np.bincount(keys, minlength=size) for keys in found), first)


def _metric(study: Study, keys: Counted, found: tuple[Level, float], expected: Floats) -> Metric:
    level, p_value = found
    is_met = keys.training_only & keys.is_met
    rows = int(is_met[keys.synthetic].sum())
    total = len(study.synthetic)
    is_odd = p_value <= SIGNIFICANCE
    doubled = level.p_doubles(len(study.training), len(study.need_holdout()), total)
    share = level.met / total if is_odd else 0.0
    details = {"rows": rows, "met": level.met, "expected": level.expected, "p_value": p_value, "p_doubles": doubled}
    details |= {"met_unseen": level.met_unseen, "doubles": level.doubles, "made_twice": level.made_twice}
    return Metric(
        Group.PRIVACY,
        EXACT,
        f"{rows:,} synthetic records equal a training record that the holdout does not have. "
        + _judgement(level, p_value, doubled, rows),
        Direction.LOWER,
        share,
        share if doubled <= SIGNIFICANCE else 0.0,
        share,
        n=total,
        baseline=level.expected / total,
        seed=study.seed,
        details=details,
        named=_named(study, keys, is_met, expected),
    )


def _judgement(level: Level, p_value: float, doubled: float, rows: int) -> str:
    if p_value > SIGNIFICANCE:
        return f"Chance explains them (p = {p_value:.2g})." if rows else "None is copied."
    said = f"{level.met:,} of these training records are so unusual that chance would put {level.expected:.2g} there"
    if doubled <= SIGNIFICANCE:
        return f"{said} (p = {p_value:.2g}): they are copies."
    return f"{said}: copies, unless the source holds such records twice. Look at them."


def _named(study: Study, keys: Counted, is_met: Flags, expected: Floats) -> tuple[NamedRecord, ...]:
    """The most surprising first."""
    rows = np.flatnonzero(is_met[keys.synthetic])
    rows = rows[np.argsort(expected[keys.synthetic[rows]], kind="stable")][:MOST_NAMED]
    reason = "equal to one training record in every column"
    return tuple(
        NamedRecord(int(place), reason, 100.0 - at / MOST_NAMED)
        for at, place in enumerate(study.synthetic.original[rows])
    )
