"""Which of several measured runs to take to review, for the stated purpose: a recommendation in words. No Django here.

Privacy comes first: a run with a privacy check that blocks, or a needed one that could not be computed, is ruled out.
Then what the purpose cannot do without. Among those left, one figure after another decides, those of the purpose
first; what cannot be told apart on one is decided by the next, and it is said so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.engine.comparison.apart import (
    CARRY_OVER,
    Measured,
    Metric,
    ahead,
    figure,
    figures,
    listed,
    listed_words,
)
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.words import metric_words

MORE_RECORDS = "; the value itself lies within, so more records may help"
ALARMS = "privacy alarms"
# A clear lead on paper that nobody would notice in use decides nothing.
LEAST_LEAD = 0.005
_SKILL = ("skill_ratio", "worst_segment_skill")
_OF_PURPOSE = {
    "training": _SKILL,
    "fine_tuning": _SKILL,
    "evaluation": _SKILL,
    "testing": ("equivalence_class_coverage", "boundary_coverage"),
    "stress_test": ("tail_coverage",),
    "knowledge_testing": ("unique_rows",),
}
_THEN = ("pair_trends", "column_shapes", "proposed_rules", CARRY_OVER)


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A run that cannot be recommended, and why, in words."""

    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The name of the run to take, or None; why, who is ruled out, and what to try when nobody is left."""

    chosen: str | None
    reasons: tuple[str, ...]
    ruled_out: tuple[RuledOut, ...] = ()
    what_to_try: tuple[str, ...] = ()


def recommend(runs: Sequence[Measured], policy: EvaluationPolicy) -> Recommendation:
    """The run to take to review, by its purpose's policy. Names are to be distinct."""
    checked = [(run, tuple(_faults(run, policy))) for run in runs]
    out = tuple(RuledOut(run.name, faults) for run, faults in checked if faults)
    left = [run for run, faults in checked if not faults]
    if not left:
        return Recommendation(None, (_nobody(runs),), out, tuple(_what_to_try(runs, policy)))
    chosen, reasons = _decided(left, policy)
    return Recommendation(chosen.name, (*reasons, *_attention(chosen, policy)), out)


def _nobody(runs: Sequence[Measured]) -> str:
    return "None of them can be recommended." if runs else "No run could be measured."


def _faults(run: Measured, policy: EvaluationPolicy) -> Iterator[str]:
    """Why a run is ruled out, privacy first."""
    order = {"privacy": 0, "utility": 1}
    for metric in sorted(run.metrics.values(), key=lambda metric: order.get(metric["group"], 2)):
        title = metric_words(metric["name"]).title.lower()
        if metric["status"] == "block":
            yield f"blocked on {title}: {figure(metric)}{_limit(metric)}"
        elif metric["status"] == "undecided":
            yield f"undecided on {title}: {figure(metric)}{_limit(metric)}{MORE_RECORDS}"
        elif metric["status"] == "not computed" and policy.is_needed(metric["name"]):
            yield f"{title} could not be computed: {metric['reason'] or 'no reason given'}"
    for name in sorted(policy.needed - run.metrics.keys()):
        yield f"{metric_words(name).title.lower()} was not measured"


def _limit(metric: Metric) -> str:
    blocks = (metric["threshold"] or {}).get("blocks")
    if blocks is None:
        return ""
    return f", where {'below' if metric['direction'] == 'higher is better' else 'above'} {blocks:.3g} blocks"


def _decided(left: Sequence[Measured], policy: EvaluationPolicy) -> tuple[Measured, list[str]]:
    """The one that stays when one figure after another decides, and what each of them said."""
    if len(left) == 1:
        return left[0], [f"{left[0].name} is the only one that nothing rules out{_lead_words(left[0], policy)}."]
    reasons = [f"Nothing rules out {listed(left)}: no check blocks, and what the purpose needs was measured."]
    for name in _criteria(policy):
        best = _quietest(left) if name == ALARMS else _leaders(left, name)
        if best and (name != ALARMS or len(best) < len(left)):
            reasons.append(_told(left, best, name))
            left = best
        if len(left) == 1:
            return left[0], reasons
    reasons.append(
        f"Nothing that was measured tells {listed(left)} apart; {left[0].name} is named because it is first."
    )
    return left[0], reasons


