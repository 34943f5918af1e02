"""The shadow audit: synthesizers whose leak is known by construction, and counts made by hand."""

from math import log

import numpy as np
import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.evaluation.calibration.shadow.audit import shadow_audit
from generation.engine.evaluation.calibration.shadow.epsilon import epsilon_at_least
from generation.engine.evaluation.calibration.shadow.neighbours import nearest_rows
from generation.engine.evaluation.calibration.shadow.plan import AuditPlan, plan_audit
from generation.engine.evaluation.calibration.shadow.refit import ByCard, agreements
from generation.engine.evaluation.calibration.shadow.words import audit_sentence
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of
from tests.generation.engine.evaluation.people import SCHEMA, people

TABLE = people(500, 1)
PLAN = plan_audit(TABLE, SCHEMA, records=300, seed=4)


def copying(training, seed, draw):
    return training


def ignoring(training, seed, draw):
    return people(len(training), seed)


def audit(synthesize, refits):
    found = shadow_audit(PLAN, synthesize, refits=refits, progress=silent)
    return {one.group: one for one in found.guessed}, found.exposed


def test_a_synthesizer_that_copies_is_found_and_everybody_is_exposed():
    groups, exposed = audit(copying, 100)
    assert [groups[name].auc for name in ("isolated", "random", "best")] == [1, 1, 1]
    assert [groups[name].auc_lower > 0.9 for name in ("isolated", "random")] == [True, True]
    assert groups["isolated"].tpr > 0.95
    assert len(exposed) == 30
    named = TABLE.loc[[one.position for one in exposed]]
    assert sorted(named["number"]) == sorted(PLAN.table.loc[PLAN.targets, "number"])


@pytest.mark.slow
def test_of_a_synthesizer_that_ignores_its_data_nothing_is_guessed():
    # Of eight intervals of 95 % one may miss: two would with a chance of one in twenty.
    missed = 0
    for seed in range(20, 24):
        plan = plan_audit(people(500, seed), SCHEMA, records=300, seed=seed)
        found = shadow_audit(plan, ignoring, refits=60, progress=silent)
        isolated, random, best = found.guessed
        missed += sum(not one.auc_lower < 0.5 < one.auc_upper for one in (isolated, random))
        assert isolated.tpr_lower <= 0.01 <= isolated.tpr_upper
        assert best.epsilon_at_least < 1
        assert found.exposed == ()
    assert missed <= 1


def test_a_coin_that_tells_the_truth_three_times_in_four_gives_an_area_of_three_quarters():
    # One record of its own value is written with chance 3/4 when it was there and 1/4 when not: (1 + 3/4 - 1/4) / 2.
    table = pd.DataFrame({"a": ["common"] * 299 + ["alone"], "b": ["x", "y"] * 150})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    drawn = plan_audit(table, schema, records=300, seed=1)
    alone = int(np.flatnonzero(drawn.table["a"] == "alone")[0])
    plan = AuditPlan(
        drawn.table, schema, np.array([alone, 0 if alone else 1]), 1, np.arange(2), schema, ((0,), (1,)), 1
    )

    def telling(training, seed, draw):
        told = np.random.default_rng(draw).random() < (0.75 if (training["a"] == "alone").any() else 0.25)
        return pd.DataFrame({"a": ["alone" if told else "common"] * len(training), "b": "x"})

    found = shadow_audit(plan, telling, refits=400, progress=silent)
    isolated = found.guessed[0]
    assert isolated.auc == pytest.approx(0.75, abs=0.06)
    assert isolated.auc_lower < 0.75 < isolated.auc_upper
    # Randomised response with chances 3/4 and 1/4 is private with epsilon ln 3, and no audit can show more.
    assert 0.5 < found.guessed[2].epsilon_at_least <= log(3)


def test_each_target_is_in_half_of_the_fits_and_in_one_of_each_pair():
    sides = np.stack([PLAN.members(fit) for fit in range(40)])
    assert (sides[0::2] ^ sides[1::2]).all()
    assert (sides.sum(axis=1) == 15).all()
    assert {len(PLAN.training(fit)) for fit in range(4)} == {285}
    gone = PLAN.table.loc[PLAN.targets[~sides[7]], "number"]
    assert set(PLAN.training(7)["number"]) == set(PLAN.table["number"]) - set(gone)


