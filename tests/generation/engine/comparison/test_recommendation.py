"""Which of several measured runs is recommended, and in which words."""

from generation.engine.comparison.apart import Measured
from generation.engine.comparison.recommendation import recommend
from generation.engine.evaluation.limits.policy import default_policy
from tests.generation.pages.test_comparisons import HIGH, LOW, MIDDLE, NONE, SOME, metric, run_with

POLICY = default_policy("training")


def complete(name, skill=HIGH, carried=NONE, *more):
    """A run with everything that training needs."""
    given = run_with(name, skill, carried, *more)
    rest = {
        needed: metric(needed, 0.0, group="privacy" if needed in PRIVATE else "fidelity")
        for needed in POLICY.needed - given.metrics.keys()
    }
    return Measured(name, rest | given.metrics)


PRIVATE = POLICY.needed - {"skill_ratio", "column_shapes", "pair_trends", "schema_conformity", "placeholders"}


def test_the_most_useful_of_those_that_nothing_rules_out_is_recommended():
    found = recommend([complete("trees"), complete("copula", LOW)], POLICY)
    assert found.chosen == "trees"
    assert found.reasons == (
        "Nothing rules out trees and copula: no check blocks, and what the purpose needs was measured.",
        "trees is ahead on model skill kept: 0.97 (0.95 to 0.99), against copula 0.75 (0.72 to 0.78).",
    )
    assert (found.ruled_out, found.what_to_try) == ((), ())


def test_privacy_comes_first_however_useful_a_run_is():
    copied = metric("exact_matches", 0.02, 0.01, 0.03, group="privacy", status="block")
    found = recommend([complete("trees", HIGH, NONE, copied), complete("copula", LOW)], POLICY)
    assert found.chosen == "copula"
    assert found.reasons[0] == "copula is the only one that nothing rules out; model skill kept 0.75 (0.72 to 0.78)."
    assert found.ruled_out[0].name == "trees"
    assert found.ruled_out[0].reasons == ("blocked on records copied exactly: 0.02 (0.01 to 0.03)",)


def test_ties_are_told_and_the_next_figure_decides():
    shapes = metric("pair_trends", 0.98, 0.97, 0.99, group="fidelity")
    worse = metric("pair_trends", 0.9, 0.89, 0.91, group="fidelity")
    found = recommend([complete("trees", HIGH, NONE, shapes), complete("tvae", MIDDLE, NONE, worse)], POLICY)
    assert found.chosen == "trees"
    assert found.reasons[1:] == (
        "trees and tvae cannot be told apart on model skill kept (0.97 (0.95 to 0.99) and 0.96 (0.94 to 0.98)).",
        "trees is ahead on pair trends: 0.98 (0.97 to 0.99), against tvae 0.9 (0.89 to 0.91).",
    )


def test_among_equals_the_one_with_fewer_privacy_alarms_is_named():
    alarm = metric("near_matches", 0.002, group="privacy", status="review")
    found = recommend([complete("trees", HIGH, NONE, alarm), complete("tvae", MIDDLE)], POLICY)
    assert found.chosen == "tvae"
    assert "tvae raised fewer privacy checks to attention than the others." in found.reasons


def test_what_nothing_tells_apart_is_said_to_be_so():
    found = recommend([complete("trees"), complete("tvae")], POLICY)
    assert found.chosen == "trees"
    assert (
        found.reasons[-1] == "Nothing that was measured tells trees and tvae apart; trees is named because it is first."
    )


def test_a_lead_that_nobody_would_notice_decides_nothing():
    found = recommend([complete("trees", (0.971, 0.9709, 0.9711)), complete("tvae", (0.97, 0.9699, 0.9701))], POLICY)
    assert "trees and tvae cannot be told apart on model skill kept" in found.reasons[1]


def test_what_the_purpose_needs_and_was_not_computed_rules_a_run_out():
    missing = metric("singling_out_risk", None, group="privacy", status="not computed") | {"reason": "No holdout."}
    found = recommend([complete("trees", HIGH, NONE, missing)], POLICY)
    assert found.chosen is None
    assert found.reasons == ("None of them can be recommended.",)
    assert found.ruled_out[0].reasons == ("singling out could not be computed: No holdout.",)
    assert "holdout" in found.what_to_try[0]


def test_a_needed_metric_that_is_absent_rules_a_run_out_too():
    found = recommend([run_with("trees", HIGH, NONE)], POLICY)
    assert found.chosen is None
    assert "linkability was not measured" in found.ruled_out[0].reasons


def test_a_run_that_too_few_records_leave_undecided_is_told_apart_from_one_that_leaks():
    wide = metric("inference_risk", 0.05, -0.1, 0.25, group="privacy", status="undecided")
    found = recommend([complete("trees", HIGH, NONE, wide)], POLICY)
    assert found.ruled_out[0].reasons[0].endswith("the value itself lies within, so more records may help")
    assert len(found.what_to_try) == 1
    assert "not because of what was seen" in found.what_to_try[0]
    seen = metric("inference_risk", 0.4, 0.3, 0.5, group="privacy", status="block")
    assert "coarsen" in recommend([complete("trees", HIGH, NONE, seen)], POLICY).what_to_try[0]


def test_useless_runs_are_ruled_out_and_it_says_what_to_try():
    useless = metric("skill_ratio", 0.5, 0.4, 0.6, status="block") | {"threshold": {"passes": 0.95, "blocks": 0.85}}
    found = recommend([complete("copula", HIGH, NONE, useless)], POLICY)
    assert found.ruled_out[0].reasons == ("blocked on model skill kept: 0.5 (0.4 to 0.6), where below 0.85 blocks",)
    assert found.what_to_try == (
        "Try a synthesizer that learns more of the source, or a plan that removes less of what predicts.",
    )


def test_where_no_run_was_measured_nothing_is_recommended():
    assert recommend([], POLICY).chosen is None
    assert recommend([], POLICY).what_to_try


def test_testing_asks_for_coverage_and_not_for_skill():
    policy = default_policy("testing")
    wide, narrow = (
        run_with(name, skill, NONE, *(metric(needed, share) for needed in policy.needed if "coverage" in needed))
        for name, skill, share in (("copula", LOW, 0.99), ("trees", HIGH, 0.8))
    )
    filled = [
        Measured(one.name, {name: metric(name, 0.0) for name in policy.needed - one.metrics.keys()} | one.metrics)
        for one in (narrow, wide)
    ]
    found = recommend(filled, policy)
    assert found.chosen == "copula"
    assert "kinds of value covered" in found.reasons[1]


def test_attention_that_does_not_block_is_passed_on_to_the_reviewers():
    rules = metric("proposed_rules", 0.97, group="rules", status="review")
    found = recommend([complete("trees", HIGH, SOME, rules)], POLICY)
    assert found.reasons[-1] == "Asks for attention, though it does not block: rules kept."
