"""The metrics of texts: what each says, which way is better, its limits, and where its arithmetic is."""

from __future__ import annotations

from generation.engine.evaluation.card import ANY, EITHER_WAY, FROM_ZERO, Check, MetricCard
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, FOR_MODELS, TO_TEST, TO_TRAIN, Limit

_ROOM = "generation.engine.evaluation.llm.texts"
PROVEN = "any excess over the holdout that is proven (99 %) blocks"

COPIES = Check(
    "text_copies",
    (
        MetricCard(
            "text_copies",
            Group.PRIVACY,
            "Texts copied",
            "Share of synthetic texts that equal a text of the source, letter by letter or but for case and "
            "punctuation, less the share of the holdout's that do, since people say the same things. The surer of "
            "both counts.",
            "do synthetic texts equal texts of the source more often than other people's do?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.0, 0.0, f"{PROVEN}; a hundredth of copies must not go unseen", hides=0.01),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    f"{_ROOM}.copies:text_copies",
    is_of_texts=True,
)
NEAR_COPIES = Check(
    "text_near_copies",
    (
        MetricCard(
            "text_near_copies",
            Group.PRIVACY,
            "Texts nearly copied",
            "Of texts under 20 words the share whose letters are nearly those of a source text (ratio of .9, and the "
            "holdout's 99th percentile), less the share of the holdout's. The surer of both bars counts.",
            "are synthetic texts nearly texts of the source more often than other people's are?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.01, 0.0, f"{PROVEN}; real messages give 7 % on both sides", hides=0.03),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    f"{_ROOM}.copies:text_near_copies",
    is_of_texts=True,
)
RUNS = Check(
    "text_runs",
    (
        MetricCard(
            "text_runs",
            Group.PRIVACY,
            "Runs of words carried over",
            "Share of synthetic texts with 8 (or 12) words in a row from the source that fewer than k people wrote, "
            "less the share of the holdout's that have such a run. The surer of both counts.",
            "do stretches of source texts come again more often than in other people's texts?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.01, 0.0, f"{PROVEN}; real messages give 6 % on both sides", hides=0.03),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    f"{_ROOM}.copies:text_runs",
    is_of_texts=True,
)
MEMBERSHIP = Check(
    "text_membership",
    (
        MetricCard(
            "text_membership_auc",
            Group.PRIVACY,
            "Membership of a text",
            "How well an attacker tells a source text from one of the holdout by how like it the nearest synthetic "
            "text is. 0.5 is guessing.",
            "can an attacker tell whose texts were learned from?",
            Direction.LOWER,
            limit=Limit(0.55, 0.65, "guessing gives .5"),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    f"{_ROOM}.copies:text_membership",
    is_of_texts=True,
)
ENTITIES = Check(
    "text_entities",
    (
        MetricCard(
            "text_entities_carried",
            Group.PRIVACY,
            "Rare names and numbers carried over",
            "Share of synthetic texts that hold a name, place, date or number which the source has and the holdout has "
            "not, and which fewer than five texts hold; less what likeness alone explains.",
            "do rare values of the source come again?",
            Direction.LOWER,
            range=ANY,
            limit=Limit(0.005, 0.0, f"{PROVEN}; what minimising took out of the source cannot come again", hides=0.02),
            needed_for=EVERY_PURPOSE,
        ),
    ),
    f"{_ROOM}.entities:text_entities",
    is_of_texts=True,
)
TEACHING = Check(
    "text_teaching",
    (
        MetricCard(
            "text_skill_ratio",
            Group.UTILITY,
            "What the texts teach",
            "Accuracy on the holdout, beyond guessing the commonest label, of a classifier learned from the synthetic "
            "texts, over that of one learned from as many real texts of each label.",
            "do the texts teach labels as well as real ones?",
            Direction.HIGHER,
            range=ANY,
            limit=Limit(0.95, 0.85, "as for tables: from .95 on nothing is missed, under .85 too much is"),
            limited_for=FOR_MODELS,
            needs_target=True,
        ),
        MetricCard(
            "text_worst_label",
            Group.UTILITY,
            "The label that is learned worst",
            "Of each label with 20 holdout texts, those recognised after learning from synthetic texts over those "
            "recognised after learning from real ones; the least of them.",
            "which label is learned worst?",
            Direction.INFORMATIONAL,
            range=FROM_ZERO,
        ),
        MetricCard(
            "text_label_agreement",
            Group.TEXT,
            "Labels that a classifier agrees with",
            "Share of synthetic texts that a classifier learned from the holdout gives their label; its ceiling is the "
            "share of source texts.",
            "do texts mean what their label says?",
            Direction.INFORMATIONAL,
        ),
        MetricCard(
            "text_labels_covered",
            Group.TEXT,
            "Labels covered",
            "Share of the labels that at least k people of the source have which a synthetic text has too.",
            "are all labels there?",
            Direction.HIGHER,
            limit=Limit(1.0, None, "a label that is missing cannot be learned"),
        ),
    ),
    f"{_ROOM}.teaching:text_teaching",
    is_of_texts=True,
)
VARIETY = Check(
    "text_variety",
    (
        MetricCard(
            "text_distinct_2",
            Group.DIVERSITY,
            "Different pairs of words",
            "Different pairs of neighbouring words per pair, over that of as many real texts.",
            "are the texts too generic (pairs of words)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=Limit(0.6, 0.4, "templates give less than half of what people write"),
        ),
        MetricCard(
            "text_self_bleu",
            Group.DIVERSITY,
            "Likeness to each other",
            "How much of each text is made of parts of the others (self-BLEU), less that of as many real texts.",
            "are the texts too generic (made of each other)?",
            Direction.LOWER,
            range=EITHER_WAY,
            limit=Limit(0.15, 0.35, "texts of a few templates lie .4 and more above real ones"),
        ),
        MetricCard(
            "text_compression",
            Group.DIVERSITY,
            "How far they compress",
            "How many times smaller gzip makes the texts, over that of as many real texts.",
            "are the texts too generic (compressible)?",
            Direction.LOWER,
            range=FROM_ZERO,
            limit=Limit(1.5, 2.0, "templates compress twice as far as what people write"),
        ),
        MetricCard(
            "text_unique",
            Group.DIVERSITY,
            "Texts there once",
            "Share of texts that are no repetition, over that of as many real texts.",
            "are the texts too generic (repetitions)?",
            Direction.HIGHER,
            range=FROM_ZERO,
            limit=Limit(0.95, 0.8, "a fifth of repetitions is no use to anybody"),
        ),
    ),
    f"{_ROOM}.variety:text_variety",
    is_of_texts=True,
)
APART = Check(
    "tests_apart",
    (
        MetricCard(
            "tests_apart",
            Group.UTILITY,
            "Apart from test sets",
            "Share of records that hold an item of the portal's sets to test with, whole, nearly, or thirteen words of "
            "it in a row; of what is to test with, the share that holds a text to train with.",
            "does what is to train with hold items to test with?",
            Direction.LOWER,
            limit=Limit(0.0, 0.01, "a model that met its test knows the answers; a hundredth moves a score"),
            limited_for=TO_TRAIN | TO_TEST,
            skipped_for=EVERY_PURPOSE - TO_TRAIN - TO_TEST,
        ),
    ),
    f"{_ROOM}.apart:tests_apart",
    is_of_texts=True,
)
CHECKS = (COPIES, NEAR_COPIES, RUNS, MEMBERSHIP, ENTITIES, TEACHING, VARIETY, APART)
