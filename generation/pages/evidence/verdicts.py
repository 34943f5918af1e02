"""An evaluation as a page shows it: four verdicts, a row per metric, the map of runs. Never a single score."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from generation.engine.comparison.apart import CARRY_OVER, utility_axis
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.words import metric_words
from generation.models import Dataset, Evaluation, GenerationRun
from generation.pages.evidence.worth import Worth
from generation.repositories.bake_offs import measured
from generation.repositories.evaluations import newest_evaluation
from generation.repositories.judged.limits import policies_of, policy_for, policy_of
from generation.repositories.judged.words import against_shipped
from synthportal.templatetags.charts import Estimate, MapPoint, Reading
from synthportal.templatetags.human import count
from synthportal.web.drawing import figure_text

Metric = Mapping[str, Any]

VERDICTS = ("privacy", "utility", "fidelity", "diversity")
OF_SETS = ("privacy", "sets")
GROUPS = (*VERDICTS, "rules", "text", "sets")
GROUP_QUESTIONS = {
    "privacy": "Does it give anybody away?",
    "utility": "Does a model learn the same from it?",
    "fidelity": "Does it look like the source?",
    "diversity": "Is it as varied as the source?",
    "rules": "Does it keep types and rules?",
    "text": "Do its texts read like the source?",
    "sets": "Is every question or task sound?",
}
# What may help where a check of a kind needs eyes.
GROUP_ADVICE = {
    "privacy": "Coarsen the columns that it names in a new version of the plan, then start another run.",
    "utility": "Ask for as many records as were trained on, keep finer what predicts the target, or try Trees.",
    "fidelity": "Try another synthesizer in a bake-off, or generalise fewer columns.",
    "diversity": "Ask for more records, or keep rare categories finer in the plan.",
    "rules": "Declare the rules that every record must keep: each later run keeps them.",
    "text": "Look at the records in the review; another synthesizer may keep texts better.",
    "sets": "Take out of the source, or state there, what the check names, then start another run.",
}
# Nothing is learned from people for a set: what its privacy checks name stands in the source itself.
ADVICE_OF_SETS = GROUP_ADVICE | {"privacy": GROUP_ADVICE["sets"]}
# Nothing has to be done about these.
GOOD = frozenset({"pass", "informational"})
# Verdicts that are shown at once, and the words for those that are folded.
OPEN_WORDS = frozenset({"attention", "undecided", "blocked", "not computed"})
FOLDED_WORDS = (
    ("pass", "passes", "pass"),
    ("for information", "is for information", "are for information"),
    ("not needed", "is not needed for this purpose", "are not needed for this purpose"),
)
STATUS_WORDS = {
    "pass": "pass",
    "review": "attention",
    "undecided": "undecided",
    "block": "blocked",
    "not computed": "not computed",
    "informational": "for information",
}
# The worst first. A metric that the purpose needs and that was not computed is as bad as no evidence at all.
_SEVERITY = {"block": 6, "not computed": 5, "undecided": 4, "review": 3, "pass": 2, "informational": 0}


def worst_of(metrics: Iterable[Metric], policy: EvaluationPolicy) -> Metric | None:
    """The worst metric that the purpose asks for; equals by how far beyond the limit. None when there is none."""
    judged = [metric for metric in metrics if metric["name"] not in policy.skipped and _weight(metric, policy) > 0]
    return max(judged, key=lambda metric: (_weight(metric, policy), _shortfall(metric)), default=None)


def _weight(metric: Metric, policy: EvaluationPolicy) -> int:
    if metric["status"] == "not computed" and not policy.is_needed(metric["name"]):
        return 1  # of no weight beside a metric that passed, but never a pass by itself
    return _SEVERITY.get(metric["status"], 5)


def _shortfall(metric: Metric) -> float:
    """How far the value is beyond its limit, as a share of the limit."""
    limit, value = _limit(metric), metric["value"]
    if limit is None or value is None:
        return 0.0
    beyond = limit - value if _higher(metric) else value - limit
    return float(beyond / max(abs(limit), 1e-9))


def tiles(evaluation: Evaluation, policy: EvaluationPolicy) -> list[dict[str, Any]]:
    """Privacy, utility, fidelity, diversity, each the worst of its metrics, named; of a set privacy and its own."""
    return [_tile(group, evaluation, policy) for group in (OF_SETS if is_of_set(evaluation) else VERDICTS)]


def is_of_set(evaluation: Evaluation) -> bool:
    """Whether questions or tasks were judged, of which nothing is learned from people."""
    return any(metric["group"] == "sets" for metric in evaluation.metrics)


def _tile(group: str, evaluation: Evaluation, policy: EvaluationPolicy) -> dict[str, Any]:
    of_group = [metric for metric in evaluation.metrics if metric["group"] == group]
    worst = worst_of(of_group, policy)
    tile = {"name": group.capitalize(), "url": f"#{group}", "key": group}
    if worst is None:
        return tile | {"status": "not computed", "value": None, "worst": "No check of this kind has a verdict."}
    return tile | {
        "status": worst["status"],
        "word": STATUS_WORDS.get(worst["status"], "not computed"),
        "value": None if worst["value"] is None else figure_text(worst["value"]),
        "worst": metric_words(worst["name"]).title,
        "limit": _limit_words(worst),
        "said": _counted([row for row in of_group if row["name"] not in policy.skipped]),
    }


def _counted(metrics: Collection[Metric]) -> str:
    """How many checks of a kind pass: "15 of 15 checks pass"."""
    judged = [metric for metric in metrics if metric["status"] in {"pass", "review", "undecided", "block"}]
    passed = sum(metric["status"] == "pass" for metric in judged)
    return f"{count(passed)} of {count(len(judged))} checks pass" if judged else "no check was judged"


def _limit_words(metric: Metric) -> str:
    limit = (metric["threshold"] or {}).get("passes")
    return "" if limit is None else f"passes {'from' if _higher(metric) else 'up to'} {figure_text(limit)}"


def summary_of(evaluation: Evaluation, policy: EvaluationPolicy) -> str:
    """The evidence in sentences: how many checks pass, and how many need eyes."""
    judged = [metric for metric in evaluation.metrics if metric["name"] not in policy.skipped]
    told = [
        (sum(metric["status"] == status for metric in judged), one, many)
        for status, one, many in (
            ("block", "is blocked", "are blocked"),
            ("undecided", "is undecided", "are undecided"),
            ("review", "needs your eyes", "need your eyes"),
        )
    ]
    bad = [f"{count(number)} {one if number == 1 else many}" for number, one, many in told if number]
    return f"{_counted(judged)}{'; ' + ', '.join(bad) if bad else ', and none needs your eyes'}."


def groups(evaluation: Evaluation, plots: Mapping[str, str], worth: Mapping[str, Worth]) -> list[dict[str, Any]]:
    """The metrics by question, each as a row; `plots` gives the anchor of a metric's plot, `worth` its calibration."""
    policy, advice = policy_of(evaluation), ADVICE_OF_SETS if is_of_set(evaluation) else GROUP_ADVICE
    found = []
    for group in GROUPS:
        of_group = [metric for metric in evaluation.metrics if metric["group"] == group]
        rows = [_row(metric, policy, plots, worth.get(metric["name"])) for metric in of_group]
        if rows:
            worst = worst_of(of_group, policy)
            found.append(_group(group, rows, worst["status"] if worst else "pass", advice[group]))
    return found


