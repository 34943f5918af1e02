"""How much the training records say for a rule that all of them keep. Standard library only: pages read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist

from generation.engine.rules.kinds import Fixed, Implication, Rule

CONFIDENCE = 0.95
# Below the first two an implication is an accident of a small group and is not proposed; below the others it is weak.
# Other kinds of rule are not told by one small group.
LEAST_BOUND, LEAST_SHARE = 0.95, 0.01
STRONG_BOUND, STRONG_SHARE = 0.99, 0.05
# So many records must have gone together where those of independent columns would not have.
LEAST_SURPRISES = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """`held` of `of` records that the rule says anything about keep it, out of `rows` in all (0: not counted).

    `surprises`: for a fixed combination, how many records would break it if its columns had nothing to do with each
    other (None: not counted).
    """

    held: int
    of: int
    rows: int = field(default=0, compare=False)
    surprises: float | None = field(default=None, compare=False)

    @property
    def lower(self) -> float:
        """Wilson's lower bound (1927) at 95 % of the share of records (0..1) that keep the rule, unseen ones too.

        >>> round(Evidence(58, 58).lower, 3)
        0.938
        """
        if not self.of:
            return 0.0
        z, share = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2), self.held / self.of
        centre = share + z * z / (2 * self.of)
        spread = z * sqrt(share * (1 - share) / self.of + z * z / (4 * self.of * self.of))
        return max(0.0, (centre - spread) / (1 + z * z / self.of))

    @property
    def share(self) -> float:
        """Which share of all records (0..1) the rule says anything about; 0 where that was not counted."""
        return self.of / self.rows if self.rows else 0.0


def is_accident(rule: Rule, evidence: Evidence) -> bool:
    """Whether too few records speak for an implication to propose it at all."""
    return isinstance(rule, Implication) and (evidence.lower < LEAST_BOUND or evidence.share < LEAST_SHARE)


def why_weak(rule: Rule, evidence: Evidence) -> str:
    """Why nobody should accept the rule unread, as half a sentence; "" when the records speak for it."""
    if isinstance(rule, Implication) and evidence.lower < STRONG_BOUND:
        return f"as few as {evidence.lower:.1%} of such records may keep it"
    if isinstance(rule, Implication) and evidence.share < STRONG_SHARE:
        return f"only {evidence.share:.1%} of the records are concerned"
    if isinstance(rule, Fixed) and evidence.surprises is not None and evidence.surprises < LEAST_SURPRISES:
        return "nearly all records have the same value anyway"
    return ""
