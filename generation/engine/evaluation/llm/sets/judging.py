"""From truths about records to judged metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generation.engine.evaluation.llm.sets.cards import CARDS
from generation.engine.evaluation.metric import Metric, NamedRecord
from generation.engine.evaluation.policy import EvaluationPolicy, judge

MOST_NAMED = 200


def valued(name: str, value: float, n: int, sentence: str, named: Sequence[NamedRecord] = ()) -> Metric:
    """A metric with a value that every record was looked at for."""
    card = CARDS[name]
    return Metric(card.group, name, sentence, card.direction, value=value, n=n, named=tuple(named[:MOST_NAMED]))


def share(name: str, failing: Mapping[int, str], n: int, sentence: str, *, is_good: bool) -> Metric:
    """The share of n records that fail (or, where `is_good`, that do not), with those that fail and why.

    `sentence` has a place for the number that fails and one for n.
    """
    if not n:
        return CARDS[name].not_computed("There is no record to look at.")
    bad = len(failing) / n
    named = [NamedRecord(row, why, 1.0) for row, why in sorted(failing.items())]
    return valued(name, 1 - bad if is_good else bad, n, sentence.format(len(failing), n), named)


def judged(metrics: Sequence[Metric], policy: EvaluationPolicy) -> tuple[Metric, ...]:
    """The metrics with their statuses under the policy."""
    return tuple(judge(metric, policy) for metric in metrics)
