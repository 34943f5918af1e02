"""What every finding of the evaluation carries, so that nobody has to trust a bare number.

Standard library only: the web process imports this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SUITE_VERSION = "1"


class Group(StrEnum):
    """The question a metric helps to answer."""

    PRIVACY = "privacy"
    FIDELITY = "fidelity"
    UTILITY = "utility"
    DIVERSITY = "diversity"
    RULES = "rules"
    TEXT = "text"
    SETS = "sets"


class Direction(StrEnum):
    """Which way is better. An informational metric never decides anything."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    INFORMATIONAL = "informational"


class Status(StrEnum):
    """The verdict. `UNDECIDED`: the records are too few to tell. It and `NOT_COMPUTED` are never a pass;
    `INFORMATIONAL` is no verdict at all."""

    PASS = "pass"
    REVIEW = "review"
    UNDECIDED = "undecided"
    BLOCK = "block"
    NOT_COMPUTED = "not computed"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The limits a metric was held against; None where the policy sets no limit."""

    passes: float | None
    blocks: float | None


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A synthetic record worth a person's look: its row (0-based), why in words, and how strongly.

    The reason may hold column labels, never the value of a real record.
    """

    row: int
    reason: str
    score: float


def listed(labels: Sequence[str]) -> str:
    """age, country and occupation."""
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def same_value(label: str) -> str:
    """Why a record is named whose value in this column one training record has alone."""
    return f"same {label} as one training record and no other"


@dataclass(frozen=True, slots=True)
class Metric:
    """One finding. Shares are fractions; `lower` and `upper` bound a 95 % interval unless the sentence says otherwise.

    `n` is the number of trials behind the value. `baseline` is what a trivial guess reaches, `ceiling` what a fresh
    real sample reaches. `details` holds small JSON-able aggregates. `decided_by` names the metric that decides where
    this one cannot be asked of so few records.
    """

    group: Group
    name: str
    sentence: str
    direction: Direction
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: int = 0
    baseline: float | None = None
    ceiling: float | None = None
    threshold: Threshold | None = None
    status: Status = Status.NOT_COMPUTED
    reason: str = ""
    decided_by: str = ""
    seed: int = 0
    version: str = SUITE_VERSION
    details: dict[str, Any] = field(default_factory=dict)
    named: tuple[NamedRecord, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The metric as the API shows it. Named records are left out: they belong to the hunt lane alone."""
        threshold = self.threshold and {"passes": self.threshold.passes, "blocks": self.threshold.blocks}
        plain = ("sentence", "value", "lower", "upper", "n", "baseline", "ceiling", "reason", "seed", "version")
        words = {"group": self.group.value, "name": self.name, "direction": self.direction.value}
        rest = {"threshold": threshold, "status": self.status.value, "details": self.details}
        return words | {name: getattr(self, name) for name in plain} | rest


@dataclass(frozen=True)
class Findings:
    """What a check found: metrics, and JSON-able series for plots by name."""

    metrics: tuple[Metric, ...]
    plots: dict[str, Any] = field(default_factory=dict)


class NotAssessable(Exception):
    """A check cannot be computed on these tables; `reason` is one sentence for the report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
