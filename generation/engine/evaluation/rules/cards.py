"""The metrics of types and rules: what each says, which way is better, its limits, and where its arithmetic is."""

from __future__ import annotations

from generation.engine.evaluation.card import FROM_ZERO, UP_TO_ONE, Check, MetricCard
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, Limit

CONFORMITY = Check(
    "conformity",
    (
        MetricCard(
            "schema_conformity",
            Group.RULES,
            "Types kept",
            "Share of values that are of their column's type and within its form.",
            "does every value fit its column's type?",
            Direction.HIGHER,
            limit=Limit(1.0, 0.99, "a value that is not of its column's type breaks the reader's code"),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "placeholders",
            Group.RULES,
            "Placeholders of tools",
            "Values that a tool left behind instead of data.",
            "are there placeholders?",
            Direction.LOWER,
            range=FROM_ZERO,
            limit=Limit(0.0, 0.0, "placeholders of a tool are not data"),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "unexpected_missing",
            Group.RULES,
            "Unexpected gaps",
            "Missing values in columns that have none in the real table.",
            "are values missing where they never were?",
            Direction.LOWER,
            limit=Limit(0.0, None, "no missing values where the real table has none"),
        ),
    ),
    "generation.engine.evaluation.rules.conformity:conformity",
)
PROPOSED_RULES = Check(
    "proposed_rules",
    (
        MetricCard(
            "proposed_rules",
            Group.RULES,
            "Rules kept",
            "Share of synthetic records that keep rules which every real record keeps.",
            "do synthetic records obey the rules that real ones obey?",
            Direction.HIGHER,
            limit=Limit(0.99, None, "rules that hold for every real record should hold here too"),
        ),
    ),
    "generation.engine.evaluation.rules.proposed:proposed_rules",
)
DECLARED_RULES = Check(
    "declared_rules",
    (
        MetricCard(
            "declared_rules",
            Group.RULES,
            "Declared rules kept",
            (
                "Share of synthetic records that keep every rule their owner declared. Each rule is checked on "
                "each record."
            ),
            "is every declared rule kept?",
            Direction.HIGHER,
            limit=Limit(1.0, 1.0, "a rule that the owner declared holds for every record, or it is no rule"),
        ),
    ),
    "generation.engine.evaluation.rules.declared:declared_rules",
)
ASKED_REACHED = Check(
    "asked_reached",
    (
        MetricCard(
            "asked_reached",
            Group.RULES,
            "Reached what was asked",
            "Share of the conditions, classes and shifts asked for whose counts are reached to the record.",
            "is every count asked for reached?",
            Direction.HIGHER,
            limit=Limit(1.0, None, "counts were promised to the record before the run"),
        ),
    ),
    "generation.engine.evaluation.rules.composition:asked_reached",
)
SHIFT_REACHED = Check(
    "shift_reached",
    (
        MetricCard(
            "shift_reached",
            Group.UTILITY,
            "Shift reached",
            (
                "How much of the way from the real share to the share asked for the synthetic table went; the "
                "worst shift."
            ),
            "is the shift asked for reached?",
            Direction.HIGHER,
            range=UP_TO_ONE,
            limit=Limit(0.95, 0.5, "a stress test that goes only part of the way tests something else"),
        ),
    ),
    "generation.engine.evaluation.rules.composition:shift_reached",
)
CHECKS = (
    CONFORMITY,
    PROPOSED_RULES,
    DECLARED_RULES,
    ASKED_REACHED,
    SHIFT_REACHED,
)
