"""The metrics of fidelity: what each says, which way is better, its limits, its plot, and where its arithmetic is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generation.engine.evaluation.card import Check, MetricCard, Plot
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, FOR_MODELS, Limit
from generation.engine.evaluation.study.figures import MOST_BARS, Bar, Bars, HeatMap


def columns(found: Sequence[Mapping[str, Any]]) -> Bars:
    """`found`: a label and a score per column; the worst are shown."""
    worst = sorted(found, key=lambda column: column["score"])[:MOST_BARS]
    return Bars("Likeness of each column", [Bar(column["label"], column["score"]) for column in worst], 1.0)


def pair_scores(found: Mapping[str, Any]) -> HeatMap:
    """`found`: the labels of the columns and the matrix of their scores."""
    return HeatMap("How alike pairs of columns move together", found["labels"], found["scores"])


COLUMN_SHAPES = Check(
    "column_shapes",
    (
        MetricCard(
            "column_shapes",
            Group.FIDELITY,
            "Column shapes",
            (
                "1 minus the distance between the real and the synthetic distribution, averaged over columns: "
                "Kolmogorov-Smirnov for numbers and dates, total variation for categories."
            ),
            "do the columns follow the distributions of the training table?",
            Direction.HIGHER,
            limit=Limit(0.9, 0.7, "a fresh real sample reaches about .99; below .7 columns look like others"),
            limited_for=EVERY_PURPOSE - {"stress_test"},
            needed_for=FOR_MODELS,
            plot=Plot("columns", "1 is identical. The bar to reach is that of a fresh real sample.", columns),
        ),
    ),
    "generation.engine.evaluation.fidelity.shapes:column_shapes",
)
PAIR_TRENDS = Check(
    "pair_trends",
    (
        MetricCard(
            "pair_trends",
            Group.FIDELITY,
            "Pair trends",
            ("How alike pairs of columns move together in the real and the synthetic table, averaged over pairs."),
            "do pairs of columns move together as in the training table?",
            Direction.HIGHER,
            limit=Limit(0.85, 0.65, "a fresh real sample reaches about .97; independent columns often reach .7"),
            limited_for=EVERY_PURPOSE - {"stress_test"},
            needed_for=FOR_MODELS,
            plot=Plot(
                "pair_trends",
                "Darker is more alike. A pale row is a column that moves with the others unlike the source.",
                pair_scores,
            ),
        ),
    ),
    "generation.engine.evaluation.fidelity.pairs:pair_trends",
)
CLASSIFIER_TWO_SAMPLE = Check(
    "classifier_two_sample",
    (
        MetricCard(
            "classifier_two_sample",
            Group.FIDELITY,
            "Told apart by a classifier",
            (
                "AUC of a classifier that tells synthetic from real records. 0.5 is not at all. Strict: a "
                "harmless trace of the method is enough to be found."
            ),
            "which columns tell synthetic from real records?",
            Direction.INFORMATIONAL,
        ),
    ),
    "generation.engine.evaluation.fidelity.classifier:classifier_two_sample",
)
CHECKS = (
    COLUMN_SHAPES,
    PAIR_TRENDS,
    CLASSIFIER_TWO_SAMPLE,
)