def _quietest(runs: Sequence[Measured]) -> list[Measured]:
    least = min(map(_alarms, runs))
    return [run for run in runs if _alarms(run) == least]


def _lead_words(run: Measured, policy: EvaluationPolicy) -> str:
    main = next((name for name in _criteria(policy) if run.value(name) is not None), None)
    return f"; {metric_words(main).title.lower()} {figure(run.metrics[main])}" if main else ""


def _criteria(policy: EvaluationPolicy) -> tuple[str, ...]:
    own = tuple(name for name in _OF_PURPOSE[policy.purpose] if name not in policy.skipped)
    return (*own, ALARMS, *(name for name in _THEN if name in policy.limits))


def _leaders(runs: Sequence[Measured], name: str) -> list[Measured]:
    """The best on this figure, those not apart from it, and those whose distance nobody would notice."""
    best = ahead(runs, name)
    values = [value for run in best if (value := run.value(name)) is not None]
    return [run for run in runs if run in best or _is_near(run.value(name), values)]


def _is_near(value: float | None, values: Sequence[float]) -> bool:
    return value is not None and any(abs(value - other) < LEAST_LEAD for other in values)


def _told(runs: Sequence[Measured], best: Sequence[Measured], name: str) -> str:
    """What this figure says: who is ahead of whom, or that it cannot tell."""
    if name == ALARMS:
        return f"{listed(best)} raised fewer privacy checks to attention than the others."
    title, behind = metric_words(name).title.lower(), [run for run in runs if run not in best]
    if not behind:
        return f"{listed(best)} cannot be told apart on {title} ({figures(best, name)})."
    tied = f"{listed(best)} cannot be told apart, but are" if len(best) > 1 else f"{best[0].name} is"
    against = "; ".join(f"{run.name} {figure(run.metrics.get(name, {}))}" for run in behind)
    return f"{tied} ahead on {title}: {figures(best, name)}, against {against}."


def _alarms(run: Measured) -> int:
    return sum(metric["group"] == "privacy" and metric["status"] == "review" for metric in run.metrics.values())


def _attention(run: Measured, policy: EvaluationPolicy) -> Iterator[str]:
    """What reviewers should know of the chosen one."""
    titles = [
        metric_words(metric["name"]).title.lower()
        for metric in run.metrics.values()
        if metric["status"] == "review" and metric["name"] not in policy.skipped
    ]
    if titles:
        yield f"Asks for attention, though it does not block: {listed_words(titles)}."


def _what_to_try(runs: Sequence[Measured], policy: EvaluationPolicy) -> Iterator[str]:
    """By what stood in the way; the nearest remedy first."""
    metrics = [metric for run in runs for metric in run.metrics.values()]
    blocked = [metric for metric in metrics if metric["status"] == "block"]
    private = [metric for metric in blocked if metric["group"] == "privacy"]
    open_ = sorted(
        {metric_words(metric["name"]).title.lower() for metric in metrics if metric["status"] == "undecided"}
    )
    if open_:
        yield (
            f"{listed_words(open_).capitalize()}: undecided because the records are too few to tell, not because of "
            "what was seen. A larger source or a larger holdout decides it."
        )
    if private:
        yield "Ask for more records behind every value, or coarsen the columns that leak in a new plan."
    if any(metric["group"] == "utility" for metric in blocked):
        yield "Try a synthesizer that learns more of the source, or a plan that removes less of what predicts."
    if any(metric["status"] == "not computed" and metric["group"] == "privacy" for metric in metrics):
        yield "Privacy needs a holdout of at least 100 records and enough records in the run: see the reasons above."
    if not runs:
        yield "Look at why each run stopped, and start another bake-off with fewer rows or other synthesizers."
