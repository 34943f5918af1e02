from dataclasses import replace

import pytest

from generation.engine.evaluation.limits.policy import default_policy, unmet
from generation.engine.evaluation.metric import Direction, Group, Metric, Status
from generation.engine.evaluation.policy import PURPOSES, judge, status_of

POLICY = default_policy("training")


def metric(name, value, lower=None, upper=None, direction=Direction.LOWER):
    return Metric(Group.PRIVACY, name, "", direction, value, lower, upper)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "status"),
    [
        (0.01, -0.1, 0.07, Status.PASS),
        (0.03, -0.1, 0.07, Status.REVIEW),
        (0.01, -0.1, 0.09, Status.UNDECIDED),  # a wide interval saw little: that is no pass
        (0.12, 0.07, 0.2, Status.UNDECIDED),
        (0.12, 0.081, 0.2, Status.BLOCK),
        (0.09, None, None, Status.BLOCK),
        (0.01, None, None, Status.PASS),
    ],
)
def test_the_whole_interval_must_lie_on_one_side_of_the_limit_that_blocks(value, lower, upper, status):
    assert status_of(metric("rare_combination_excess", value, lower, upper), POLICY) is status


@pytest.mark.parametrize(
    ("value", "interval", "status"),
    [
        (0.96, (0.86, 0.99), Status.PASS),
        (0.9, (0.86, 0.99), Status.REVIEW),
        (0.96, (0.7, 0.99), Status.UNDECIDED),
        (0.8, (0.7, 0.84), Status.BLOCK),
    ],
)
def test_where_higher_is_better_the_rule_is_the_same_the_other_way_round(value, interval, status):
    assert status_of(metric("skill_ratio", value, *interval, Direction.HIGHER), POLICY) is status


@pytest.mark.parametrize(
    ("value", "lower", "upper", "status"),
    [
        (0.001, -0.001, 0.01, Status.PASS),
        (0.001, 0.0001, 0.01, Status.BLOCK),
        (0.001, -0.001, 0.03, Status.UNDECIDED),
        (0.015, -0.001, 0.018, Status.REVIEW),
    ],
)
def test_where_any_proven_leak_blocks_what_may_go_unseen_is_a_limit_of_its_own(value, lower, upper, status):
    assert status_of(metric("parts_carried_over", value, lower, upper), POLICY) is status


def test_a_check_that_another_one_decides_at_this_size_is_no_missing_evidence():
    moot = replace(metric("outlier_attack_tpr", None), decided_by="outlier_attack_auc")
    assert status_of(moot, POLICY) is Status.INFORMATIONAL
    assert "outlier_attack_tpr" not in unmet([judge(moot, POLICY)], POLICY)


def test_what_is_undecided_keeps_the_gate_shut():
    wide = judge(metric("rare_combination_excess", 0.01, -0.1, 0.09), POLICY)
    assert "rare_combination_excess" in unmet([wide], POLICY)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_not_computed_is_never_a_pass_for_any_metric_and_purpose(purpose):
    policy = default_policy(purpose)
    assert {status_of(metric(name, None), policy) for name in policy.limits} == {Status.NOT_COMPUTED}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_needed_metric_has_a_rule_and_every_rule_says_why(purpose):
    policy = default_policy(purpose, public=True)
    assert policy.needed <= policy.limits.keys()
    assert all(len(rule.why) > 15 for rule in policy.limits.values())


def test_a_share_of_records_closer_to_training_is_never_a_criterion():
    assert not {"dcr_share", "nndr_difference", "identical_match_share"} & default_policy("training").limits.keys()
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
