"""The one entry point: three tables in, every finding out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import pandas as pd

from generation.engine.composition.recipe import NOTHING, Recipe
from generation.engine.evaluation.card import Check
from generation.engine.evaluation.checks import checks_made
from generation.engine.evaluation.metric import Findings, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.policy import EvaluationPolicy, judge
from generation.engine.evaluation.study.distributions import distributions
from generation.engine.evaluation.study.study import Study, make_study
from generation.engine.progress import Progress
from generation.engine.schema import Schema

MOST_NAMED = 1000


@dataclass(frozen=True)
class EvaluationResult:
    """`metrics` judged under the policy; `plots` JSON-able series by name; `named` records for the hunt lane, the
    strongest first, one reason each; `seconds` per check; `rows` per table that was given."""

    metrics: tuple[Metric, ...]
    plots: dict[str, Any]
    named: tuple[NamedRecord, ...]
    seconds: dict[str, float]
    rows: dict[str, int] = field(default_factory=dict)


def evaluate_tables(  # noqa: PLR0913 - the contract of the stage, the command and the API
    training: pd.DataFrame,
    holdout: pd.DataFrame | None,
    synthetic: pd.DataFrame,
    schema: Schema,
    *,
    target: str | None,
    purpose: str,
    policy: EvaluationPolicy,
    seed: int,
    progress: Progress,
    recipe: Recipe = NOTHING,
    only: Collection[str] | None = None,
    apart: Sequence[str] = (),
) -> EvaluationResult:
    """Runs every check on tables with the columns of the schema; `recipe` is what the run was asked for, `only`
    names the checks to make (all of tables, where it is None), `apart` are texts that synthetic ones may not hold.

    `target` is a column's name. The policy must be one for the purpose. Without a holdout every privacy check is "not
    computed". ValueError when a table lacks a column; never an error because of what a table holds.
    """
    if policy.purpose != purpose:
        raise ValueError(f"the policy is for {policy.purpose}, not for {purpose}")
    progress("preparing the tables", 0, 0)
    study = replace(make_study((training, holdout, synthetic), schema, target, policy, seed, recipe), apart=apart)
    return _result(study, *_checked(study, checks_made(only), progress))


def _checked(study: Study, checks: Sequence[Check], progress: Progress) -> tuple[list[Findings], dict[str, float]]:
    findings, seconds = [], {}
    for place, check in enumerate(checks):
        progress(f"checking {check.name.replace('_', ' ')}", place, len(checks))
        began = perf_counter()
        findings.append(run_check(check, study))
        seconds[check.name] = perf_counter() - began
    progress("evaluated", len(checks), len(checks))
    return findings, seconds


def result_of_set(
    metrics: Sequence[Metric], policy: EvaluationPolicy, seconds: float, rows: dict[str, int]
) -> EvaluationResult:
    """What was measured of a set of questions or tasks, judged; its plots are its metrics' strips."""
    judged = tuple(judge(metric, policy) for metric in metrics)
    return EvaluationResult(judged, {"intervals": _intervals(judged)}, tuple(_union(judged)), {"set": seconds}, rows)


def run_check(check: Check, study: Study) -> Findings:
    """The judged findings; metrics that the purpose does not need, or that cannot be computed, say so."""
    if study.policy.skipped >= check.names:
        return check.not_computed(f"Not assessed: the purpose {study.policy.purpose} does not need it.")
    try:
        found = check.find(study)
    except NotAssessable as why:
        return check.not_computed(why.reason)
    return replace(found, metrics=tuple(judge(metric, study.policy) for metric in found.metrics))


def _result(study: Study, findings: list[Findings], seconds: dict[str, float]) -> EvaluationResult:
    metrics = tuple(metric for found in findings for metric in found.metrics)
    plots: dict[str, Any] = {"distributions": distributions(study), "intervals": _intervals(metrics)}
    for found in findings:
        plots |= found.plots
    return EvaluationResult(metrics, plots, tuple(_union(metrics)), seconds, study.sizes())


def _intervals(metrics: tuple[Metric, ...]) -> list[dict[str, Any]]:
    """One strip per computed metric."""
    kept = ("name", "value", "lower", "upper", "baseline", "ceiling", "threshold", "status", "group", "direction")
    return [
        {name: entry for name, entry in metric.as_json().items() if name in kept}
        for metric in metrics
        if metric.value is not None
    ]


def _union(metrics: tuple[Metric, ...]) -> Iterator[NamedRecord]:
    """The named records of all metrics, ranked within each and taken in turns, so that no check crowds out another."""
    ranked = [(place, record) for metric in metrics for place, record in enumerate(metric.named)]
    seen: set[int] = set()
    for _, record in sorted(ranked, key=lambda pair: (pair[0], -pair[1].score)):
        if record.row not in seen and len(seen) < MOST_NAMED:
            seen.add(record.row)
            yield record
