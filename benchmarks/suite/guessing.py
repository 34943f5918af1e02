"""Attribute inference on real records against real records: how wide is its interval, and how often is it undecided?

Beside it the same attack as it is usually reckoned, from the bare rates of success (Giomi et al. 2023, with Wilson
intervals, standardised to the secret's values as we do): in one run, as a ratio.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.privacy.inference import answers, attribute_inference, secrets
from generation.engine.evaluation.privacy.nearest.gower import gower_space, votes
from generation.engine.evaluation.study.intervals import CONFIDENCE, residual_risk, standardised
from generation.engine.evaluation.study.sampling import parts_of
from generation.engine.evaluation.study.study import Study, make_study
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype

# Training, holdout, synthetic records.
SIZES = ((16_000, 4_000, 3_000), (4_800, 1_200, 4_800), (2_700, 2_700, 2_700))
SECRETS = ("capital-gain", "capital-loss")
TARGET = "income"
REPEATS = 30
BLOCKS = cards()["inference_risk"].limit.blocks


class Risk(NamedTuple):
    value: float
    lower: float
    upper: float


def guessing(data: Path) -> bool:
    """Prints a line for each size; whether ours is decided more often at each."""
    real = pd.concat([pd.read_csv(data / "adult" / f"{side}.csv.gz") for side in ("training", "holdout")])
    met = []
    for sizes in SIZES:
        studies = [_study(real, sizes, seed) for seed in range(REPEATS)]
        ours = [_ours(study) for study in studies]
        bare = [_worst(_bare(study)) for study in studies]
        undecided = [np.mean([risk.upper > BLOCKS for risk in found]) for found in (bare, ours)]
        widths = [np.mean([risk.upper - risk.value for risk in found]) for found in (bare, ours)]
        print(
            f"inference at {sizes[0]:,}/{sizes[1]:,}: bare rates +-{widths[0]:.3f}, undecided {undecided[0]:.0%}; "
            f"ours +-{widths[1]:.3f}, undecided {undecided[1]:.0%}; ratio of widths {widths[0] / widths[1]:.2f}"
        )
        met.append(undecided[1] <= undecided[0] and widths[1] < widths[0])
    return all(met)


def _study(real: pd.DataFrame, sizes: tuple[int, int, int], seed: int) -> Study:
    mixed = real.sample(sum(sizes), random_state=seed)
    training, holdout, synthetic = np.split(mixed, np.cumsum(sizes)[:-1])
    return make_study((training, holdout, synthetic), _schema(real), TARGET, default_policy("training"), seed)


def _schema(real: pd.DataFrame) -> Schema:
    roles = dict.fromkeys(SECRETS, ColumnRole.SENSITIVE) | {TARGET: ColumnRole.TARGET}
    return tuple(
        ColumnSpec(
            name,
            Sdtype.NUMERICAL if pd.api.types.is_numeric_dtype(real[name]) else Sdtype.CATEGORICAL,
            roles.get(name, ColumnRole.QUASI),
            name,
        )
        for name in real.columns
    )


def _ours(study: Study) -> Risk:
    metric = attribute_inference(study).metrics[0]
    return Risk(metric.value or 0.0, metric.lower or 0.0, metric.upper or 0.0)


def _bare(study: Study) -> list[Risk]:
    chosen = secrets(study)
    sides = (study.training, study.need_holdout())
    found = []
    for secret in chosen:
        space = gower_space(tuple(column for column in study.measured if column is not secret), *sides)
        guessed = space.points(study.synthetic)
        rates = [
            votes(space.points(side), guessed, (answers(side, secret), answers(study.synthetic, secret), 0.05))
            for side in sides
        ]
        attack, control = standardised(rates, [parts_of(secret, study, side) for side in sides])
        found.append(Risk(*residual_risk(attack, control, 1 - (1 - CONFIDENCE) / len(chosen))))
    return found


def _worst(found: list[Risk]) -> Risk:
    return max(found, key=lambda risk: risk.upper)
