"""The metrics of privacy: what each says, which way is better, its limits, its plot, and where its arithmetic is.

Every one compares training records with a holdout never seen, so none is computed without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generation.engine.evaluation.card import EITHER_WAY, FROM_ZERO, UP_TO_ONE, Check, MetricCard, Plot
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, Limit
from generation.engine.evaluation.study.figures import GUESS, Bar, Bars, Line, Lines, points

BOUNDED = "the limits under which anonymeter's authors speak of low and of high risk"


def carry_over(found: Mapping[str, Any]) -> Bars:
    """`found`: the shares of rare combinations of both sides that appear."""
    bars = [Bar("seen in training", found["training"]), Bar("never seen (holdout)", found["holdout"])]
    return Bars("Rare combinations that appear in the synthetic table", bars)


def outlier_roc(found: Mapping[str, Sequence[Sequence[float]]]) -> Lines:
    """`found`: the points of the attack's ROC curve."""
    attack = Line("attack", "synthetic", points(found["attack"]))
    title = "Telling unusual training records from unseen ones (ROC)"
    return Lines(title, "false alarms", "recognised", [attack, GUESS])


RARE_COMBINATION_EXCESS = Check(
    "rare_combination_excess",
    (
        MetricCard(
            "rare_combination_excess",
            Group.PRIVACY,
            "Rare combinations carried over",
            (
                "How much more often a combination that only one training record has appears in the synthetic "
                "table than one that only one holdout record has. The holdout was never seen, so it shows what "
                "likeness alone gives. 0 is none."
            ),
            "are combinations that one training record has carried over more often than chance explains?",
            Direction.LOWER,
            range=UP_TO_ONE,
            limit=Limit(
                0.02,
                0.08,
                "real samples give about 0, a file that keeps 40 % of each record's cells about .09",
            ),
            needed_for=EVERY_PURPOSE,
            plot=Plot("carry_over", "Alike is good: the holdout shows what likeness alone gives.", carry_over),
        ),
    ),
    "generation.engine.evaluation.privacy.combinations:rare_combinations",
)
OUTLIER_ATTACK = Check(
    "outlier_attack",
    (
        MetricCard(
            "outlier_attack_auc",
            Group.PRIVACY,
            "Membership of unusual records",
            (
                "How well an attacker tells unusual training records from unusual records that were never seen. "
                "0.5 is guessing."
            ),
            "can an attacker tell which unusual people were in the training table?",
            Direction.LOWER,
            limit=Limit(0.55, 0.65, "guessing gives .5"),
            needed_for=EVERY_PURPOSE,
            plot=Plot(
                "outlier_roc",
                "On the dashed line the attacker guesses; above it, unusual people are recognised.",
                outlier_roc,
            ),
        ),
        MetricCard(
            "outlier_attack_tpr",
            Group.PRIVACY,
            "Unusual records recognised with certainty",
            (
                "Share of unusual training records that an attacker names while raising a false alarm for 1 % of "
                "the others."
            ),
            "does an attacker recognise some of them with near certainty?",
            Direction.LOWER,
            limit=Limit(0.03, 0.1, "guessing finds 1 % of the outliers at 1 % false alarms"),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.outliers:outlier_attack",
)
COPIES = Check(
    "copies",
    (
        MetricCard(
            "exact_matches",
            Group.PRIVACY,
            "Records copied exactly",
            (
                "Share of synthetic records that equal a training record which the holdout does not have, and that "
                "chance does not explain: by how unlikely each record is, and by what the holdout and the doubles of "
                "the source show, whatever the split."
            ),
            "do synthetic records equal training records that chance does not explain?",
            Direction.LOWER,
            limit=Limit(
                0.0,
                0.0,
                "copies proven against chance and against doubles of the source (p < .001) block; one is looked at",
                hides=0.01,
            ),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.matches:copies",
)
SHARED_PARTS = Check(
    "shared_parts",
    (
        MetricCard(
            "parts_carried_over",
            Group.PRIVACY,
            "Parts of records carried over",
            (
                "Of the real records that the synthetic table agrees with most surprisingly, in any columns, exactly "
                "or nearly, how many more are training records than a coin would give; as a share of all of them."
            ),
            "do parts of training records come again, in whichever columns?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(
                0.01,
                0.0,
                "any proven excess blocks (p < .001); one that touches 2 % of the records must not go unseen",
                hides=0.02,
            ),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "membership_auc",
            Group.PRIVACY,
            "Membership of any record",
            (
                "How well an attacker tells any training record from one never seen, by how surprisingly the "
                "synthetic table agrees with it. 0.5 is guessing."
            ),
            "can an attacker tell which records were in the training table?",
            Direction.LOWER,
            limit=Limit(
                0.53, 0.56, "guessing gives .5; a file that keeps 30 % of each record's cells gives .6 and more"
            ),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.shared_parts:shared_parts",
)
UNIQUE_VALUE_REPLAY = Check(
    "unique_value_replay",
    (
        MetricCard(
            "unique_value_replay_identifying",
            Group.PRIVACY,
            "Unique identifying values replayed",
            (
                "Share of values held by a single training record, in columns that identify, that appear in the "
                "synthetic table."
            ),
            "are values of identifying columns that one person has alone replayed?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.02, 0.08, "values held by one person only point at that person"),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "unique_number_replay",
            Group.PRIVACY,
            "Unique numbers replayed",
            (
                "Share of numbers and dates held by a single training record, in other columns, that appear in the "
                "synthetic table, beyond those that one holdout record has alone."
            ),
            "are numbers of other columns that one record has alone replayed?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.02, 0.08, "a number that one person has and that others do not find by chance was copied"),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "unique_value_replay",
            Group.PRIVACY,
            "Unique categories replayed",
            (
                "Share of categories held by a single training record, in other columns, that appear in the synthetic "
                "table."
            ),
            "are categories of other columns that one record has alone replayed?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.02, None, "replayed categories of other columns ask for a look, not for a stop"),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.replay:unique_value_replay",
)
RETURNED_VALUES = Check(
    "returned_values",
    (
        MetricCard(
            "returned_identifying",
            Group.PRIVACY,
            "Real identifiers returned",
            (
                "Share of the values in columns that identify, nearly each record having its own, that are values of "
                "training records, beyond what a fresh real sample shares or new values of the form hit by chance."
            ),
            "do real identifiers come back, dense runs of numbers included?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(
                0.01,
                0.001,
                "an identifier is one person's: proven ones block; one in twenty must not go unseen",
                hides=0.05,
            ),
            needed_for=EVERY_PURPOSE,
        ),
        MetricCard(
            "returned_values",
            Group.PRIVACY,
            "Near-unique values returned",
            "The same for other columns of which nearly every record has a value of its own, such as exact amounts.",
            "do values of other near-unique columns come back more often than in a fresh real sample?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.02, None, "returned values of other columns ask for a look, not for a stop"),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.returning:returned_values",
)
DIRECT_IDENTIFIERS = Check(
    "direct_identifiers",
    (
        MetricCard(
            "direct_identifiers",
            Group.PRIVACY,
            "Direct identifiers",
            "Real e-mail addresses, phone numbers, cards or keys found in the synthetic table.",
            "does a real email address, phone, card or key come out again?",
            Direction.LOWER,
            range=FROM_ZERO,
            limit=Limit(0.0, 0.0, "one real email address, phone, card or key is one too many"),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.identifiers:direct_identifiers",
)
SINGLING_OUT_RISK = Check(
    "singling_out_risk",
    (
        MetricCard(
            "singling_out_risk",
            Group.PRIVACY,
            "Singling out",
            ("How much better than chance an attacker isolates one person with a guess made from synthetic records."),
            "do attributes that single out a synthetic record single out a real one?",
            Direction.LOWER,
            range=UP_TO_ONE,
            limit=Limit(0.09, 0.2, BOUNDED),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.singling_out:singling_out",
)
LINKABILITY_RISK = Check(
    "linkability_risk",
    (
        MetricCard(
            "linkability_risk",
            Group.PRIVACY,
            "Linkability",
            "How much better than chance an attacker joins two halves of one person's record.",
            "can two halves of a person's attributes be linked through the synthetic table?",
            Direction.LOWER,
            range=UP_TO_ONE,
            limit=Limit(0.09, 0.2, BOUNDED),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.linkability:linkability",
)
INFERENCE_RISK = Check(
    "inference_risk",
    (
        MetricCard(
            "inference_risk",
            Group.PRIVACY,
            "Inference",
            ("How much better than chance an attacker guesses a sensitive value of somebody they know in part."),
            "can a person's secret be read off the nearest synthetic record?",
            Direction.LOWER,
            range=UP_TO_ONE,
            limit=Limit(0.09, 0.2, BOUNDED),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    "generation.engine.evaluation.privacy.inference:attribute_inference",
)
SMALL_CELLS = Check(
    "small_cells",
    (
        MetricCard(
            "small_cells",
            Group.PRIVACY,
            "Small cells",
            "Combinations shown that fewer than k real records share.",
            "how small is the smallest real group behind a released combination?",
            Direction.LOWER,
            range=FROM_ZERO,
            limit=Limit(0.0, 0.0, "a public table must not show a combination that fewer than k real records have"),
            needed_for=EVERY_PURPOSE,
            public_only=True,
        ),
    ),
    "generation.engine.evaluation.privacy.cells:small_cells",
)
DISTANCES = Check(
    "distances",
    (
        MetricCard(
            "dcr_share",
            Group.PRIVACY,
            "Closest record",
            (
                "Share of synthetic records that lie closer to a training than to a holdout record. Half is "
                "expected; passing it proves nothing, since a copy of every second record passes too."
            ),
            "what share of records is closer to training than to holdout?",
            Direction.INFORMATIONAL,
        ),
        MetricCard(
            "nndr_difference",
            Group.PRIVACY,
            "Nearest neighbour ratio",
            (
                "Distance to the nearest over that to the second nearest record, in training and holdout. Alike "
                "is expected."
            ),
            "how do nearest neighbour distance ratios differ?",
            Direction.INFORMATIONAL,
            range=EITHER_WAY,
        ),
        MetricCard(
            "identical_match_share",
            Group.PRIVACY,
            "Identical records",
            "Synthetic records that equal a training record, beside those that equal a holdout record.",
            "what share is identical to a training record?",
            Direction.INFORMATIONAL,
        ),
    ),
    "generation.engine.evaluation.privacy.nearest.distances:distances",
)
CHECKS = (
    RARE_COMBINATION_EXCESS,
    OUTLIER_ATTACK,
    COPIES,
    SHARED_PARTS,
    UNIQUE_VALUE_REPLAY,
    RETURNED_VALUES,
    DIRECT_IDENTIFIERS,
    SINGLING_OUT_RISK,
    LINKABILITY_RISK,
    INFERENCE_RISK,
    SMALL_CELLS,
    DISTANCES,
)