def _group(group: str, rows: list[dict[str, Any]], status: str, advice: str) -> dict[str, Any]:
    """Rows that need eyes first; the others are folded under how many of each there are."""
    open_rows = [row for row in rows if row["word"] in OPEN_WORDS]
    folded = [row for row in rows if row["word"] not in OPEN_WORDS]
    return {
        "key": group,
        "name": group.capitalize(),
        "question": GROUP_QUESTIONS[group],
        "open": open_rows,
        "folded": folded,
        "folded_words": _folded_words(folded, has_more=bool(open_rows)),
        "advice": "" if status in GOOD else advice,
        "status": status,
        "word": STATUS_WORDS.get(status, "not computed"),
    }


def _folded_words(rows: Sequence[Mapping[str, Any]], *, has_more: bool) -> str:
    """What is folded, such as "9 more pass, 2 are for information"."""
    told: list[str] = []
    for word, one, many in FOLDED_WORDS:
        number = sum(row["word"] == word for row in rows)
        more = "more " if has_more and not told else ""
        told += [f"{count(number)} {more}{one if number == 1 else many}"] if number else []
    return ", ".join(told)


def _row(metric: Metric, policy: EvaluationPolicy, plots: Mapping[str, str], worth: Worth | None) -> dict[str, Any]:
    words, skipped = metric_words(metric["name"]), metric["name"] in policy.skipped
    return {
        "sentence": metric["sentence"],
        "name": words.title,
        "value": None if metric["value"] is None else figure_text(metric["value"]),
        "interval": _interval(metric),
        "reading": reading_of(metric),
        "status": metric["status"],
        "word": "not needed" if skipped else STATUS_WORDS.get(metric["status"], "not computed"),
        "definition": words.definition,
        "facts": [*_facts(metric, policy), *(worth.facts if worth else [])],
        "false_alarms": worth.short if worth else "",
        "plot": plots.get(metric["name"], ""),
        "template": "generation/evidence/_metric_more.html",
    }


def _interval(metric: Metric) -> str:
    if metric["lower"] is None or metric["upper"] is None:
        return ""
    return f"{figure_text(metric['lower'])} to {figure_text(metric['upper'])}"


