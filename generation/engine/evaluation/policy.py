"""The policy that metrics are judged by: a versioned set of limits for one purpose."""

from __future__ import annotations

from dataclasses import dataclass

PURPOSES = ("training", "fine_tuning", "evaluation", "testing", "stress_test", "knowledge_testing")
EVERY_PURPOSE = frozenset(PURPOSES)
FOR_MODELS = frozenset({"training", "fine_tuning", "evaluation"})
FOR_TESTS = EVERY_PURPOSE - FOR_MODELS
# The names of the review policies that a run may ask for; what each one asks, reviews/engine/policy says.
TIERS = ("quick", "standard", "strict")


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a metric passes and where it blocks: one rule for all of them.

    It blocks when the whole interval lies beyond `blocks`, and passes when the whole interval lies inside `blocks` and
    the value inside `passes`; a value between the two asks for a review. An interval on both sides of `blocks` decides
    nothing. `hides` is the largest leak that may go unseen: where any proven leak blocks, however small, it stands in
    the place of `blocks` for the far end of the interval. None means that the metric cannot pass, or cannot block, by
    itself.
    """

    passes: float | None
    blocks: float | None
    why: str
    hides: float | None = None

    @property
    def bearable(self) -> float | None:
        """What the far end of the interval must lie inside, for the metric to be decided."""
        return self.blocks if self.hides is None else self.hides


POLICY_VERSION = "2026-12"


@dataclass(frozen=True, slots=True)
class EvaluationPolicy:
    """A versioned set of limits for one purpose.

    `limits` are by metric name; `needed` are the metrics without which the gate stays shut; `minimum_cell` is
    the k below which a real cell is a small one; `public` says that the release may leave the house.
    """

    purpose: str
    limits: dict[str, Limit]
    needed: frozenset[str]
    skipped: frozenset[str] = frozenset()
    minimum_cell: int = 5
    public: bool = False
    version: str = POLICY_VERSION

    def is_needed(self, name: str) -> bool:
        return name in self.needed
