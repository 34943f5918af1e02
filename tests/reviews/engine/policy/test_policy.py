from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.policy.policy import (
    QUICK,
    STANDARD,
    STRICT,
    TIERS,
    PolicyError,
    ReviewPolicy,
    plan_for,
    planned_controls,
    policy_from_json,
)


def test_the_tiers_refuse_five_one_and_half_a_percent() -> None:
    assert [(name, tier.ltpd) for name, tier in TIERS.items()] == [
        ("quick", 0.05),
        ("standard", 0.01),
        ("strict", 0.005),
    ]


def test_one_percent_on_a_great_lot_with_30_controls_all_found_is_the_known_416_records() -> None:
    plan = plan_for(replace(STANDARD, missable_controls=0), None)
    assert (plan.n, plan.planted) == (416, 30)


def test_the_standard_tier_forgives_two_of_30_missed_controls_and_pays_with_more_records() -> None:
    plan = plan_for(STANDARD, None)
    assert (plan.planted, plan.missable) == (30, 2)
    # Clopper-Pearson at 97.5 % for 28 of 30 is .7793: ln .025 / ln(1 - .01 x .7793) = 471.5.
    assert plan.n == 472


def test_without_controls_the_sentence_says_so() -> None:
    assert replace(STRICT, control_rate=0).sentence == (
        "95 % sure that fewer than 0.5 % of the records carry what reviewers call a leak, if they miss nothing"
    )
    assert planned_controls(replace(STRICT, control_rate=0), 10_000) == 0


def test_a_small_sample_still_gets_twenty_controls() -> None:
    assert planned_controls(replace(QUICK, control_rate=0.1), 1_000) == 20


def test_the_quick_tier_plants_no_controls_and_its_sentence_owns_up_to_it() -> None:
    assert planned_controls(QUICK, 1_000) == 0
    assert plan_for(QUICK, 1_000).n == 57  # ISO 2859-2 by the hypergeometric: 5 % at 95 % of 1,000 with none accepted
    assert (
        QUICK.sentence
        == "95 % sure that fewer than 5 % of the records carry what reviewers call a leak, if they miss nothing"
    )


def test_attempts_share_one_risk_when_the_policy_spends_it() -> None:
    spending = replace(STANDARD, spend_attempts=True, control_rate=0)
    risks = [plan_for(spending, None, attempt).risk for attempt in (1, 2, 3)]
    assert risks == pytest.approx([0.025, 0.0125, 0.00625])
    assert plan_for(spending, None, 1).n == 368  # the first look of the three-look plan also spends 0.025


@given(
    st.builds(
        ReviewPolicy,
        name=st.text(min_size=1, max_size=40).filter(str.strip),
        version=st.integers(1, 1000),
        ltpd=st.floats(0.0001, 0.5),
        accept=st.just(0),
        confidence=st.floats(0.8, 0.9999),
        reviews_per_record=st.integers(1, 5),
        plan_kind=st.sampled_from(PlanKind),
        spend_attempts=st.booleans(),
    )
)
def test_a_policy_survives_json_and_back(policy: ReviewPolicy) -> None:
    assert policy_from_json(json.dumps(asdict(policy))) == policy


THREE_LOOKS_WANT_ZERO = "A three-look plan has its own acceptance numbers: accept must be 0."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ltpd": 1}, "ltpd must be a fraction from 0.0001 to 0.5."),
        ({"ltpd": True}, "ltpd must be a fraction from 0.0001 to 0.5."),
        ({"reviews_per_record": 6}, "reviews_per_record must be a whole number from 1 to 5."),
        ({"plan_kind": "lucky"}, "plan_kind must be fixed, three_look or sequential."),
        (
            {"plan_kind": "three_look", "accept": 1},
            THREE_LOOKS_WANT_ZERO,
        ),
    ],
)
def test_a_policy_out_of_range_is_refused_with_its_reason(change: dict[str, object], reason: str) -> None:
    given_policy = asdict(STANDARD) | change
    with pytest.raises(PolicyError) as refusal:
        policy_from_json(json.dumps(given_policy))
    assert refusal.value.reasons == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "This is not JSON"),
        ("[]", "one JSON object"),
        ('{"name": "a", "version": 1}', "ltpd is missing."),
        ('{"name": "a", "version": 1, "ltpd": 0.01, "secret": 1}', "1 unknown fields"),
        ('{"name": "a", "version": 1, "ltpd": 0.01, "plan_kind": []}', "plan_kind must be"),
        ('{"name": "a", "version": 1, "ltpd": NaN}', "ltpd must be"),
    ],
)
def test_a_text_that_is_no_policy_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        policy_from_json(text)