def _facts(metric: Metric, policy: EvaluationPolicy) -> list[tuple[str, str]]:
    threshold, limit = metric["threshold"] or {}, policy.limits.get(metric["name"])
    sign = "at least" if _higher(metric) else "at most"
    named = [
        ("Why undecided" if metric["status"] == "undecided" else "Why not", metric["reason"]),
        ("Passes", f"{sign} {figure_text(threshold['passes'])}" if threshold.get("passes") is not None else ""),
        ("Blocks", _blocks(metric, threshold)),
        ("Largest leak that could hide", _hidden(metric)),
        ("Why these limits", f"{limit.why[:1].upper()}{limit.why[1:]}." if limit else ""),
        ("Changed by a steward", against_shipped(metric["name"], threshold, policy)),
        ("Trivial guess reaches", _landmark(metric["baseline"])),
        ("Fresh real sample reaches", _landmark(metric["ceiling"])),
        ("Trials", count(metric["n"]) if metric["n"] else ""),
        ("Seed", str(metric["seed"]) if metric["seed"] else ""),
    ]
    return [(term, value) for term, value in named if value]


def _blocks(metric: Metric, threshold: Mapping[str, float | None]) -> str:
    limit = threshold.get("blocks")
    return "" if limit is None else f"{'below' if _higher(metric) else 'above'} {figure_text(limit)}"


def _hidden(metric: Metric) -> str:
    """What a privacy check of so many records cannot rule out."""
    is_bounded = metric["group"] == "privacy" and not _higher(metric) and metric["upper"] is not None
    return figure_text(metric["upper"]) if is_bounded and metric["threshold"] else ""


def _landmark(value: float | None) -> str:
    return "" if value is None else figure_text(value)


def _higher(metric: Metric) -> bool:
    return bool(metric["direction"] == "higher is better")


def _limit(metric: Metric) -> float | None:
    threshold = metric["threshold"] or {}
    passes = threshold.get("passes")
    limit: float | None = threshold.get("blocks") if passes is None else passes
    return limit


def reading_of(metric: Metric, beside: Iterable[Metric] = ()) -> Reading | None:
    """The metric on a scale that shows its limit and has room for those `beside` it; None when it was not computed."""
    if metric["value"] is None:
        return None
    limit, drawn = _limit(metric), ("value", "lower", "upper", "baseline", "ceiling")
    low, high = _span([limit, *(one[name] for one in (metric, *beside) for name in drawn)])
    return Reading(
        value=metric["value"],
        lower=metric["lower"],
        upper=metric["upper"],
        threshold=limit,
        baseline=metric["baseline"],
        ceiling=metric["ceiling"],
        low=low,
        high=high,
        higher_is_better=_higher(metric),
    )


def _span(values: Sequence[float | None]) -> tuple[float, float]:
    """0 to 1 where the values fill it; else as wide as they need, so that a limit of 0.001 is not lost on the edge."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low >= 0 and 0.25 <= high <= 1:
        return 0.0, 1.0
    air = (high - low) * 0.15 or 1.0
    return (low - air if low < 0 else 0.0), high + air


def privacy_utility(dataset: Dataset, current: Collection[UUID]) -> dict[str, Any] | None:
    """The dataset's evaluated runs on two axes, the current ones marked; None before there are two figures to draw."""
    runs = dataset.runs.filter(status=GenerationRun.Status.EVALUATED).order_by("number")
    found = [(run, newest_evaluation(run)) for run in runs.prefetch_related("evaluations")]
    known, policy = [(run, measured(run, evidence)) for run, evidence in found if evidence], policy_for(dataset)
    axes = (CARRY_OVER, utility_axis((one for _, one in known), policy))
    points = [
        MapPoint(f"run {run.number}", x=_estimate(one.metrics.get(axes[0])), y=_estimate(one.metrics.get(axes[1])),
                 current=run.pk in current)
        for run, one in known
    ]  # fmt: skip
    if not any(point.x.value is not None and point.y.value is not None for point in points):
        return None
    x_title, y_title = (metric_words(name).title.lower() for name in axes)
    limits = _limits(policy, axes)
    return {"points": points, "x_label": f"{x_title} (left is safer)", "y_label": y_title, "limits": limits}


def _limits(policy: EvaluationPolicy, axes: tuple[str, str]) -> tuple[float, float] | None:
    x, y = (policy.limits[name].passes if name in policy.limits else None for name in axes)
    return None if x is None or y is None else (x, y)


def _estimate(metric: Metric | None) -> Estimate:
    if metric is None:
        return Estimate("", None)
    return Estimate("", metric["value"], metric["lower"], metric["upper"])


def badges(runs: Iterable[GenerationRun]) -> dict[UUID, list[dict[str, Any]]]:
    """By run: its four verdicts for a list, or none before it is evaluated."""
    newest = {run.pk: newest_evaluation(run) for run in runs}
    policies = policies_of([evaluation for evaluation in newest.values() if evaluation])
    return {pk: tiles(found, policies[found.pk]) if found else [] for pk, found in newest.items()}
