from dataclasses import replace

import pytest

from generation.engine.evaluation.metric import Direction, Group, Metric, Status
from generation.engine.evaluation.policy import PURPOSES, default_policy, judge, status_of, unmet

POLICY = default_policy("training")


def metric(name, value, lower=None, upper=None, direction=Direction.LOWER):
    return Metric(Group.PRIVACY, name, "", direction, value, lower, upper)


@pytest.mark.parametrize(
    ("lower", "status"), [(-0.1, Status.PASS), (0.02, Status.PASS), (0.021, Status.REVIEW), (0.081, Status.BLOCK)]
)
def test_excess_is_judged_by_its_lower_bound(lower, status):
    assert status_of(metric("rare_combination_excess", 0.5, lower, 0.9), POLICY) is status


@pytest.mark.parametrize(("upper", "status"), [(0.09, Status.PASS), (0.1, Status.REVIEW), (0.21, Status.BLOCK)])
def test_attack_risks_are_judged_by_their_upper_bound(upper, status):
    assert status_of(metric("linkability_risk", 0.0, -0.1, upper), POLICY) is status


@pytest.mark.parametrize(
    ("interval", "status"),
    [
        ((0.95, 0.99), Status.PASS),
        ((0.94, 0.99), Status.REVIEW),
        ((0.7, 0.86), Status.REVIEW),
        ((0.7, 0.84), Status.BLOCK),
    ],
)
def test_skill_passes_by_its_lower_and_blocks_by_its_upper_bound(interval, status):
    assert status_of(metric("skill_ratio", 0.9, *interval, Direction.HIGHER), POLICY) is status


@pytest.mark.parametrize("purpose", PURPOSES)
def test_not_computed_is_never_a_pass_for_any_metric_and_purpose(purpose):
    policy = default_policy(purpose)
    assert {status_of(metric(name, None), policy) for name in policy.rules} == {Status.NOT_COMPUTED}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_needed_metric_has_a_rule_and_every_rule_says_why(purpose):
    policy = default_policy(purpose, public=True)
    assert policy.needed <= policy.rules.keys()
    assert all(len(rule.why) > 20 for rule in policy.rules.values())


def test_a_share_of_records_closer_to_training_is_never_a_criterion():
    assert not {"dcr_share", "nndr_difference", "identical_match_share"} & default_policy("training").rules.keys()
    assert status_of(metric("dcr_share", 0.5, direction=Direction.INFORMATIONAL), POLICY) is Status.INFORMATIONAL


def test_small_cells_stop_a_public_release_only():
    leaked = metric("small_cells", 3.0)
    assert status_of(leaked, POLICY) is Status.INFORMATIONAL
    assert status_of(leaked, default_policy("training", public=True)) is Status.BLOCK


def test_what_is_missing_not_computed_or_blocked_is_unmet():
    good = [replace(judge(metric(name, 0.0), POLICY), status=Status.PASS) for name in POLICY.needed]
    assert unmet(good, POLICY) == []
    assert unmet(good[1:], POLICY) == [good[0].name]
    assert unmet([replace(good[0], status=Status.NOT_COMPUTED), *good[1:]], POLICY) == [good[0].name]
    assert unmet([replace(good[0], status=Status.BLOCK), *good[1:]], POLICY) == [good[0].name]


def test_an_unknown_purpose_is_refused():
    with pytest.raises(ValueError, match="purpose"):
        default_policy("fun")
