"""Measured runs beside each other, in words: what is ahead of what, and what cannot be told apart. No Django in here.

Two figures differ when their 95 % intervals do not overlap. That is stricter than a test of their difference: what is
said to differ does, and what cannot be told apart may differ by less than was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.words import metric_words

Metric = Mapping[str, Any]

CARRY_OVER = "rare_combination_excess"


@dataclass(frozen=True, slots=True)
class Measured:
    """A run's name for people, and its metrics by name as the API shows them."""

    name: str
    metrics: Mapping[str, Metric]

    def value(self, metric: str) -> float | None:
        found: float | None = self.metrics.get(metric, {}).get("value")
        return found

    def status(self, metric: str) -> str:
        return str(self.metrics.get(metric, {}).get("status", "not computed"))

    def blocked(self, group: str = "") -> list[str]:
        """Titles of the metrics that block, of one group or of all."""
        blocking = [metric for metric in self.metrics.values() if metric["status"] == "block"]
        return [metric_words(metric["name"]).title.lower() for metric in blocking if group in ("", metric["group"])]


def bounds(metric: Metric) -> tuple[float, float] | None:
    """The interval, or the value alone where there is none; None when it was not computed."""
    value, lower, upper = (metric.get(name) for name in ("value", "lower", "upper"))
    if value is None:
        return None
    return (value if lower is None else lower, value if upper is None else upper)


def are_apart(one: Metric, other: Metric) -> bool:
    """Whether both were computed and their intervals do not overlap."""
    first, second = bounds(one), bounds(other)
    if first is None or second is None:
        return False
    return first[0] > second[1] or second[0] > first[1]


def ahead(runs: Sequence[Measured], name: str) -> list[Measured]:
    """The runs that nothing is ahead of: the best one on this metric, and those not apart from it."""
    computed = [run for run in runs if run.value(name) is not None]
    if not computed:
        return []
    higher = computed[0].metrics[name]["direction"] != "lower is better"
    best = (max if higher else min)(computed, key=lambda run: run.value(name) or 0.0)
    return [run for run in computed if run is best or not are_apart(run.metrics[name], best.metrics[name])]


def utility_axis(runs: Iterable[Measured], policy: EvaluationPolicy) -> str:
    """What usefulness is compared by: skill where the purpose measures it, else coverage or the shapes of columns."""
    candidates = ("skill_ratio", "equivalence_class_coverage", "column_shapes")
    found = list(runs)
    usable = (
        name for name in candidates if name not in policy.skipped and any(run.value(name) is not None for run in found)
    )
    return next(usable, "column_shapes")  # fmt: skip


def choice_in_words(runs: Sequence[Measured], policy: EvaluationPolicy) -> str:
    """What choosing between these runs means: privacy first, then usefulness against rare combinations carried over."""
    shut = [run for run in runs if run.blocked("privacy")]
    left = [run for run in runs if run not in shut]
    said = [f"{listed(shut)} {'is' if len(shut) == 1 else 'are'} blocked on privacy ({_why(shut)})."] if shut else []
    if not left:
        said.append("None of them can be released as it is.")
    elif len(left) == 1:
        said.append(f"That leaves {left[0].name}.")
    else:
        said.append(_trade(left, utility_axis(left, policy)))
    said += [f"{run.name} is blocked on {listed_words(run.blocked())}." for run in left if run.blocked()]
    return " ".join(capitalised(sentence) for sentence in said)


def capitalised(sentence: str) -> str:
    """The first letter large; str.capitalize() would make the others small."""
    return sentence[:1].upper() + sentence[1:]


def _why(runs: Iterable[Measured]) -> str:
    return listed_words(dict.fromkeys(title for run in runs for title in run.blocked("privacy")))


def _trade(runs: Sequence[Measured], useful: str) -> str:
    """Between runs that privacy does not rule out."""
    best, safest = ahead(runs, useful), ahead(runs, CARRY_OVER)
    title, carried = metric_words(useful).title.lower(), metric_words(CARRY_OVER).title.lower()
    both = [run for run in best if run in safest]
    if len(best) == len(runs) == len(safest):
        return f"{listed(runs)} cannot be told apart on {title} or on {carried}: choose by what differs below."
    if not both and best and safest:
        return (
            f"The choice is between {listed(best, 'or')}, ahead on {title} with {figures(best, useful)}, and "
            f"{listed(safest, 'or')}, with fewer {carried}: {figures(safest, CARRY_OVER)}."
        )
    if len(both) == 1:
        won, level = (title, carried) if len(best) == 1 else (carried, title)
        return f"{both[0].name} is ahead on {won}, and no other run is ahead of it on {level}."
    if both:
        return f"{listed(both)} are ahead of the rest, and cannot be told apart on {title} or on {carried}."
    return f"Not all of them could be measured on {title} and {carried}: choose by what differs below."


def listed(runs: Iterable[Measured], last: str = "and") -> str:
    return listed_words((run.name for run in runs), last)


def listed_words(words: Iterable[str], last: str = "and") -> str:
    """a, b and c."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def figures(runs: Iterable[Measured], metric: str) -> str:
    """The value of each with its interval."""
    return listed_words(figure(run.metrics[metric]) for run in runs)


def figure(metric: Metric) -> str:
    """0.967 (0.957 to 0.979)."""
    value, found = metric.get("value"), bounds(metric)
    if value is None or found is None:
        return "not computed"
    interval = "" if found[0] == found[1] else f" ({_digits(found[0])} to {_digits(found[1])})"
    return f"{_digits(value)}{interval}"


def _digits(value: float) -> str:
    return f"{value:.3g}"
