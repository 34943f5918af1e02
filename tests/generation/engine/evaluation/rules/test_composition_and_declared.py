"""Declared rules and what was asked, held against the table that came out."""

import pytest

from generation.engine.composition.composition import parse_composition
from generation.engine.composition.demands import plan_demands, real_kinds
from generation.engine.composition.recipe import Recipe
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import NotAssessable, Status
from generation.engine.evaluation.policy import judge
from generation.engine.evaluation.rules.composition import asked_reached, shift_reached
from generation.engine.evaluation.rules.declared import declared_rules
from generation.engine.evaluation.study.study import make_study
from generation.engine.predicates.values import of_frame
from generation.engine.rules.parsing import parse_rules
from tests.generation.engine.composition.shop import COUNTRY, SCHEMA, orders

FIXED = {"kind": "fixed", "column": "City", "fixes": "Country", "values": COUNTRY}
RULES = [FIXED, {"kind": "range", "column": "Age", "from": 20}, {"kind": "order", "first": "Ordered", "then": "Sent"}]
ASKED = {
    "conditions": [{"where": {"Paid": "late", "Sex": "F"}, "rows": 30}],
    "shifts": [{"where": {"Paid": "late"}, "factor": 2}],
}


def study_of(synthetic, rules=(), plain=None, purpose="stress_test", schema=SCHEMA):
    real = orders()
    composition = parse_composition(plain or {}, SCHEMA)
    demands = (
        plan_demands(composition, real_kinds(composition, of_frame(real, SCHEMA)), 1000, 5) if composition else None
    )
    recipe = Recipe(SCHEMA, demands, parse_rules(list(rules), SCHEMA))
    return make_study((real, orders(500, 2), synthetic), schema, None, default_policy(purpose), 1, recipe)


def only(findings, purpose="stress_test"):
    (metric,) = findings.metrics
    return judge(metric, default_policy(purpose))


def test_every_violation_is_counted_blocks_and_names_its_record_without_a_value():
    made = orders(1000, 5)
    made.loc[11, "c7"] = "FR" if made.loc[11, "c7"] == "DE" else "DE"
    young = int((made["c1"] < 20).sum())  # 18 and 19: 2 of each 60
    metric = only(declared_rules(study_of(made, RULES)))
    assert young == 34
    assert metric.value == pytest.approx(1 - len({11, *made.index[made["c1"] < 20]}) / 1000)
    assert metric.status is Status.BLOCK
    assert [line["broken"] for line in metric.details["rules"]] == [1, 34, 0]
    assert (11, "breaks rule 1: City and Country go together as listed") in {
        (named.row, named.reason) for named in metric.named
    }
    assert len(metric.named) == 35
    assert not any(value in named.reason for named in metric.named for value in (*COUNTRY, "DE", "20"))


def test_a_table_that_keeps_every_rule_passes():
    metric = only(declared_rules(study_of(orders(1000, 5), [FIXED])))
    assert (metric.value, metric.status, metric.n) == (1.0, Status.PASS, 1000)
    assert metric.sentence == "The declared rule holds for all 1,000 records."


def test_a_rule_on_a_column_that_was_left_out_is_told_and_is_no_pass_by_itself():
    made, fewer = orders(1000, 5).drop(columns="c7"), tuple(spec for spec in SCHEMA if spec.name != "c7")
    real = orders()
    recipe = Recipe(SCHEMA, None, parse_rules([FIXED], SCHEMA))
    study = make_study((real, None, made), fewer, None, default_policy("testing"), 1, recipe)
    with pytest.raises(NotAssessable):
        declared_rules(study)


def test_nothing_declared_and_nothing_asked_gives_no_metric():
    study = study_of(orders(1000, 5), purpose="training")
    assert not [m for check in (declared_rules, asked_reached, shift_reached) for m in check(study).metrics]


def test_what_was_asked_is_counted_again_in_the_table():
    made = orders()
    exact = made.assign(c3=["late" if place % 5 == 0 else "in time" for place in range(1000)])
    reached = only(asked_reached(study_of(exact, plain=ASKED)))
    lines = reached.details["demands"]
    assert [(line["asked"], line["reached"]) for line in lines] == [(30, 20), (200, 200)]
    assert [line["real_share"] for line in lines] == [0.02, 0.1]
    assert (reached.value, reached.status) == (0.5, Status.REVIEW)
    assert "late" not in reached.sentence  # sentences stand unsealed in the database


@pytest.mark.parametrize(("every", "value"), [(5, 1.0), (10, 0.0)])
def test_a_shift_that_went_all_or_none_of_the_way(every, value):
    made = orders().assign(c3=["late" if place % every == 0 else "in time" for place in range(1000)])
    metric = only(shift_reached(study_of(made, plain=ASKED)))
    assert metric.value == pytest.approx(value)
    assert metric.status is (Status.PASS if value else Status.BLOCK)
    assert metric.sentence.startswith("Shift 1: 10 % of the real records, 20 % asked for")
    assert metric.n == 1000


def test_a_stress_test_without_a_shift_is_told_so():
    with pytest.raises(NotAssessable, match="No shift was asked for"):
        shift_reached(study_of(orders(1000, 5)))
