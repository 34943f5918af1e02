"""Each metric's name for people, and how it is computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric's name for people and how it is computed."""

    title: str
    definition: str = ""


METRICS = {
    "rare_combination_excess": MetricWords(
        "Rare combinations carried over",
        "How much more often a combination that only one training record has appears in the synthetic table than "
        "one that only one holdout record has. The holdout was never seen, so it shows what likeness alone gives."
        " 0 is none.",
    ),
    "exact_matches": MetricWords(
        "Records copied exactly",
        "Share of synthetic records that equal a training record which the holdout does not have, beyond what "
        "chance explains.",
    ),
    "near_matches": MetricWords(
        "Records copied nearly",
        "Share of synthetic records that lie closer to a training record than records of the holdout do.",
    ),
    "identical_match_share": MetricWords(
        "Identical records", "Synthetic records that equal a training record, beside those that equal a holdout record."
    ),
    "dcr_share": MetricWords(
        "Closest record",
        "Share of synthetic records that lie closer to a training than to a holdout record. Half is expected; passing "
        "it proves nothing, since a copy of every second record passes too.",
    ),
    "nndr_difference": MetricWords(
        "Nearest neighbour ratio",
        "Distance to the nearest over that to the second nearest record, in training and holdout. Alike is expected.",
    ),
    "classifier_two_sample": MetricWords(
        "Told apart by a classifier",
        "AUC of a classifier that tells synthetic from real records. 0.5 is not at all. Strict: a harmless trace of "
        "the method is enough to be found.",
    ),
    "outliers_copied": MetricWords(
        "Unusual records copied",
        "The most isolated training records, and how many of them stand in the synthetic table word for word.",
    ),
    "outlier_attack_auc": MetricWords(
        "Membership of unusual records",
        "How well an attacker tells unusual training records from unusual records that were never seen. 0.5 is "
        "guessing.",
    ),
    "outlier_attack_tpr": MetricWords(
        "Unusual records recognised with certainty",
        "Share of unusual training records that an attacker names while raising a false alarm for 1 % of the others.",
    ),
    "unique_value_replay_identifying": MetricWords(
        "Unique identifying values replayed",
        "Share of values held by a single training record, in columns that identify, that appear in the synthetic"
        " table.",
    ),
    "unique_value_replay": MetricWords(
        "Unique values replayed",
        "Share of values held by a single training record, in other columns, that appear in the synthetic table.",
    ),
    "direct_identifiers": MetricWords(
        "Direct identifiers",
        "Real e-mail addresses, phone numbers, cards or keys found in the synthetic table.",
    ),
    "singling_out_risk": MetricWords(
        "Singling out",
        "How much better than chance an attacker isolates one person with a guess made from synthetic records.",
    ),
    "linkability_risk": MetricWords(
        "Linkability",
        "How much better than chance an attacker joins two halves of one person's record.",
    ),
    "inference_risk": MetricWords(
        "Inference",
        "How much better than chance an attacker guesses a sensitive value of somebody they know in part.",
    ),
    "small_cells": MetricWords(
        "Small cells",
        "Combinations shown that fewer than k real records share.",
    ),
    "column_shapes": MetricWords(
        "Column shapes",
        "1 minus the distance between the real and the synthetic distribution, averaged over columns: Kolmogorov-"
        "Smirnov for numbers and dates, total variation for categories.",
    ),
    "pair_trends": MetricWords(
        "Pair trends",
        "How alike pairs of columns move together in the real and the synthetic table, averaged over pairs.",
    ),
    "skill_ratio": MetricWords(
        "Model skill kept",
        "Train on synthetic and test on real records, against train on real and test on real, on the same "
        "holdout. Skill is what a model knows beyond a guess: AUC minus 0.5, or R².",
    ),
    "worst_segment_skill": MetricWords(
        "Skill in the worst served segment",
        "The same ratio within each category that has enough holdout records; the lowest one.",
    ),
    "minority_recall_ratio": MetricWords(
        "Rarer class found",
        "Recall of the rarer class by the model from synthetic records, over that of the model from real ones.",
    ),
    "augmentation_gain": MetricWords(
        "Gain from adding",
        "What adding the synthetic to the real records changes in a model's skill. For information.",
    ),
    "unique_rows": MetricWords(
        "Distinct records",
        "Share of synthetic records that are not repetitions, over that of a real sample.",
    ),
    "effective_categories": MetricWords(
        "Variety of categories",
        "How many categories are really in use, over a real sample of the same size.",
    ),
    "top_combination_share": MetricWords(
        "Room beside the commonest record",
        "How little the commonest combination dominates, over a real sample.",
    ),
    "variance_ratio": MetricWords(
        "Spread of numbers",
        "How widely numbers vary, over a real sample of the same size.",
    ),
    "tail_coverage": MetricWords(
        "Tails covered",
        "How much of the outer ends of numbers is reached, over a real sample.",
    ),
    "class_coverage": MetricWords(
        "Classes covered",
        "Share of the target's classes that appear, over a real sample.",
    ),
    "missing_modes": MetricWords(
        "Kinds of record covered",
        "Share of the groups that real records form which synthetic records reach too.",
    ),
    "schema_conformity": MetricWords(
        "Types kept",
        "Share of values that are of their column's type and within its form.",
    ),
    "placeholders": MetricWords(
        "Placeholders of tools",
        "Values that a tool left behind instead of data.",
    ),
    "unexpected_missing": MetricWords(
        "Unexpected gaps",
        "Missing values in columns that have none in the real table.",
    ),
    "proposed_rules": MetricWords(
        "Rules kept",
        "Share of synthetic records that keep rules which every real record keeps.",
    ),
    "declared_rules": MetricWords(
        "Declared rules kept",
        "Share of synthetic records that keep every rule their owner declared. Each rule is checked on each record.",
    ),
    "asked_reached": MetricWords(
        "Reached what was asked",
        "Share of the conditions, classes and shifts asked for whose counts are reached to the record.",
    ),
    "shift_reached": MetricWords(
        "Shift reached",
        "How much of the way from the real share to the share asked for the synthetic table went; the worst shift.",
    ),
    "boundary_coverage": MetricWords(
        "Edges covered",
        "Share of the columns' edge values that appear, as tests need them.",
    ),
    "equivalence_class_coverage": MetricWords(
        "Kinds of value covered",
        "Share of the kinds of value that appear at least once.",
    ),
}


def metric_words(name: str) -> MetricWords:
    """The words for a metric; one of a plug-in has its own name, made readable."""
    return METRICS.get(name) or MetricWords(name.replace("_", " ").capitalize())
