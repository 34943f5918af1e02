"""Which checks a purpose needs and where their limits lie. Standard library only: the web process imports this file.

The limits are engineering choices made on few data sets, not laws: `why` explains each one, the null run prints how
often each check alarms on innocent data, and stewards may edit the set under a new version.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from generation.engine.evaluation.metric import Direction, Metric, Status, Threshold

POLICY_VERSION = "2026-11"
PURPOSES = ("training", "fine_tuning", "evaluation", "testing", "stress_test", "knowledge_testing")

Compared = Literal["value", "lower", "upper"]


@dataclass(frozen=True, slots=True)
class Rule:
    """The limits of one metric.

    `passes` is compared with the `passes_on` side of the interval and `blocks` with the `blocks_on` side; in between
    lies review. A limit of None means that the metric cannot pass, or cannot block, by itself.
    """

    passes: float | None
    blocks: float | None
    why: str
    passes_on: Compared = "value"
    blocks_on: Compared = "value"


@dataclass(frozen=True, slots=True)
class EvaluationPolicy:
    """A versioned set of limits for one purpose.

    `rules` by metric name; `needed` are the metrics without which the gate stays shut; `minimum_cell` is the k below
    which a real cell is a small one; `public` says that the release may leave the house.
    """

    purpose: str
    rules: dict[str, Rule]
    needed: frozenset[str]
    skipped: frozenset[str] = frozenset()
    minimum_cell: int = 5
    public: bool = False
    version: str = POLICY_VERSION

    def is_needed(self, name: str) -> bool:
        return name in self.needed


_BOUNDED = "the upper bound is compared: the risk itself is bounded"
_LOWER = "the lower bound is compared, so that chance alone neither passes for a leak nor blocks"
PRIVACY_RULES = {
    "rare_combination_excess": Rule(
        0.02,
        0.08,
        f"real samples give about 0, a file that keeps 40 % of each record's cells about .09; {_LOWER}",
        "lower",
        "lower",
    ),
    "outlier_attack_auc": Rule(0.55, 0.65, f"guessing gives .5; {_LOWER}", "lower", "lower"),
    "outlier_attack_tpr": Rule(
        0.03, 0.10, f"guessing finds 1 % of the outliers at 1 % false alarms; {_LOWER}", "lower", "lower"
    ),
    "exact_matches": Rule(
        0.0,
        0.001,
        "the exact test's lower bound: above 0 chance does not explain them, above .1 % of the rows it is copying",
        "lower",
        "lower",
    ),
    "near_matches": Rule(0.001, 0.005, f"a copy with noise is still a copy; {_LOWER}", "lower", "lower"),
    "outliers_copied": Rule(0.0, 0.0, "one verbatim copy of an unusual person is one person given away"),
    "unique_value_replay_identifying": Rule(
        0.02, 0.10, f"values held by one person only point at that person; {_LOWER}", "lower", "lower"
    ),
    "unique_value_replay": Rule(
        0.02, None, f"replayed values of other columns ask for a look, not for a stop; {_LOWER}", "lower", "lower"
    ),
    "direct_identifiers": Rule(0.0, 0.0, "one real email address, phone, card or key is one too many"),
    "singling_out_risk": Rule(0.09, 0.20, _BOUNDED, "upper", "upper"),
    "linkability_risk": Rule(0.09, 0.20, _BOUNDED, "upper", "upper"),
    "inference_risk": Rule(0.09, 0.20, _BOUNDED, "upper", "upper"),
}
PUBLIC_RULES = {
    "small_cells": Rule(0.0, 0.0, "a public table must not show a combination that fewer than k real records have")
}
FIDELITY_RULES = {
    "column_shapes": Rule(0.90, 0.70, "a fresh real sample reaches about .99; below .7 columns look like others"),
    "pair_trends": Rule(0.85, 0.65, "a fresh real sample reaches about .97; independent columns often reach .7"),
}
SKILL_RULES = {
    "skill_ratio": Rule(
        0.95, 0.85, "a model that loses over 15 % of its skill is another model", passes_on="lower", blocks_on="upper"
    ),
    "worst_segment_skill": Rule(
        0.85,
        None,
        "no group of people may be served much worse; the upper bound is compared, for among many groups one looks bad",
        passes_on="upper",
    ),
    "minority_recall_ratio": Rule(0.85, None, "the scarce class is usually the one that matters"),
}
DIVERSITY_RULES = {
    name: Rule(0.7, None, "less than .7 of what a real sample of the same size holds is too generic")
    for name in (
        "unique_rows",
        "effective_categories",
        "top_combination_share",
        "variance_ratio",
        "tail_coverage",
        "class_coverage",
        "missing_modes",
    )
}
RULES_RULES = {
    "schema_conformity": Rule(1.0, 0.99, "a value that is not of its column's type breaks the reader's code"),
    "placeholders": Rule(0.0, 0.0, "placeholders of a tool are not data"),
    "unexpected_missing": Rule(0.0, None, "no missing values where the real table has none"),
    "proposed_rules": Rule(0.99, None, "rules that hold for every real record should hold here too"),
    "declared_rules": Rule(1.0, 1.0, "a rule that the owner declared holds for every record, or it is no rule"),
    "asked_reached": Rule(1.0, None, "counts were promised to the record before the run"),
    "shift_reached": Rule(0.95, 0.5, "a stress test that goes only part of the way tests something else"),
}
COVERAGE_RULES = {
    "boundary_coverage": Rule(0.90, 0.50, "tests need the edges of each column"),
    "equivalence_class_coverage": Rule(0.90, 0.50, "tests need each kind of value at least once"),
}
_PRIVACY_NEEDED = frozenset(PRIVACY_RULES)
ALWAYS_NEEDED = _PRIVACY_NEEDED | PUBLIC_RULES.keys()
HIGHER_IS_BETTER = frozenset(
    {*FIDELITY_RULES, *SKILL_RULES, *DIVERSITY_RULES, *COVERAGE_RULES, "schema_conformity", "proposed_rules"}
    | {"declared_rules", "asked_reached", "shift_reached"}
)
SKILL = frozenset({*SKILL_RULES, "augmentation_gain"})
_COVERAGE = frozenset(COVERAGE_RULES)
_NEEDED_BY_PURPOSE = {
    "training": frozenset({"skill_ratio", "column_shapes", "pair_trends", "schema_conformity", "placeholders"}),
    "fine_tuning": frozenset({"skill_ratio", "column_shapes", "pair_trends", "schema_conformity", "placeholders"}),
    "evaluation": frozenset({"skill_ratio", "column_shapes", "pair_trends", "schema_conformity", "placeholders"}),
    "testing": frozenset({*COVERAGE_RULES, "schema_conformity", "placeholders"}),
    "stress_test": frozenset({"schema_conformity", "placeholders"}),
    "knowledge_testing": frozenset({"schema_conformity", "placeholders"}),
}
_SKIPPED_BY_PURPOSE = {
    "training": _COVERAGE,
    "fine_tuning": _COVERAGE,
    "evaluation": _COVERAGE,
    "testing": SKILL,
    "stress_test": SKILL | _COVERAGE,
    "knowledge_testing": SKILL | _COVERAGE,
}


def default_policy(purpose: str, *, public: bool = False, has_target: bool = True) -> EvaluationPolicy:
    """The shipped limits for a purpose. ValueError for a purpose outside `PURPOSES`.

    Without a target no model can be trained, so the skill metrics are not needed. Distributions are not judged for a
    stress test, which is meant to differ.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}")
    rules = PRIVACY_RULES | SKILL_RULES | DIVERSITY_RULES | RULES_RULES | COVERAGE_RULES
    if purpose != "stress_test":
        rules = rules | FIDELITY_RULES
    if public:
        rules = rules | PUBLIC_RULES
    needed = _PRIVACY_NEEDED | _NEEDED_BY_PURPOSE[purpose] - (frozenset() if has_target else SKILL)
    return EvaluationPolicy(
        purpose, rules, needed | (PUBLIC_RULES.keys() if public else set()), _SKIPPED_BY_PURPOSE[purpose], public=public
    )


