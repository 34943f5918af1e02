"""A made-up population with every kind of column; a different seed is an independent sample of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.study.study import Study, make_study
from generation.engine.evaluation.suite import EvaluationResult, evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype

JOBS = np.array(["clerk", "cook", "driver", "farmer", "nurse", "painter", "teacher", "welder"])
TOWNS = np.array([f"town {number:02d}" for number in range(40)])

SCHEMA: Schema = (
    ColumnSpec("age", Sdtype.NUMERICAL, ColumnRole.QUASI, "Age"),
    ColumnSpec("job", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Occupation"),
    ColumnSpec("town", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Town"),
    ColumnSpec("joined", Sdtype.DATETIME, ColumnRole.QUASI, "Joined"),
    ColumnSpec("pay", Sdtype.NUMERICAL, ColumnRole.SENSITIVE, "Pay"),
    ColumnSpec("member", Sdtype.BOOLEAN, ColumnRole.OTHER, "Member"),
    ColumnSpec("number", Sdtype.ID, ColumnRole.OTHER, "Number"),
    ColumnSpec("mail", Sdtype.TEXT, ColumnRole.OTHER, "Mail"),
    ColumnSpec("left", Sdtype.CATEGORICAL, ColumnRole.TARGET, "Left"),
)


def people(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.gamma(9, 5, rows).round() + 16
    job = rng.choice(len(JOBS), rows, p=np.arange(1, 9) / 36)
    pay = np.exp(rng.normal(10 + job / 20 + age / 200, 0.4)).round(2)
    leaves = rng.random(rows) < 1 / (1 + np.exp((age - 50) / 6 + (job - 5)))
    days = pd.to_timedelta(rng.integers(0, 4000, rows), unit="D")
    return pd.DataFrame(
        {
            "age": age,
            "job": JOBS[job],
            "town": TOWNS[np.minimum(rng.geometric(0.12, rows) - 1, 39)],
            "joined": pd.Timestamp("2012-01-01") + days,
            "pay": np.where(rng.random(rows) < 0.05, np.nan, pay),
            "member": rng.random(rows) < 0.6,
            "number": [f"{seed}-{row}" for row in range(rows)],
            "mail": [f"person{row}@house{seed}.example" for row in range(rows)],
            "left": np.where(leaves, "yes", "no"),
        }
    )


def study_of(
    training: pd.DataFrame,
    holdout: pd.DataFrame | None,
    synthetic: pd.DataFrame,
    schema: Schema = SCHEMA,
    seed: int = 1,
) -> Study:
    target = "left" if any(spec.name == "left" for spec in schema) else None
    return make_study((training, holdout, synthetic), schema, target, default_policy("training"), seed)


def evaluation_of(
    training: pd.DataFrame,
    holdout: pd.DataFrame | None,
    synthetic: pd.DataFrame,
    schema: Schema = SCHEMA,
    purpose: str = "training",
) -> EvaluationResult:
    target = "left" if any(spec.name == "left" for spec in schema) else None
    return evaluate_tables(
        training,
        holdout,
        synthetic,
        schema,
        target=target,
        purpose=purpose,
        policy=default_policy(purpose),
        seed=7,
        progress=silent,
    )
