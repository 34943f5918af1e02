"""What must hold of every check whatever the tables: laws under Hypothesis, and inputs that nothing can be said of."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generation.engine.evaluation.checks import CHECKS as EVERY_CHECK
from generation.engine.evaluation.checks import cards, of_group
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import Direction, Group, Status
from generation.engine.evaluation.study.study import make_study
from generation.engine.evaluation.suite import run_check
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import JOBS, SCHEMA, people

ROWS = 300
TABLES = tuple(people(ROWS, seed) for seed in (1, 2, 3))
# What is made of sources of texts alone has laws of its own: tests/generation/engine/evaluation/llm/texts.
CHECKS = tuple(check for check in EVERY_CHECK if not check.is_of_texts)
PRIVACY = tuple(check for check in of_group(Group.PRIVACY) if not check.is_of_texts)
# They count cells or bytes, whatever the size of the table.
EXACT = {"schema_conformity", "placeholders", "unexpected_missing"}
# Random picks of columns or rows follow their order, hence their names, and so do a model's ties.
DRAWN = {"singling_out_risk", "linkability_risk", "inference_risk", "classifier_two_sample", "tstr"}
POLICIES = {purpose: default_policy(purpose, public=True) for purpose in ("training", "testing")}


def law(examples):
    """The same examples in every run. A failure is not made smaller: each step of that measures three tables."""
    return settings(max_examples=examples, derandomize=True, phases=[Phase.explicit, Phase.generate])


def measured(tables, schema, checks=CHECKS):
    """Every metric by name; coverage is asked for as for tests, the rest as for training."""
    target = "left" if "left" in [spec.name for spec in schema] else None
    found = {}
    for check in checks:
        policy = POLICIES["testing" if check.name == "coverage" else "training"]
        study = make_study(tuple(tables), schema, target, policy, 1)
        found |= {metric.name: metric for metric in run_check(check, study).metrics}
    return found


PLAIN = measured(TABLES, SCHEMA)
NAMES = [spec.name for spec in SCHEMA]


@law(4)
@given(st.integers(0, 10_000))
@pytest.mark.slow
def test_the_order_of_rows_and_columns_changes_no_metric(seed):
    rng = np.random.default_rng(seed)
    turned = [t.iloc[rng.permutation(ROWS)][list(rng.permutation(t.columns))] for t in TABLES]
    schema = tuple(SCHEMA[place] for place in rng.permutation(len(SCHEMA)))
    found = measured(turned, schema)
    assert {name: m.as_json() for name, m in found.items()} == {name: m.as_json() for name, m in PLAIN.items()}


@law(4)
@given(st.permutations(list(JOBS)), st.permutations(NAMES))
@pytest.mark.slow
def test_other_names_for_columns_and_categories_change_no_metric(jobs, names):
    renamed = dict(zip(NAMES, names, strict=True))
    relabelled = dict(zip(JOBS, jobs, strict=True))
    tables = [t.assign(job=t["job"].map(relabelled)).rename(columns=renamed) for t in TABLES]
    schema = tuple(replace(spec, name=renamed[spec.name]) for spec in SCHEMA)
    for check in CHECKS:
        policy = POLICIES["testing" if check.name == "coverage" else "training"]
        for metric in run_check(check, make_study(tuple(tables), schema, renamed["left"], policy, 1)).metrics:
            plain = PLAIN[metric.name]
            if check.name in DRAWN:
                assert metric.status is plain.status or overlaps(metric, plain), metric.name
            else:
                assert (metric.value, metric.status) == (pytest.approx(plain.value), plain.status), metric.name


def overlaps(one, other):
    return one.lower <= other.upper and other.lower <= one.upper


@law(2)
@given(st.integers(10, 10_000))
def test_the_training_table_itself_fails_every_privacy_check(seed):
    training, holdout = people(1100, seed), people(1100, seed + 1)
    found = measured((training, holdout, training), SCHEMA, PRIVACY)
    judged = {name: metric for name, metric in found.items() if metric.direction is not Direction.INFORMATIONAL}
    passed = {name for name, metric in judged.items() if metric.status not in (Status.REVIEW, Status.BLOCK)}
    # No column of the made-up people that is not identifying has values of one record alone, but the pay.
    assert passed <= {"unique_value_replay"}
    assert found["identical_match_share"].value == 1
    assert found["dcr_share"].value > 0.9


@law(4)
@given(st.integers(10, 10_000))
@pytest.mark.slow
def test_an_independent_real_sample_gives_no_evidence_of_leakage_in_any_privacy_check(seed):
    found = measured([people(1100, seed + place) for place in range(3)], SCHEMA, PRIVACY)
    limits = POLICIES["training"].limits
    for name, metric in found.items():
        # Chance leaks small cells too, and 1,100 rows cannot bound a risk: their evidence is the lower bound.
        if name in limits and name != "small_cells":
            least = metric.value if metric.lower is None else metric.lower
            assert least <= limits[name].passes, name


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@pytest.mark.parametrize("kind", ["fifty rows", "constant columns", "all missing"])
def test_what_cannot_be_known_is_not_assessable_with_the_reason(check, kind):
    if kind == "fifty rows":
        tables = [people(50, seed) for seed in (1, 2, 3)]
    else:
        row = people(1, 1).iloc[0] if kind == "constant columns" else dict.fromkeys(NAMES)
        tables = [pd.DataFrame({name: [row[name]] * 200 for name in NAMES}) for _ in range(3)]
    for name, metric in measured(tables, SCHEMA, [check]).items():
        if name not in EXACT and not (name == "proposed_rules" and kind == "constant columns"):
            assert (metric.value, metric.status) == (None, Status.NOT_COMPUTED), name
            assert metric.reason.endswith(".")


KINDS = {
    "number": (Sdtype.NUMERICAL, lambda rng, n: rng.normal(0, 10.0 ** rng.integers(-9, 9), n)),
    "few numbers": (Sdtype.NUMERICAL, lambda rng, n: rng.integers(0, 3, n)),
    "date": (
        Sdtype.DATETIME,
        lambda rng, n: pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 9**5, n), "h"),
    ),
    "boolean": (Sdtype.BOOLEAN, lambda rng, n: rng.random(n) < 0.4),
    "category": (Sdtype.CATEGORICAL, lambda rng, n: rng.choice(["é", "", "b c", "<x>"], n)),
    "text id": (Sdtype.ID, lambda rng, n: [f"id-{value}" for value in rng.integers(0, 10**9, n)]),
    "text": (Sdtype.TEXT, lambda rng, n: [f"write to a{value}@b.example" for value in rng.integers(0, 10**6, n)]),
    "many categories": (Sdtype.CATEGORICAL, lambda rng, n: rng.integers(0, 10**6, n).astype(str)),
    "nothing": (Sdtype.CATEGORICAL, lambda rng, n: [None] * n),
}


@law(8)
@given(
    st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6),
    st.lists(st.sampled_from(list(ColumnRole)), min_size=6, max_size=6),
    st.integers(0, 10_000),
)
def test_any_mix_of_types_missing_values_and_roles_is_measured_or_not_assessable_and_never_an_error(kinds, roles, seed):
    rng = np.random.default_rng(seed)
    tables = [
        pd.DataFrame({f"c{place}": pd.Series(KINDS[kind][1](rng, 130)).mask(rng.random(130) < 0.1)
                      for place, kind in enumerate(kinds)})
        for _ in range(3)
    ]  # fmt: skip
    schema = tuple(ColumnSpec(f"c{place}", KINDS[kind][0], roles[place]) for place, kind in enumerate(kinds))
    found = measured(tables, schema)
    json.dumps([metric.as_json() for metric in found.values()], allow_nan=False)
    for metric in found.values():
        assert (metric.value is None or metric.status is Status.UNDECIDED) == bool(metric.reason), metric.name
        assert (metric.status is Status.NOT_COMPUTED) == (metric.value is None and not metric.decided_by), metric.name


def test_every_metric_is_of_the_group_the_direction_and_the_range_that_its_card_says():
    for name, metric in PLAIN.items():
        card = cards()[name]
        assert (metric.group, metric.direction) == (card.group, card.direction), name
        for value in (metric.value, metric.lower, metric.upper):
            assert value is None or card.range[0] - 1e-9 <= value <= card.range[1] + 1e-9, name


def test_no_interval_hides_the_worst_column_behind_another_one():
    """Whatever a metric lists with bounds of its own: none of them lies beyond those of the metric."""
    asked = 0
    for name, metric in PLAIN.items():
        for parts in (part for part in metric.details.values() if isinstance(part, list)):
            for part in (one for one in parts if isinstance(one, dict) and {"lower", "upper"} <= one.keys()):
                asked += 1
                assert metric.lower >= part["lower"], name
                assert metric.upper >= part["upper"], name
    assert asked >= 5
