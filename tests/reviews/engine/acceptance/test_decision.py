"""Known answers: ISO 2859-2 style tables worked out in the design, closed forms, and enumeration by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.bounds import (
    binomial_cdf,
    corrected_bound,
    hypergeometric_pmf,
    proportion_interval,
    proportion_lower,
    upper_bound,
)
from reviews.engine.acceptance.decision import Outcome, claim_so_far, decide, review_hours
from reviews.engine.acceptance.plans import (
    ImpossiblePlan,
    Look,
    Plan,
    PlanKind,
    accept_probability,
    fixed_plan,
    operating_characteristic,
    required_n,
    required_n_with_controls,
    sequential_plan,
    three_look_plan,
)

PLANNERS = [fixed_plan, three_look_plan, sequential_plan]


@pytest.mark.parametrize(
    ("lot", "sizes"),
    [
        (500, [225, 328, 405]),
        (1_000, [258, 393, 506]),
        (10_000, [294, 464, 615]),
        (1_000_000, [299, 473, 628]),
        (None, [299, 473, 628]),
    ],
)
def test_one_percent_at_95_percent_needs_the_sizes_of_the_table(lot: int | None, sizes: list[int]) -> None:
    assert [required_n(lot, 0.01, 0.95, accept) for accept in range(3)] == sizes


def test_the_quick_and_strict_tiers_need_the_sizes_of_the_table() -> None:
    assert [required_n(1_000, 0.05, 0.95, accept) for accept in range(3)] == [57, 90, 119]
    assert [required_n(10_000, 0.005, 0.95, accept) for accept in range(3)] == [581, 913, 1205]


def test_a_decimal_limit_is_not_pushed_up_by_its_binary_rounding() -> None:
    # 7 % of 100 is 7 records; the float 0.07 * 100 is just above 7 and would give 8.
    def clean(n: int) -> Fraction:
        return Fraction(comb(93, n), comb(100, n))

    n = required_n(100, 0.07, 0.95)
    assert clean(n) <= Fraction(5, 100) < clean(n - 1)


@pytest.mark.parametrize(("leaks", "percent"), [(0, 0.99), (1, 1.57), (2, 2.08)])
def test_the_bound_after_300_records_is_the_published_one(leaks: int, percent: float) -> None:
    assert round(100 * upper_bound(300, leaks, 0.95), 2) == percent


def test_a_percentage_quota_of_a_small_lot_shows_very_little() -> None:
    assert round(100 * upper_bound(50, 0, 0.95, 1_000), 1) == 5.6
    assert upper_bound(50, 0, 0.95) == pytest.approx(1 - 0.05 ** (1 / 50), rel=1e-14)


def test_the_bound_of_a_finite_lot_agrees_with_counting_every_sample() -> None:
    # 12 records, 5 reviewed, 1 leak found: D is plausible when P(at most 1 of 5) > 5 %, counted sample by sample.
    def chance(leaks: int) -> Fraction:
        samples = list(combinations(range(12), 5))
        return Fraction(sum(sum(row < leaks for row in rows) <= 1 for rows in samples), len(samples))

    worst = max(leaks for leaks in range(1, 9) if chance(leaks) > Fraction(1, 20))
    assert upper_bound(5, 1, 0.95, 12) == worst / 12


def test_reviewing_everything_leaves_no_doubt_unless_reviewers_miss_leaks() -> None:
    assert upper_bound(60, 0, 0.95, 60) == 0
    assert upper_bound(60, 3, 0.95, 60) == 3 / 60
    assert corrected_bound(60, 0, 10, 10, 0.95, 60) > 0


@pytest.mark.parametrize(
    ("reviewed", "planted", "found", "percent"), [(299, 30, 30, 1.39), (416, 30, 30, 0.998), (426, 50, 48, 0.999)]
)
def test_the_corrected_bound_is_the_known_one(reviewed: int, planted: int, found: int, percent: float) -> None:
    bound = 100 * corrected_bound(reviewed, 0, planted, found, 0.95)
    assert round(bound, 2 if percent > 1 else 3) == pytest.approx(percent, abs=1e-9)


def test_a_plan_with_controls_is_sized_for_the_corrected_bound() -> None:
    assert required_n_with_controls(None, 0.01, 0.95, 0, 30) == 416
    assert required_n_with_controls(None, 0.01, 0.95, 0, 50, missable=2) == 426


@pytest.mark.parametrize(
    ("planted", "lowers"), [(10, [0.74, 0.61, 0.49]), (20, [0.86, 0.78, 0.72]), (50, [0.94, 0.91, 0.88])]
)
def test_the_sensitivity_shown_by_controls_is_the_tabled_one(planted: int, lowers: list[float]) -> None:
    assert [round(proportion_lower(planted - missed, planted, 0.95), 2) for missed in range(3)] == lowers


def test_with_no_miss_among_30_the_sensitivity_shown_is_the_closed_form() -> None:
    assert proportion_lower(30, 30, 0.95) == pytest.approx(0.05 ** (1 / 30), rel=1e-14)


def test_a_reviewer_who_sees_70_percent_has_shown_less() -> None:
    assert round(100 * upper_bound(299, 0, 0.95) / 0.7, 2) == 1.42


def test_the_clopper_pearson_interval_of_2_in_10_is_the_published_one() -> None:
    low, high = proportion_interval(2, 10, 0.95)
    assert (round(low, 4), round(high, 4)) == (0.0252, 0.5561)


@pytest.mark.parametrize(("accept", "chances"), [(0, [0.861, 0.741, 0.550, 0.050]), (1, [0.976, 0.918, 0.756, 0.050])])
def test_the_oc_curve_passes_through_the_known_points(accept: int, chances: list[float]) -> None:
    points = operating_characteristic(fixed_plan(None, 0.01, 0.95, accept), [0.0005, 0.001, 0.002, 0.01])
    assert [round(point.accept, 3) for point in points] == chances


def test_an_aql_plan_of_200_with_5_passes_three_percent_44_times_in_100() -> None:
    assert round(binomial_cdf(5, 200, 0.03), 2) == 0.44


def test_the_three_look_plan_is_368_555_720_and_risks_less_than_five_percent() -> None:
    plan = three_look_plan(None, 0.01, 0.95)
    assert [(look.n, look.accept) for look in plan.looks] == [(368, 0), (555, 1), (720, 2)]
    assert 0.048 <= accept_probability(plan, 0.01) < 0.05


def test_extending_the_single_plans_would_risk_more_than_nine_percent() -> None:
    wrong = replace(three_look_plan(None, 0.01, 0.95), looks=(Look(299, 0, 3), Look(473, 1, 3), Look(628, 2, 3)))
    q = 0.99
    by_hand = (
        q**299  # nothing in 299
        + 2.99 * q**298 * q**174  # one, then nothing in 174
        + 2.99 * q**298 * 1.74 * q**173 * q**155  # one, one, nothing
        + comb(299, 2) * 1e-4 * q**297 * q**174 * q**155  # two, nothing, nothing
    )
    assert by_hand > 0.09
    assert accept_probability(wrong, 0.01) == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("lot", [None, 200, 999, 39_073])
@pytest.mark.parametrize("planted", [0, 30])
@pytest.mark.parametrize("planner", PLANNERS)
def test_no_plan_accepts_a_lot_at_the_limit_more_often_than_stated(planner, lot, planted) -> None:
    plan = planner(lot, 0.01, 0.95, planted=planted)
    assert accept_probability(plan, 0.01, plan.sensitivity) <= (0.025 if planted else 0.05)


def test_the_walk_over_looks_equals_the_chance_counted_over_every_order() -> None:
    # 8 records of which 3 leak; looks at 3 (accept 0) and 5 (accept 1): all 56 placements of the leaks, by `decide`.
    plan = replace(fixed_plan(8, 0.375, 0.95), looks=(Look(3, 0, 2), Look(5, 1, 2)), kind=PlanKind.THREE_LOOK)
    placements = [[row in leaks for row in range(8)] for leaks in combinations(range(8), 3)]
    accepted = sum(decide(plan, placement).outcome is Outcome.ACCEPT for placement in placements)
    assert accept_probability(plan, 0.375) == pytest.approx(accepted / 56, rel=1e-12)


def test_a_sequential_plan_reviews_fewer_bad_records_and_forgives_more_leaks_than_its_first_look() -> None:
    plan = sequential_plan(None, 0.01, 0.95)
    clean, bad = operating_characteristic(plan, [0.0, 0.03])
    assert clean.accept == 1
    assert clean.reviewed < 350
    assert bad.reviewed < 200
    assert operating_characteristic(plan, [0.001])[0].accept > 0.97


def test_the_tail_of_a_billion_records_keeps_twelve_digits() -> None:
    # Exact integers: C(N - D, n) / C(N, n) for N = 10^9, D = 10^7, n = 299.
    lot, leaks, draws = 10**9, 10**7, 299
    exact = Fraction(1)
    for i in range(draws):
        exact *= Fraction(lot - leaks - i, lot - i)
    assert hypergeometric_pmf(lot, leaks, draws, 0)[0] == pytest.approx(float(exact), rel=1e-12)


@given(st.data())
def test_hypergeometric_probabilities_are_the_ratio_of_binomials(data: st.DataObject) -> None:
    lot = data.draw(st.integers(1, 60))
    leaks, draws = data.draw(st.integers(0, lot)), data.draw(st.integers(0, lot))
    chances = hypergeometric_pmf(lot, leaks, draws, min(leaks, draws))
    exact = [comb(leaks, x) * comb(lot - leaks, draws - x) / comb(lot, draws) for x in range(len(chances))]
    assert chances == pytest.approx(exact, rel=1e-9, abs=1e-300)


@given(st.integers(1, 3_000), st.integers(0, 5), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_required_size_is_the_smallest_that_refuses_the_limit(lot: int, accept: int, confidence: float) -> None:
    leaks = -(-lot // 50)  # 2 %, rounded up
    if leaks <= accept:
        with pytest.raises(ImpossiblePlan):
            required_n(lot, 0.02, confidence, accept)
        return
    n = required_n(lot, 0.02, confidence, accept)
    assert n <= lot
    assert upper_bound(n, accept, confidence, lot) * lot < leaks - 1e-6
    assert n == accept + 1 or round(upper_bound(n - 1, min(accept, n - 1), confidence, lot) * lot) >= leaks


@given(st.integers(1, 400), st.data())
def test_a_finite_lot_never_bounds_worse_than_an_infinite_one(reviewed: int, data: st.DataObject) -> None:
    leaks = data.draw(st.integers(0, min(3, reviewed)))
    lot = data.draw(st.integers(reviewed, 5_000))
    finite, infinite = upper_bound(reviewed, leaks, 0.95, lot), upper_bound(reviewed, leaks, 0.95)
    assert leaks / lot <= finite <= infinite + 1e-12


@given(st.integers(1, 300), st.integers(1, 60), st.data())
def test_missing_a_control_never_improves_the_bound(reviewed: int, planted: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(1, planted))
    lot = data.draw(st.none() | st.integers(reviewed, 2_000))
    fewer = corrected_bound(reviewed, 0, planted, found - 1, 0.95, lot)
    assert upper_bound(reviewed, 0, 0.95, lot) <= corrected_bound(reviewed, 0, planted, found, 0.95, lot) <= fewer


def test_a_lot_too_small_for_its_limit_says_what_to_change() -> None:
    with pytest.raises(ImpossiblePlan, match=r"lot of 80 records .* fewer than 1 % .* more controls"):
        fixed_plan(80, 0.01, 0.95, planted=30)


def test_a_lot_smaller_than_its_sample_is_reviewed_whole() -> None:
    assert required_n(15, 0.01, 0.95) == 15


def test_only_the_longest_completed_prefix_is_judged() -> None:
    plan = fixed_plan(10_000, 0.01, 0.95)
    decision = decide(plan, [False] * 187 + [None] + [True] * 3 + [False] * 103)
    assert (decision.outcome, decision.reviewed, decision.leaks, decision.leaks_beyond) == (
        Outcome.CONTINUE, 187, 0, 3,
    )  # fmt: skip


@given(st.sets(st.integers(0, 719), max_size=4), st.integers(0, 10**6))
def test_the_order_in_which_parallel_reviewers_finish_cannot_change_a_decision(leaks, seed) -> None:
    plan = three_look_plan(None, 0.01, 0.95)
    verdicts = [row in leaks for row in range(720)]
    finishing = Random(seed).sample(range(720), 720)
    seen: list[bool | None] = [None] * 720
    settled = {Outcome.ACCEPT, Outcome.REJECT}
    outcomes = set()
    for at, row in enumerate(finishing):
        seen[row] = verdicts[row]
        if at % 90 == 89:
            outcomes.add(decide(plan, seen).outcome)
    assert outcomes & settled == {decide(plan, verdicts).outcome}


@pytest.mark.parametrize(
    ("leaks", "outcome", "reviewed"),
    [([], "accept", 368), ([10], "accept", 555), ([10, 400], "accept", 720), ([10, 400, 700], "reject", 701)],
)
def test_a_three_look_review_stops_where_its_table_says(leaks: list[int], outcome: str, reviewed: int) -> None:
    decision = decide(three_look_plan(None, 0.01, 0.95), [row in leaks for row in range(720)])
    assert (decision.outcome, decision.reviewed) == (outcome, reviewed)


def _with_controls() -> Plan:
    return fixed_plan(39_073, 0.01, 0.95, planted=30)


@pytest.mark.parametrize(
    ("controls", "outcome"), [((30, 30), "accept"), ((30, 29), "uncalibrated"), ((12, 12), "continue")]
)
def test_a_clean_sample_is_not_accepted_before_its_reviewers_are_calibrated(controls, outcome) -> None:
    plan = _with_controls()
    assert decide(plan, [False] * plan.n, controls).outcome == outcome


def test_an_accepted_plan_claims_no_more_than_its_limit() -> None:
    plan = _with_controls()
    claim = claim_so_far(plan, decide(plan, [False] * plan.n, (30, 30)), (30, 30))
    assert claim.bound < 0.01
    assert claim.sentence == (
        "95 % sure that fewer than 1 % of the 39,073 records carry what trained reviewers call a leak, "
        "measured on planted leaks of these kinds (30 of 30 found)"
    )


def test_a_review_under_way_says_how_far_it_is() -> None:
    plan = fixed_plan(39_073, 0.01, 0.95)
    claim = claim_so_far(plan, decide(plan, [False] * 187))
    assert claim.sentence == (
        f"after 187 of {plan.n} records: 95 % sure that fewer than 1.6 % of the 39,073 records carry "
        "what reviewers call a leak, if they miss nothing"
    )
    assert "nothing can be said yet" in claim_so_far(plan, decide(plan, [])).sentence


def test_an_early_stop_claims_the_limit_of_its_plan_and_not_less() -> None:
    plan = sequential_plan(None, 0.01, 0.95)
    claim = claim_so_far(plan, decide(plan, [False] * plan.n))
    assert (claim.bound, claim.sentence) == (
        0.01, "95 % sure that fewer than 1 % of the records carry what reviewers call a leak, if they miss nothing",
    )  # fmt: skip


def test_294_records_seen_twice_at_20_seconds_cost_three_hours_and_a_quarter() -> None:
    assert review_hours(294, 2, 20) == pytest.approx(3.267, abs=0.001)