def test_records_that_agree_are_counted_column_by_column():
    schema = (
        ColumnSpec("age", Sdtype.NUMERICAL),
        ColumnSpec("town", Sdtype.CATEGORICAL),
        ColumnSpec("on", Sdtype.DATETIME),
    )
    real = pd.DataFrame(
        {
            "age": [float(age) for age in range(100)] + [np.nan],
            "town": ["a", "b"] * 50 + [None],
            "on": pd.to_datetime(["2020-01-01"] * 101),
        }
    )
    # The fifth nearest of 0..99 to 50 is 2 or 3 years away (5 % of 101), and so is what agrees with it.
    plan = AuditPlan(real, schema, np.array([50, 100]), 1, np.array([50, 100]), schema, ((0,), (1,), (0, 1), (2,)), 0)
    made = pd.DataFrame(
        {
            "age": [50.0, 51.0, 47.0, 46.0, np.nan],
            "town": ["a", "b", "a", "a", None],
            "on": pd.to_datetime(["2020-01-01", "2020-01-01", "2021-01-01", None, None]),
        }
    )
    assert agreements(plan, made).tolist() == [[3, 3, 2, 2], [1, 1, 1, 2]]
    assert agreements(plan, made.drop(columns="town")).tolist() == [[3, 5, 3, 2], [1, 5, 1, 2]]


def test_the_nearest_synthetic_record_is_the_one_that_differs_least_column_by_column():
    schema = (ColumnSpec("age", Sdtype.NUMERICAL), ColumnSpec("town", Sdtype.CATEGORICAL))
    people = pd.DataFrame({"age": [90.0, 20.0], "town": ["b", None]})
    # Ages span 100: from 90 to 0 it is .9, and another town is 1.
    made = pd.DataFrame({"age": [0.0, 100.0, 60.0, 30.0], "town": ["b", "a", "b", None]})
    assert nearest_rows(people, made, schema) == [2, 3]


def test_three_hundred_refits_cannot_show_an_epsilon_above_three_point_seven():
    # Clopper and Pearson for 0 of 150: 1 - .025 ** (1 / 150) = .0243; ln((1 - .0243) / .0243) = 3.69.
    assert epsilon_at_least(np.zeros(150), np.ones(150), 0.5, 0.0) == pytest.approx(3.69, abs=0.005)
    assert epsilon_at_least(np.zeros(150), np.zeros(150), 0.5, 0.0) == 0


@pytest.mark.slow
def test_what_an_audit_did_not_show_says_what_could_hide_and_rounds_it_up():
    found = [
        {"group": "isolated", "auc": 0.595, "auc_lower": 0.438, "auc_upper": 0.731},
        {"group": "random", "auc": 0.5, "auc_lower": 0.4, "auc_upper": 0.6},
    ]
    assert audit_sentence(found).startswith(
        "No guess better than chance was shown, and an AUC up to 0.74 is not ruled out"
    )
    found[1]["auc_lower"] = 0.51
    assert audit_sentence(found).startswith("Who was there was guessed better than by chance: AUC 0.595 [0.438, 0.731]")


def test_the_same_seed_finds_the_same_whatever_the_number_of_workers():
    by_card = ByCard("copula", SCHEMA, validated(card_of("copula"), {}))
    alone, shared = (shadow_audit(PLAN, by_card, refits=20, progress=silent, workers=workers) for workers in (1, 2))
    assert alone == shared


@pytest.mark.parametrize("columns", [["number", "mail"], []])
def test_too_few_records_or_nothing_to_compare_is_refused_in_words(columns):
    schema = tuple(spec for spec in SCHEMA if spec.name in columns) or SCHEMA
    with pytest.raises(FitError, match="at least 100 records and a column"):
        plan_audit(TABLE if columns else TABLE[:99], schema, records=300, seed=1)
