"""The metrics of diversity: what each says, which way is better, its limits, and where its arithmetic is."""

from __future__ import annotations

from generation.engine.evaluation.card import FROM_ZERO, Check, MetricCard
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import Limit

TOO_GENERIC = Limit(0.7, None, "less than .7 of what a real sample of the same size holds is too generic")

DIVERSITY = Check(
    "diversity",
    (
        MetricCard(
            "unique_rows",
            Group.DIVERSITY,
            "Distinct records",
            "Share of synthetic records that are not repetitions, over that of a real sample.",
            "is the table too generic (distinct records)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "effective_categories",
            Group.DIVERSITY,
            "Variety of categories",
            "How many categories are really in use, over a real sample of the same size.",
            "is the table too generic (effective number of categories)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "top_combination_share",
            Group.DIVERSITY,
            "Room beside the commonest record",
            "How little the commonest combination dominates, over a real sample.",
            "is the table too generic (weight outside the most frequent combination)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "variance_ratio",
            Group.DIVERSITY,
            "Spread of numbers",
            "How widely numbers vary, over a real sample of the same size.",
            "is the table too generic (variance of numbers and dates)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "tail_coverage",
            Group.DIVERSITY,
            "Tails covered",
            "How much of the outer ends of numbers is reached, over a real sample.",
            "is the table too generic (records in the outer 5 % of each number or date)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "class_coverage",
            Group.DIVERSITY,
            "Classes covered",
            "Share of the target's classes that appear, over a real sample.",
            "is the table too generic (categories that keep a quarter of their share)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
        MetricCard(
            "missing_modes",
            Group.DIVERSITY,
            "Kinds of record covered",
            "Share of the groups that real records form which synthetic records reach too.",
            "is the table too generic (frequent pairs of categories that appear)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=TOO_GENERIC,
        ),
    ),
    "generation.engine.evaluation.diversity.ratios:diversity",
)
CHECKS = (DIVERSITY,)
