"""How far annotators agree, and how well they see. Kappa is left out on purpose: it collapses when leaks are rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from reviews.engine.acceptance.bounds import proportion_interval

# Fewer flagged records say little; below that agreement flags are more often apart than alike.
ENOUGH_FLAGGED, LEAST_AGREEMENT = 5, 0.5


@dataclass(frozen=True, slots=True)
class PairTable:
    """Two annotators' flags on the same records: both flag, only the first, only the second, neither."""

    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def n(self) -> int:
        """Records judged by both."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def positive_agreement(self) -> float | None:
        """2a / (2a + b + c) (Cicchetti & Feinstein 1990); None when nobody flagged anything."""
        flags = 2 * self.both + self.first_only + self.second_only
        return 2 * self.both / flags if flags else None

    @property
    def alarm(self) -> str:
        """A sentence where two people flag the same records less often than not, once they have flagged enough."""
        agreed, flagged = self.positive_agreement, self.both + self.first_only + self.second_only
        if agreed is None or flagged < ENOUGH_FLAGGED or agreed >= LEAST_AGREEMENT:
            return ""
        return (
            f"Of {flagged} records that one of two people flagged, both flagged {self.both}: go through the guidelines "
            "together before more is judged."
        )


@dataclass(frozen=True, slots=True)
class HitRate:
    """Controls found of those judged; `rate` is None before the first, the interval is Clopper-Pearson's."""

    found: int
    judged: int
    rate: float | None
    lower: float
    upper: float


def pair_table(flags: Iterable[tuple[bool, bool]]) -> PairTable:
    """The 2x2 table of (first annotator flags, second annotator flags), one pair a record."""
    counts = Counter((bool(first), bool(second)) for first, second in flags)
    return PairTable(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def control_hit_rate(found: int, judged: int, confidence: float = 0.95) -> HitRate:
    """An annotator's measured sensitivity with its two-sided interval."""
    lower, upper = proportion_interval(found, judged, confidence)
    return HitRate(found, judged, found / judged if judged else None, lower, upper)


def krippendorff_alpha_nominal(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for names; each unit is the list of the values given to one record, in any order.

    alpha = 1 - D_o / D_e over the pairable values (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").
    None when nothing is pairable or everyone always gave the same value: then there is nothing to tell apart.
    """
    paired = [Counter(unit) for unit in units if len(unit) > 1]
    totals: Counter[Hashable] = sum(paired, Counter())
    n = totals.total()
    expected = _disagreement(totals) / (n - 1) if n else 0.0
    if expected == 0:
        return None
    return 1.0 - fsum(_disagreement(unit) / (unit.total() - 1) for unit in paired) / expected


def _disagreement(counts: Counter[Hashable]) -> int:
    """How many ordered pairs are of two different values."""
    return counts.total() ** 2 - sum(count**2 for count in counts.values())
