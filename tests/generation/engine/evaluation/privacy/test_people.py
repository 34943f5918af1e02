"""Where people come again, a person is what a leak is of: checks count people, and keep them whole."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.checks import of_group
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import Group, Status
from generation.engine.evaluation.study.study import make_study
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.tables.cut.persons import PERSON

SCHEMA: Schema = (
    ColumnSpec("age", Sdtype.NUMERICAL, ColumnRole.QUASI, "Age"),
    ColumnSpec("region", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Region"),
    ColumnSpec("sex", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Sex"),
    ColumnSpec("income", Sdtype.NUMERICAL, ColumnRole.OTHER, "Income"),
    ColumnSpec("shop", Sdtype.CATEGORICAL, ColumnRole.OTHER, "Shop"),
    ColumnSpec("amount", Sdtype.NUMERICAL, ColumnRole.OTHER, "Amount"),
    ColumnSpec("returned", Sdtype.CATEGORICAL, ColumnRole.TARGET, "Returned"),
)
NAMES = [spec.name for spec in SCHEMA]
PRIVACY = frozenset(check.name for check in of_group(Group.PRIVACY))


def visits(people: int, seed: int) -> pd.DataFrame:
    """About ten visits of each person; who he is stays the same in all of them. Another seed is another population."""
    rng = np.random.default_rng(seed)
    regions = np.arange(10, 0, -1) / 55
    whose = np.repeat(np.arange(people), rng.poisson(9, people) + 1)
    income = np.exp(rng.normal(8, 0.7, people)).round(2)
    age, region = rng.normal(45, 15, people).clip(18, 95).round(), rng.choice(list("abcdefghij"), people, p=regions)
    amount = np.exp(rng.normal(3, 1, len(whose)) + np.log(income[whose]) / 4).round(2)
    chance = 1 / (1 + np.exp(2 - (amount > 100) - (region[whose] == "a")))
    return pd.DataFrame(
        {
            "age": age[whose],
            "region": region[whose],
            "sex": rng.choice(["m", "f"], people)[whose],
            "income": income[whose],
            "shop": rng.choice(list("klmnopqrst"), len(whose), p=regions),
            "amount": amount,
            "returned": np.where(rng.random(len(whose)) < chance, "yes", "no"),
            PERSON: whose + 1_000_000 * seed,
        }
    )


def privacy_of(training, holdout, synthetic):
    found = evaluate_tables(
        training, holdout, synthetic[NAMES], SCHEMA, target="returned", purpose="training",
        policy=default_policy("training"), seed=7, progress=silent, only=PRIVACY,
    )  # fmt: skip
    return {metric.name: metric for metric in found.metrics}


@pytest.mark.parametrize(("training", "holdout"), [(640, 160), (480, 480)])
def test_fresh_people_with_ten_records_each_are_no_leak(training, holdout):
    for seed in (1, 4):
        metrics = privacy_of(visits(training, seed), visits(holdout, seed + 1), visits(training, seed + 2))
        assert [name for name, metric in metrics.items() if metric.status is Status.BLOCK] == []


def test_people_stay_whole_where_training_is_cut_to_the_size_of_the_holdout():
    tables = visits(400, 1), visits(100, 2), visits(400, 3)[NAMES]
    study = make_study(tables, SCHEMA, "returned", default_policy("training"), 1)
    people = [set(chunk.persons[chunk.rows]) for chunk in study.chunks]
    assert len(people) == 4
    assert sum(map(len, people)) == len(set.union(*people))
    assert [chunk.people for chunk in study.chunks] == [len(one) for one in people]
    assert all(abs(len(chunk) - len(study.mirror)) < 60 for chunk in study.chunks)


def test_what_a_person_has_in_each_of_ten_records_is_that_persons_alone():
    training, holdout, fresh = visits(600, 1), visits(600, 2), visits(600, 3)
    incomes = training.drop_duplicates(PERSON)["income"].to_numpy()
    fresh["income"] = np.random.default_rng(5).choice(incomes, len(fresh))
    replayed = privacy_of(training, holdout, fresh)["unique_number_replay"]
    assert replayed.status is Status.BLOCK
    assert "one training person has alone" in replayed.sentence
    columns = {one["column"]: one for one in replayed.details["columns"]}
    # Of a person's incomes each is in some ten of six thousand records: nearly all of 600 people are met.
    assert columns["income"]["training"] > 0.95
    assert columns["income"]["holdout"] < 0.15


def test_a_persons_other_records_do_not_hide_the_one_that_was_copied():
    training, holdout, fresh = visits(600, 1), visits(600, 2), visits(600, 3)
    copied = training.drop_duplicates(PERSON).sample(60, random_state=1)
    leaking = pd.concat([fresh.iloc[60:], copied], ignore_index=True)
    assert privacy_of(training, holdout, leaking)["parts_carried_over"].status is Status.BLOCK


def test_a_cell_of_twelve_records_of_one_person_is_a_cell_of_one():
    training, holdout = visits(600, 1), visits(600, 2)
    found = privacy_of(training, holdout, training)["small_cells"]
    assert found.details["smallest"] == 1
    assert "fewer than" in found.sentence
    assert "training people" in found.sentence
