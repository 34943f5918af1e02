"""How well a model that learned from a table ranks the same holdout people as one that learned from the real records.

Train on the table, test on real people (TSTR: Esteban, Hyland and Rätsch 2017). Skill is AUC - .5 (the mean over
classes for more than two), or R² for a number; 1 is what the model from the minimised real records reaches. The
interval is a bootstrap over the holdout's people, the same draws for both models (paired).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.comparison.technologies.offer import Offer
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable, encode, measurable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.utility.learner import Task, predict, train
from generation.engine.evaluation.utility.skill import classification_skill, regression_skill
from generation.engine.evaluation.utility.tstr import BOOTSTRAPS, LEAST_OF_A_CLASS, LEAST_SKILL, MOST_CLASSES

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Skill:
    """A share of the real model's skill with its interval; `n` people were ranked."""

    value: float
    lower: float
    upper: float
    n: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Yardstick:
    """What the model from the real records reaches on the holdout: its skill in each draw of the bootstrap."""

    labels: tuple[str, ...]
    answers: Floats
    weights: Floats
    skills: Floats
    most: int
    seed: int

    def skill_of(self, offer: Offer) -> Skill:
        """The offer's share of that skill. Raises NotAssessable when nothing can be learned from it."""
        table = offer.table
        if len(table) > self.most:
            table = table.sample(self.most, random_state=self.seed)
        scores = _scores(table, offer.others, offer, self.labels, self.seed)
        ratio = self._skills(scores) / self.skills
        lower, upper = percentile_interval(ratio[1:])
        return Skill(float(ratio[0]), lower, upper, int((~np.isnan(self.answers)).sum()))

    def _skills(self, scores: Floats) -> Floats:
        known = ~np.isnan(self.answers)
        measure = classification_skill if self.labels else regression_skill
        return measure(scores[known], self.answers[known], self.weights[known])


def yardstick(real: Offer, seed: int) -> Yardstick:
    """What every offer is held against. Raises NotAssessable when even real records do not foretell the target."""
    encoded = encode([real.people, real.others], real.schema)
    target = _column(encoded[0], real.target)
    labels = _labels(target, encoded[0])
    answers = np.empty(len(real.others))
    answers[encoded[1].original] = _task(target, (), labels).answers(encoded[1])
    rng = np.random.default_rng(seed)
    weights = np.column_stack([np.ones(len(answers)), rng.poisson(1.0, (len(answers), BOOTSTRAPS))]).astype(np.float64)
    blank = Yardstick(labels, answers, weights, np.ones(1), len(real.people), seed)
    skills = blank._skills(_scores(real.people, real.others, real, labels, seed))
    if not skills[0] > LEAST_SKILL:
        raise NotAssessable("Even a model trained on real records predicts the target no better than a guess.")
    return Yardstick(labels, answers, weights, skills, len(real.people), seed)


def _labels(target: EncodedColumn, training: EncodedTable) -> tuple[str, ...]:
    """The classes, the rarer of two last; none for a number."""
    codes = training.codes(target)
    counts = np.bincount(codes[codes >= 0], minlength=len(target.categories))
    if target.is_continuous and (counts > 0).sum() > 2:
        return ()
    usual = [int(code) for code in np.flatnonzero(counts >= LEAST_OF_A_CLASS)]
    if not 2 <= len(usual) <= MOST_CLASSES:
        raise NotAssessable(
            f"The target has {len(usual)} classes of {LEAST_OF_A_CLASS} or more records, not 2 to {MOST_CLASSES}."
        )
    ordered = sorted(usual, key=lambda code: (-counts[code], code)) if len(usual) == 2 else usual
    return tuple(str(target.categories[code]) for code in ordered)


def _scores(table: pd.DataFrame, others: pd.DataFrame, offer: Offer, labels: tuple[str, ...], seed: int) -> Floats:
    """What a model from the table says of each of the others, in their order: people x classes."""
    # The people it was made from are of no use but this: every class that they have is known by its name.
    learned, asked, _ = encode([table, others, offer.people], offer.schema)
    target = _column(learned, offer.target)
    features = tuple(
        column for column in measurable(learned.columns) if column is not target and _varies(learned.codes(column))
    )
    if not features:
        raise NotAssessable("There is no column to predict the target from.")
    task = _task(target, features, labels)
    known = task.answers(learned)
    if len(np.unique(known[~np.isnan(known)])) < 2:
        raise NotAssessable("The table's target has one value only.")
    scores = predict(task, train(task, learned, seed), asked)
    placed = np.empty_like(scores)
    placed[asked.original] = scores
    return placed


def _task(target: EncodedColumn, features: tuple[EncodedColumn, ...], labels: tuple[str, ...]) -> Task:
    """The task with its classes by their names."""
    places = {str(category): place for place, category in enumerate(target.categories)}
    return Task(target, features, tuple(places[label] for label in labels))


def _column(table: EncodedTable, name: str) -> EncodedColumn:
    return next(column for column in table.columns if column.spec.name == name)


def _varies(codes: npt.NDArray[np.int32]) -> bool:
    present = codes[codes >= 0]
    return len(present) > 0 and bool(present.min() != present.max())
