"""Technologies on one scale: what each gives away of people, and what a model learns from it, by the same measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.comparison.technologies.attacks import INFERENCE, LINKING, SINGLING_OUT, WHOLE, Risk, attacked
from generation.engine.comparison.technologies.offer import Offer, Technology
from generation.engine.comparison.technologies.usefulness import Skill, Yardstick, yardstick
from generation.engine.errors import FitError
from generation.engine.evaluation.metric import Direction, Group, Metric, NotAssessable
from generation.engine.evaluation.policy import EvaluationPolicy, judge
from generation.engine.progress import Progress, silent

# Each attack is judged by the limit of the check of the same name: the question is the same, the attacker another.
LIMITED_BY = {
    SINGLING_OUT: "singling_out_risk",
    LINKING: "linkability_risk",
    INFERENCE: "inference_risk",
}
SKILL = "skill_ratio"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to weigh, and how to make it; FitError or NotAssessable from `make` is told in its row."""

    technology: Technology
    setting: str
    make: Callable[[], Offer]
    facts: Mapping[str, Any]


def weigh(
    candidates: Sequence[Candidate],
    real: Offer,
    policy: EvaluationPolicy,
    *,
    knows_all: bool,
    seed: int,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    """A row of JSON's types per candidate, in their order. `real` are the minimised records, beside which all stand.

    A row holds technology, setting, the candidate's facts, `records`, `made` (sentences), `attacks` by name and `whole`
    (each a Risk), `worst` (the name of the attack with the largest value), and `skill`, each judged under the policy;
    or `refused`, a sentence. One table is in memory at a time.
    """
    progress("learning from the real records", 0, len(candidates))
    scale = yardstick(real, seed)
    rows = []
    for place, candidate in enumerate(candidates):
        progress(f"weighing {candidate.technology} {candidate.setting}".strip(), place, len(candidates))
        rows.append(_row(candidate, scale, policy, knows_all=knows_all, seed=seed))
    progress("weighed", len(candidates), len(candidates))
    return rows


def _row(
    candidate: Candidate, scale: Yardstick, policy: EvaluationPolicy, *, knows_all: bool, seed: int
) -> dict[str, Any]:
    about = {"technology": candidate.technology.value, "setting": candidate.setting, **candidate.facts}
    try:
        offer = candidate.make()
        skill, risks = scale.skill_of(offer), attacked(offer, knows_all=knows_all, seed=seed)
    except (FitError, NotAssessable) as refusal:
        return about | {"refused": str(refusal)}
    judged = {name: risk.as_json() | _judged(_risk_metric(name, risk), policy) for name, risk in risks.items()}
    whole = judged.pop(WHOLE)
    return about | {
        "records": len(offer.table),
        "made": list(offer.made),
        "attacks": judged,
        "worst": max(judged, key=lambda name: judged[name]["value"]),
        "whole": whole,
        "skill": skill.as_json() | _judged(_skill_metric(skill), policy),
    }


def _judged(metric: Metric, policy: EvaluationPolicy) -> dict[str, Any]:
    found = judge(metric, policy)
    return {"status": found.status.value, "reason": found.reason}


def _risk_metric(name: str, risk: Risk) -> Metric:
    known = LIMITED_BY.get(name, name)
    return Metric(Group.PRIVACY, known, "", Direction.LOWER, risk.value, risk.lower, risk.upper, n=risk.n)


def _skill_metric(skill: Skill) -> Metric:
    return Metric(Group.UTILITY, SKILL, "", Direction.HIGHER, skill.value, skill.lower, skill.upper, n=skill.n)