def direction_of(name: str) -> Direction:
    """Which way is better for a metric that has limits."""
    return Direction.HIGHER if name in HIGHER_IS_BETTER else Direction.LOWER


def status_of(metric: Metric, policy: EvaluationPolicy) -> Status:
    """The verdict on a metric. A metric without a value is never a pass."""
    if metric.value is None:
        return Status.NOT_COMPUTED
    rule = policy.rules.get(metric.name)
    if rule is None or metric.direction is Direction.INFORMATIONAL:
        return Status.INFORMATIONAL
    if _is_beyond(_side(metric, rule.blocks_on), rule.blocks, metric.direction):
        return Status.BLOCK
    if rule.passes is None or _is_beyond(_side(metric, rule.passes_on), rule.passes, metric.direction):
        return Status.REVIEW
    return Status.PASS


def judge(metric: Metric, policy: EvaluationPolicy) -> Metric:
    """The metric with its threshold and status under the policy."""
    rule = policy.rules.get(metric.name)
    threshold = Threshold(rule.passes, rule.blocks) if rule else None
    return replace(metric, threshold=threshold, status=status_of(metric, policy))


def unmet(metrics: Iterable[Metric], policy: EvaluationPolicy) -> list[str]:
    """Names of the needed metrics that are missing, not computed or blocked; empty means that evidence suffices."""
    verdicts = {metric.name: metric.status for metric in metrics}
    shut = {None, Status.NOT_COMPUTED, Status.BLOCK}
    return sorted(
        {name for name in policy.needed if verdicts.get(name) in shut}
        | {name for name, status in verdicts.items() if status is Status.BLOCK}
    )


def _side(metric: Metric, side: Compared) -> float:
    bound: float | None = getattr(metric, side)
    if bound is None or bound != bound:  # an interval that could not be had falls back on the value
        bound = metric.value
    assert bound is not None  # noqa: S101 - callers check the value
    return bound


def _is_beyond(found: float, limit: float | None, direction: Direction) -> bool:
    if limit is None:
        return False
    return found < limit if direction is Direction.HIGHER else found > limit
