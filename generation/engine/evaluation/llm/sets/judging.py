"""From truths about records to judged metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generation.engine.evaluation.llm.sets.cards import CARDS
from generation.engine.evaluation.metric import Metric, NamedRecord
from generation.engine.evaluation.policy import EvaluationPolicy, judge
from generation.engine.llm.counts import by_number, counted

MOST_NAMED = 200


def valued(name: str, value: float, n: int, sentence: str, named: Sequence[NamedRecord] = ()) -> Metric:
    """A metric with a value that every record was looked at for."""
    card = CARDS[name]
    return Metric(card.group, name, sentence, card.direction, value=value, n=n, named=tuple(named[:MOST_NAMED]))


@dataclass(frozen=True, slots=True)
class Told:
    """How it is said that some fail: what was looked at ("answer"), and what one of them and several of them do."""

    noun: str
    one: str
    several: str

    def sentence(self, failing: int, n: int) -> str:
        """Of 12 answers 1 stands elsewhere too."""
        return f"Of {counted(n, self.noun)} {by_number(failing, self.one, self.several)}."


def share(name: str, failing: Mapping[int, str], n: int, told: Told, *, is_good: bool) -> Metric:
    """The share of n records that fail (or, where `is_good`, that do not), with those that fail and why."""
    if not n:
        return CARDS[name].not_computed("There is no record to look at.")
    bad = len(failing) / n
    named = [NamedRecord(row, why, 1.0) for row, why in sorted(failing.items())]
    return valued(name, 1 - bad if is_good else bad, n, told.sentence(len(failing), n), named)


def judged(metrics: Sequence[Metric], policy: EvaluationPolicy) -> tuple[Metric, ...]:
    """The metrics with their statuses under the policy."""
    return tuple(judge(metric, policy) for metric in metrics)
