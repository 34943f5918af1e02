"""Train on synthetic, test on real (TSTR), against train on real, test on real (TRTR).

Esteban, Hyland and Rätsch, "Real-valued (medical) time series generation with recurrent conditional GANs" (2017). Both
models see the same number of rows at most and are tested on the same holdout; the skill ratio is
(AUC_TSTR - .5) / (AUC_TRTR - .5), or R²_TSTR / R²_TRTR for a number, with a paired bootstrap interval over the holdout.
Beyond 100,000 records samples are learned from and tested on, stratified by the target's class (or tenth) and by
whether a rare value is held, so that scarce classes and small segments keep their shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.sampling import at_most, by_class, sample_facts, sample_words
from generation.engine.evaluation.study.study import EXACT_ROWS, MINIMUM_ROWS, Study
from generation.engine.evaluation.utility.cards import TSTR
from generation.engine.evaluation.utility.learner import Task, predict, train
from generation.engine.evaluation.utility.skill import classification_skill, regression_skill, roc_points

RATIO, SEGMENT, RECALL, AUGMENTATION = (
    "skill_ratio",
    "worst_segment_skill",
    "minority_recall_ratio",
    "augmentation_gain",
)
BOOTSTRAPS = 300
MOST_CLASSES = 50
LEAST_OF_A_CLASS = 10
SEGMENT_ROWS = 50
SEGMENT_CLASS_ROWS = 10
LEAST_SKILL = 0.02
LEAST_SEGMENT_SKILL = 0.1

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """Predictions on the holdout rows with an answer: by the model from synthetic, from real, and from both."""

    task: Task
    table: EncodedTable
    answers: Floats
    synthetic: Floats
    real: Floats
    both: Floats
    total: int

    def sample_words(self) -> str:
        return sample_words(len(self.answers), self.total, "holdout records")

    def skills(self, scores: Floats, weights: Floats, rows: Flags | slice = slice(None)) -> Floats:
        measure = classification_skill if self.task.classes else regression_skill
        return measure(scores[rows], self.answers[rows], weights[rows])


def tstr(study: Study) -> Findings:
    """The skill ratio, the worst segment, minority recall, and what adding synthetic to real records gains."""
    trial = run_trial(study)
    rng = study.rng(RATIO)
    weights = _bootstrap_weights(len(trial.answers), rng)
    ratio, roc = _ratio_metric(study, trial, weights)
    segments = _segments(study, trial, weights)
    metrics = (
        ratio,
        _segment_metric(study, trial, segments),
        _recall_metric(study, trial, weights),
        _gain(study, trial, weights),
    )
    return Findings(metrics, {"segments": segments, **({"tstr_roc": roc} if roc else {})})


def make_task(study: Study) -> Task:
    """The prediction task. Raises NotAssessable without a usable target."""
    if study.target is None:
        raise NotAssessable("No target column was named: there is nothing to predict.")
    features = tuple(c for c in study.measured if c is not study.target and _varies(study.training.codes(c)))
    if not features:
        raise NotAssessable("There is no column to predict the target from.")
    if study.target not in study.measured or not _varies(study.training.codes(study.target)):
        raise NotAssessable("The target holds fewer than two values, or is an identifier or free text.")
    return Task(study.target, features, _classes(study, study.target))


def _varies(codes: npt.NDArray[np.int32]) -> bool:
    present = codes[codes >= 0]
    return len(present) > 0 and bool(present.min() != present.max())


def _classes(study: Study, target: EncodedColumn) -> tuple[int, ...]:
    codes = study.training.codes(target)
    counts = np.bincount(codes[codes >= 0], minlength=len(target.categories))
    distinct = np.flatnonzero(counts)
    if target.is_continuous and len(distinct) > 2:
        return ()
    classes = tuple(int(code) for code in distinct if counts[code] >= LEAST_OF_A_CLASS)
    if len(classes) < 2 or len(classes) > MOST_CLASSES:
        raise NotAssessable(
            f"The target has {len(classes)} classes of {LEAST_OF_A_CLASS} or more records, not 2 to {MOST_CLASSES}."
        )
    return classes if len(classes) > 2 else tuple(sorted(classes, key=lambda code: (-counts[code], code)))


def run_trial(study: Study) -> Trial:
    """Trains the three models and predicts the holdout."""
    holdout = study.need_holdout()
    task, rng = make_task(study), study.rng("trial")
    real = at_most(study, study.training, EXACT_ROWS, rng, by_class)
    synthetic = at_most(study, study.synthetic, len(real), rng, by_class)
    known = holdout.take(np.flatnonzero(~np.isnan(task.answers(holdout))))
    table = at_most(study, known, EXACT_ROWS, rng, by_class)
    _need_answers(task, synthetic, table)
    both = EncodedTable(real.columns, np.concatenate([real.rows, synthetic.rows]), np.empty(0, dtype=np.int64))
    scores = [predict(task, train(task, each, study.seed), table) for each in (synthetic, real, both)]
    return Trial(task, table, task.answers(table), scores[0], scores[1], scores[2], len(known))


def _need_answers(task: Task, synthetic: EncodedTable, holdout: EncodedTable) -> None:
    for name, table in (("synthetic", synthetic), ("holdout", holdout)):
        answers = task.answers(table)
        known = answers[~np.isnan(answers)]
        if len(known) < MINIMUM_ROWS:
            raise NotAssessable(f"The {name} table has {len(known):,} rows with a usable target value.")
        if np.ptp(known) == 0:
            raise NotAssessable(f"The {name} table's target has one value only.")


def _bootstrap_weights(rows: int, rng: np.random.Generator) -> Floats:
    """Rows x (1 + draws): the sample itself first, then Poisson weights: the same for both models (paired)."""
    draws = rng.poisson(1.0, (rows, BOOTSTRAPS)).astype(np.float64)
    return np.column_stack([np.ones(rows), draws])


def _ratios(trial: Trial, weights: Floats, rows: Flags | slice = slice(None)) -> tuple[Floats, Floats, Floats]:
    """(ratio, TSTR skill, TRTR skill) per draw; a ratio is NaN where the real model has hardly any skill."""
    synthetic, real = trial.skills(trial.synthetic, weights, rows), trial.skills(trial.real, weights, rows)
    usable = real > LEAST_SKILL
    ratio: Floats = np.divide(synthetic, real, out=np.full(len(real), np.nan), where=usable)
    return ratio, synthetic, real


def _ratio_metric(study: Study, trial: Trial, weights: Floats) -> tuple[Metric, dict[str, Any] | None]:
    ratio, synthetic, real = _ratios(trial, weights)
    if np.isnan(ratio[0]):
        raise NotAssessable("Even a model trained on real records predicts the target no better than a guess.")
    lower, upper = percentile_interval(ratio[1:])
    shift, measure = (0.5, "AUC") if trial.task.classes else (0.0, "R²")
    details = {"measure": measure, "tstr": float(synthetic[0] + shift), "trtr": float(real[0] + shift)}
    details |= {"tstr_interval": [bound + shift for bound in percentile_interval(synthetic[1:])]}
    details |= {"trtr_interval": [bound + shift for bound in percentile_interval(real[1:])]}
    sentence = (
        f"A model trained on synthetic records keeps {ratio[0]:.1%} of the skill of one trained on real records "
        f"({measure} {details['tstr']:.3f} against {details['trtr']:.3f}, on the same holdout)."
    )
    metric = Metric(
        Group.UTILITY,
        RATIO,
        sentence + trial.sample_words(),
        Direction.HIGHER,
        float(ratio[0]),
        lower,
        upper,
        n=len(trial.answers),
        baseline=0.0,
        ceiling=1.0,
        seed=study.seed,
        details=details | sample_facts(len(trial.answers), trial.total),
    )
    return metric, _roc(trial)


def _roc(trial: Trial) -> dict[str, Any] | None:
    if len(trial.task.classes) != 2:
        return None
    positive = trial.answers == 1
    return {
        "synthetic": roc_points(trial.synthetic[:, 0], positive),
        "real": roc_points(trial.real[:, 0], positive),
    }


def _segments(study: Study, trial: Trial, weights: Floats) -> list[dict[str, Any]]:
    """Per category with enough holdout rows of each class: the skill ratio and its interval."""
    found = []
    for column in trial.task.features:
        if column.is_continuous:
            continue
        codes = trial.table.codes(column)
        for code in np.flatnonzero(np.bincount(codes + 1)[1:] >= SEGMENT_ROWS):
            rows = codes == code
            if _is_mixed(trial, rows) and (segment := _segment(trial, weights, rows)):
                found.append({"column": column.label, "category": str(column.categories[code]), **segment})
    return found


def _is_mixed(trial: Trial, rows: Flags) -> bool:
    if not trial.task.classes:
        return True
    counts = np.bincount(trial.answers[rows].astype(np.int64), minlength=len(trial.task.classes))
    return bool((counts >= SEGMENT_CLASS_ROWS).sum() >= 2)


def _segment(trial: Trial, weights: Floats, rows: Flags) -> dict[str, Any] | None:
    ratio, _, real = _ratios(trial, weights, rows)
    if not real[0] >= LEAST_SEGMENT_SKILL or np.isnan(ratio[0]):
        return None
    lower, upper = percentile_interval(ratio[1:])
    return {"ratio": float(ratio[0]), "lower": lower, "upper": upper, "n": int(rows.sum())}


def _segment_metric(study: Study, trial: Trial, segments: list[dict[str, Any]]) -> Metric:
    if not segments:
        reason = f"No category has {SEGMENT_ROWS} holdout rows and a target that can be predicted within it."
        return TSTR.card(SEGMENT).not_computed(reason)
    worst = min(segments, key=lambda segment: segment["upper"])
    sentence = (
        f"The worst served of {len(segments)} segments, within column {worst['column']}, keeps {worst['ratio']:.1%} of "
        f"the real model's skill ({worst['n']:,} holdout records)."
    )
    return Metric(
        Group.UTILITY,
        SEGMENT,
        sentence + trial.sample_words(),
        Direction.HIGHER,
        worst["ratio"],
        worst["lower"],
        worst["upper"],
        n=worst["n"],
        seed=study.seed,
        details={"segments": len(segments), **sample_facts(len(trial.answers), trial.total)},
    )


def _recall_metric(study: Study, trial: Trial, weights: Floats) -> Metric:
    """Recall of the rarer class where each model flags as many records as there are of it."""
    if len(trial.task.classes) != 2:
        reason = "The target does not have two classes."
        return TSTR.card(RECALL).not_computed(reason)
    positive = trial.answers == 1
    synthetic, real = (_hits(scores[:, 0], positive) for scores in (trial.synthetic, trial.real))
    totals = [np.maximum((flags & positive) @ weights, 1e-9) for flags in (synthetic, real)]
    ratio = totals[0] / totals[1]
    lower, upper = percentile_interval(ratio[1:])
    rates = [float((flags & positive).sum() / positive.sum()) for flags in (synthetic, real)]
    sentence = (
        f"Of the rarer class, the model from synthetic finds {rates[0]:.1%}, the one from real records {rates[1]:.1%}."
    )
    return Metric(
        Group.UTILITY,
        RECALL,
        sentence + trial.sample_words(),
        Direction.HIGHER,
        float(ratio[0]),
        lower,
        upper,
        n=int(positive.sum()),
        ceiling=1.0,
        seed=study.seed,
        details={"recall_synthetic": rates[0], "recall_real": rates[1]},
    )


def _hits(scores: Floats, positive: Flags) -> Flags:
    """The records flagged when as many are flagged as are positive; equal scores by position."""
    flagged = np.zeros(len(scores), dtype=bool)
    flagged[np.argsort(-scores, kind="stable")[: int(positive.sum())]] = True
    return flagged


def _gain(study: Study, trial: Trial, weights: Floats) -> Metric:
    gain = trial.skills(trial.both, weights) - trial.skills(trial.real, weights)
    lower, upper = percentile_interval(gain[1:])
    return Metric(
        Group.UTILITY,
        AUGMENTATION,
        f"Adding the synthetic to the real records changes the model's skill by {gain[0]:+.3f}.{trial.sample_words()}",
        Direction.INFORMATIONAL,
        float(gain[0]),
        lower,
        upper,
        n=len(trial.answers),
        baseline=0.0,
        seed=study.seed,
    )
