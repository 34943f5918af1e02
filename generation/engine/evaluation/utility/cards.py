"""The metrics of utility: what each says, which way is better, its limits, its plot, and where its arithmetic is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generation.engine.evaluation.card import ANY, EITHER_WAY, FROM_ZERO, Check, MetricCard, Plot
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, FOR_MODELS, FOR_TESTS, Limit
from generation.engine.evaluation.study.figures import GUESS, MOST_BARS, Bar, Bars, Line, Lines, points

TESTING = frozenset({"testing"})


def skill_roc(found: Mapping[str, Sequence[Sequence[float]]]) -> Lines:
    """`found`: the ROC curves of the models from real and from synthetic records."""
    real = Line("trained on real", "real", points(found["real"]))
    synthetic = Line("trained on synthetic", "synthetic", points(found["synthetic"]))
    title = "Telling the classes apart, on the same holdout (ROC)"
    return Lines(title, "false alarms", "found", [real, synthetic, GUESS])


def segments(found: Sequence[Mapping[str, Any]]) -> Bars:
    """`found`: column, category and skill ratio with its interval; the worst served are shown."""
    worst = sorted(found, key=lambda segment: segment["ratio"])[:MOST_BARS]
    bars = [Bar(f"{s['column']}: {s['category']}", s["ratio"], s["lower"], s["upper"]) for s in worst]
    return Bars("Skill kept, by segment", bars, 1.0)


TSTR = Check(
    "tstr",
    (
        MetricCard(
            "skill_ratio",
            Group.UTILITY,
            "Model skill kept",
            (
                "Train on synthetic and test on real records, against train on real and test on real, on the same"
                " holdout. Skill is what a model knows beyond a guess: AUC minus 0.5, or R²."
            ),
            "does a model trained on synthetic records do as well on real ones?",
            Direction.HIGHER,
            range=ANY,
            limit=Limit(0.95, 0.85, "a model that loses over 15 % of its skill is another model"),
            needed_for=FOR_MODELS,
            skipped_for=FOR_TESTS,
            needs_target=True,
            plot=Plot(
                "tstr_roc",
                "The closer the two lines, the more of the skill is kept. The dashed line is a guess.",
                skill_roc,
            ),
        ),
        MetricCard(
            "worst_segment_skill",
            Group.UTILITY,
            "Skill in the worst served segment",
            "The same ratio within each category that has enough holdout records; the lowest one.",
            "does it serve every group of records?",
            Direction.HIGHER,
            range=ANY,
            limit=Limit(
                0.85,
                None,
                "no group of people may be served much worse; among many groups one looks bad by chance",
            ),
            skipped_for=FOR_TESTS,
            needs_target=True,
            plot=Plot("segments", "1 is as good as a model from real records. The worst served come first.", segments),
        ),
        MetricCard(
            "minority_recall_ratio",
            Group.UTILITY,
            "Rarer class found",
            ("Recall of the rarer class by the model from synthetic records, over that of the model from real ones."),
            "does it find the rarer class?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=Limit(0.85, None, "the scarce class is usually the one that matters"),
            skipped_for=FOR_TESTS,
            needs_target=True,
        ),
        MetricCard(
            "augmentation_gain",
            Group.UTILITY,
            "Gain from adding",
            "What adding the synthetic to the real records changes in a model's skill. For information.",
            "do synthetic records help when added to real ones?",
            Direction.INFORMATIONAL,
            range=EITHER_WAY,
            skipped_for=FOR_TESTS,
            needs_target=True,
        ),
    ),
    "generation.engine.evaluation.utility.tstr:tstr",
)
COVERAGE = Check(
    "coverage",
    (
        MetricCard(
            "boundary_coverage",
            Group.UTILITY,
            "Edges covered",
            "Share of the columns' edge values that appear, as tests need them.",
            "are the edges of each column reached?",
            Direction.HIGHER,
            limit=Limit(0.9, 0.5, "tests need the edges of each column"),
            needed_for=TESTING,
            skipped_for=EVERY_PURPOSE - TESTING,
        ),
        MetricCard(
            "equivalence_class_coverage",
            Group.UTILITY,
            "Kinds of value covered",
            "Share of the kinds of value that appear at least once.",
            "does each kind of value appear?",
            Direction.HIGHER,
            limit=Limit(0.9, 0.5, "tests need each kind of value at least once"),
            needed_for=TESTING,
            skipped_for=EVERY_PURPOSE - TESTING,
        ),
    ),
    "generation.engine.evaluation.utility.coverage:coverage",
)
CHECKS = (
    TSTR,
    COVERAGE,
)
