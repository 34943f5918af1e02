"""What texts teach: a classifier of labels learned from synthetic texts, tested on real ones nobody learned from.

TSTR beside TRTR of equal size (Esteban, Hyland and Rätsch 2017): both learn as many texts of each label. Skill is
accuracy beyond always guessing the commonest label, and the interval of the ratio is a paired bootstrap over holdout
texts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.llm.texts.sides import Side, Sides, label_column, sides_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.intervals import percentile_interval, wilson
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.texts.labels import LabelClassifier

RATIO, WORST, AGREEMENT, COVERED = "text_skill_ratio", "text_worst_label", "text_label_agreement", "text_labels_covered"
BOOTSTRAPS = 300
MOST_LEARNED = 20_000
LEAST_OF_A_LABEL = 20

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """Which holdout texts each classifier is right about."""

    labels: npt.NDArray[np.str_]
    synthetic: Flags
    real: Flags
    guess: float

    def ratio(self, places: npt.NDArray[np.int64] | slice = slice(None)) -> float:
        """Skill learned from synthetic texts over skill learned from real ones."""
        real = float(self.real[places].mean()) - self.guess
        return (float(self.synthetic[places].mean()) - self.guess) / real if real > 0 else float("nan")


def text_teaching(study: Study) -> Findings:
    """The skill ratio, the worst label, whether labels agree with a classifier of real texts, and which are there."""
    sides = sides_of(study)
    if label_column(study) is None:
        raise NotAssessable("No column of labels was named as the target: there is nothing to teach.")
    trial, agreement = trial_of(study, sides), _agreement(study, sides)
    return Findings((ratio_of(study, trial, RATIO), _worst(study, trial), agreement, _covered(study, sides)))


def trial_of(study: Study, sides: Sides) -> Trial:
    made = sides.made.sample(MOST_LEARNED, study.rng(RATIO))
    real = _alike(sides.source, made, study.rng(WORST))
    learned = [LabelClassifier.fit(side.corpus.texts, side.corpus.labels) for side in (made, real)]
    answers = np.array(sides.holdout.corpus.labels)
    if learned[1] is None or not len(answers):
        raise NotAssessable("The real texts have fewer than two of the labels of the synthetic ones.")
    found = [
        np.zeros(len(answers), dtype=bool) if one is None else one.predict(sides.holdout.corpus.texts) == answers
        for one in learned
    ]
    return Trial(answers, found[0], found[1], Counter(answers.tolist()).most_common(1)[0][1] / len(answers))


def _alike(source: Side, made: Side, rng: np.random.Generator) -> Side:
    """Real texts, of each label as many as there are synthetic ones, where there are so many."""
    wanted, places = Counter(made.corpus.labels), []
    for place in rng.permutation(len(source)).tolist():
        label = source.corpus.labels[place]
        if wanted[label]:
            wanted[label] -= 1
            places.append(place)
    places.sort()
    return Side(source.corpus.take(places), source.rows[np.array(places, dtype=np.intp)])


def ratio_of(study: Study, trial: Trial, name: str) -> Metric:
    rng, count = study.rng("text bootstrap"), len(trial.labels)
    draws = np.array([trial.ratio(rng.integers(0, count, count)) for _ in range(BOOTSTRAPS)])
    value, (lower, upper) = trial.ratio(), percentile_interval(draws)
    sentence = (
        f"A classifier learned from the synthetic texts is right about {trial.synthetic.mean():.1%} of the holdout, "
        f"one learned from as many real texts about {trial.real.mean():.1%}."
    )
    shares = {"synthetic": float(trial.synthetic.mean()), "real": float(trial.real.mean()), "guess": trial.guess}
    return Metric(
        Group.UTILITY, name, sentence, Direction.HIGHER, value, lower, upper,
        n=count, baseline=0.0, ceiling=1.0, seed=study.seed, details=shares,
    )  # fmt: skip


def _worst(study: Study, trial: Trial) -> Metric:
    """The label whose texts are recognised worst beside real ones; its name stays in the sealed details."""
    ratios = {}
    for label in sorted(set(trial.labels.tolist())):
        places = trial.labels == label
        if places.sum() >= LEAST_OF_A_LABEL and trial.real[places].any():
            ratios[label] = float(trial.synthetic[places].sum() / trial.real[places].sum())
    if not ratios:
        raise NotAssessable(f"No label has {LEAST_OF_A_LABEL} holdout texts.")
    worst = min(ratios, key=lambda label: (ratios[label], label))
    sentence = f"Of the label that is learned worst, {ratios[worst]:.0%} of what real texts teach is taught."
    return Metric(
        Group.UTILITY, WORST, sentence, Direction.INFORMATIONAL, ratios[worst],
        n=int((trial.labels == worst).sum()), seed=study.seed, details={"by label": ratios},
    )  # fmt: skip


def _agreement(study: Study, sides: Sides) -> Metric:
    """By a classifier of the holdout, which the generator never saw; it has its own ceiling among source texts."""
    judge = LabelClassifier.fit(sides.holdout.corpus.texts, sides.holdout.corpus.labels)
    if judge is None:
        raise NotAssessable("The holdout has fewer than two labels.")
    made, source = (
        judge.predict(side.corpus.texts) == np.array(side.corpus.labels) for side in (sides.made, sides.source)
    )
    lower, upper = wilson(float(made.sum()), float(len(made)))
    sentence = (
        f"A classifier of the holdout gives {made.mean():.1%} of the synthetic texts their label, and "
        f"{source.mean():.1%} of the source's."
    )
    return Metric(
        Group.TEXT, AGREEMENT, sentence, Direction.INFORMATIONAL, float(made.mean()), lower, upper,
        n=len(made), ceiling=float(source.mean()), seed=study.seed,
    )  # fmt: skip


def _covered(study: Study, sides: Sides) -> Metric:
    """Labels of at least k people of the source that have a synthetic text."""
    k = study.policy.minimum_cell
    wanted = set(sides.source.corpus.labels_of(k))
    there = wanted & set(sides.made.corpus.labels)
    share = len(there) / max(1, len(wanted))
    sentence = f"{len(there):,} of {len(wanted):,} labels that at least {k} people of the source have are there."
    return Metric(Group.TEXT, COVERED, sentence, Direction.HIGHER, share, n=len(wanted), ceiling=1.0, seed=study.seed)
